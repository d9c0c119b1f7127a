"""What a keeper's questions are about (tags), and what it wakes itself up for."""

from dataclasses import dataclass, replace
from typing import Any

from lotkeeper.trading.recovery.questions import Question
from lotkeeper.trading.recovery.reconcile import Reconciliation

# Tags of questions. Where a question is repeated after a failure, its tag is also the wake-up.


@dataclass(frozen=True, slots=True)
class MarketTag:
    """The rules and fees of the pair. As a wake-up: ask for them."""

    with_commission: bool = True


@dataclass(frozen=True, slots=True)
class PassTag:
    """One question of one reconciliation; answers to an abandoned one are dropped."""

    current: Reconciliation
    question: Question


@dataclass(frozen=True, slots=True)
class ComparisonTag:
    """One question of a comparison that a person asked for."""

    number: int
    question: Question | None  # None for those about the account and the market


@dataclass(frozen=True, slots=True)
class SaleTag:
    """The bid, for a sale that a person asks for."""

    number: int


@dataclass(frozen=True, slots=True)
class AskTag:
    """The ask, for a purchase that a person asks for."""

    number: int


@dataclass(frozen=True, slots=True)
class SaleBandTag:
    """The price that filters measure by, for a sale at a price that a person gives."""

    number: int


@dataclass(frozen=True, slots=True)
class PurchaseBandTag:
    """The price that filters measure by, for a purchase at a price that a person gives."""

    number: int


@dataclass(frozen=True, slots=True)
class RefusedPriceTag:
    """The price that filters measure by, for a BUY of a person's that the exchange refused for its price."""

    number: int


@dataclass(frozen=True, slots=True)
class PurchaseTag:
    """The BUY of a purchase that a person asks for: whether the exchange has it."""

    number: int


@dataclass(frozen=True, slots=True)
class VerdictTag:
    """The order that a person says an unresolved SELL is."""

    client_id: str
    order_id: int


@dataclass(frozen=True, slots=True)
class AskAboutSell:
    """As a wake-up: ask about an unresolved SELL now."""

    client_id: str
    series: int  # numbers the series of questions about this SELL: only the newest goes on
    asked: int = 1  # which question of the series it is


@dataclass(frozen=True, slots=True)
class SellTag:
    """What is asked of an unresolved SELL; an answer proves nothing about the time after `asked_ms`."""

    topic: AskAboutSell
    asked_ms: int


@dataclass(frozen=True, slots=True)
class EarlierSellTag:
    """A SELL of an earlier keeper that may be on the exchange. As a wake-up: ask about it again.

    An answer proves nothing about the time after `asked_s`.
    """

    client_id: str
    gateway: int  # that told of it, through which it is asked about: only the newest counts
    asked: int = 1  # which question about it this is
    asked_s: float = float("-inf")  # when it was asked (monotonic); in a wake-up the time of the question before

    def next(self) -> "EarlierSellTag":
        return replace(self, asked=self.asked + 1)


@dataclass(frozen=True, slots=True)
class EarlierSellsTag:
    """The open orders of the pair: several SELLs of earlier keepers may be among them."""

    client_ids: tuple[str, ...]
    gateway: int  # as in EarlierSellTag


@dataclass(frozen=True, slots=True)
class FeeTag:
    """The price of an asset that fees were paid in. As a wake-up: look for it again."""

    asset: str
    at_ms: int | None = None  # of the second that begins then, by the exchange's clock; None: now


@dataclass(frozen=True, slots=True)
class CancelTag:
    """What became of a SELL whose cancel has no outcome yet. As a wake-up: ask about all that are due."""

    client_id: str


@dataclass(frozen=True, slots=True)
class ProbeTag:
    """What the account holds of the pair's coin, while the account's stream is down."""


@dataclass(frozen=True, slots=True)
class WitnessTag:
    """What shows whether queries have caught up; an answer proves nothing about the time after `asked_ms`."""

    asked_ms: int


@dataclass(frozen=True, slots=True)
class BalanceTag:
    """How much of the base asset is free. As a wake-up: ask for it."""


@dataclass(frozen=True, slots=True)
class ReferenceTag:
    """The price that the exchange's filters measure by. As a wake-up: ask for it."""


@dataclass(frozen=True, slots=True)
class CoinsTag:
    """What the account holds of the pair's coin, to compare it with the lots."""

    number: int  # of the check


# Wake-ups only


@dataclass(frozen=True, slots=True)
class CheckCoins:
    """Compare the account's balance with the lots; only the newest check counts."""

    number: int
    is_about_others: bool = False  # go on with it: other pairs had not reported yet


@dataclass(frozen=True, slots=True)
class Tick:
    """Once a second, or less often while nothing happens: what was not answered is asked or sent again."""

    number: int = 0  # only the newest counts


@dataclass(frozen=True, slots=True)
class SendReport:
    """Tell the Monitor."""


@dataclass(frozen=True, slots=True)
class BeginReconciliation:
    """Begin the next reconciliation, unless one has begun since that of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class PauseOver:
    """The pair was paused until now."""


@dataclass(frozen=True, slots=True)
class OrdersAllowedAgain:
    """The Gateway may send orders again."""


@dataclass(frozen=True, slots=True)
class RefusalDue:
    """The exchange refused every SELL of the pair so many times: one is tried again."""

    times: int


@dataclass(frozen=True, slots=True)
class RetryLot:
    """A parked lot may be sellable now."""

    buy_order_id: int


# Events that are neither a message nor a wake-up


@dataclass(frozen=True, slots=True)
class MessageQuarantined:
    """A message is not handled any more, because it has killed a keeper twice."""

    message: Any

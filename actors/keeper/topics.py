"""What a keeper's questions and wake-ups are about."""

from dataclasses import dataclass
from enum import StrEnum

from lotkeeper.trading.recovery.reconcile import Question, Reconciliation


class Phase(StrEnum):
    LOADING = "loading"  # the notebook and the market's rules are being fetched
    RECONCILING = "reconciling"  # the first pass: nothing is placed before all is accounted for
    TRADING = "trading"


@dataclass(frozen=True, slots=True)
class AboutMarket:
    """The rules and fees of the pair."""


@dataclass(frozen=True, slots=True)
class AboutPass:
    """One question of one pass of reconciliation; answers to an abandoned pass are dropped."""

    current: Reconciliation
    question: Question


@dataclass(frozen=True, slots=True)
class AboutComparison:
    """One question of a comparison that a person asked for; None for those about the account and the market."""

    number: int
    question: Question | None


@dataclass(frozen=True, slots=True)
class AboutVerdict:
    """The order that a person says a SELL in doubt is."""

    client_id: str
    order_id: int


@dataclass(frozen=True, slots=True)
class AskAbout:
    """A SELL whose outcome is not known, to be asked about for the `asked`-th time; as a wake-up: ask now.

    `series` numbers the series of questions about it: only the newest goes on.
    """

    client_id: str
    series: int
    asked: int = 1


@dataclass(frozen=True, slots=True)
class AboutDoubt:
    """What is asked of a SELL in doubt; an answer proves nothing about the time after `asked_ms`."""

    topic: AskAbout
    asked_ms: int


@dataclass(frozen=True, slots=True)
class AboutFee:
    """The price of an asset that fees were paid in; as a wake-up: look for it again."""

    asset: str


@dataclass(frozen=True, slots=True)
class AboutCancel:
    """What became of a SELL whose cancel has no outcome yet."""

    client_id: str


@dataclass(frozen=True, slots=True)
class AboutProbe:
    """What the account holds of the pair's coin, while the stream is down."""


@dataclass(frozen=True, slots=True)
class AboutBalance:
    """How much of the base asset is free."""


@dataclass(frozen=True, slots=True)
class AboutReference:
    """The price that the exchange's filters measure by."""


@dataclass(frozen=True, slots=True)
class HoldOver:
    """Wake-up: the Gateway may send orders again."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Wake-up: a parked lot may be sellable now."""

    buy_order_id: int


@dataclass(frozen=True, slots=True)
class Report:
    """Wake-up: tell the Monitor."""


@dataclass(frozen=True, slots=True)
class KeepHouse:
    """Wake-up: once a second, what was not answered is asked or sent again."""


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Wake-up: begin a pass again after the one of this number was abandoned, unless another has begun since."""

    number: int

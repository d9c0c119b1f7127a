"""The FeeReserve asks the Gateway to buy BNB for fees, the Ledger what was paid, and reports to the Monitor."""

from dataclasses import dataclass

from lotkeeper.trading.fee_reserve.reserve import FeesPaid, Reserve
from lotkeeper.trading.fee_reserve.top_up import Hold, Purchase
from lotkeeper.trading.orders.order import OrderReport


@dataclass(frozen=True, slots=True)
class AskFeesPaid:
    """Asks what recorded fills paid in an asset; answered by the Ledger, or not while the database cannot be read."""

    request_id: int
    asset: str
    since_ms: int  # exchange's time


@dataclass(frozen=True, slots=True)
class FeesPaidFetched:
    """What the database has at that moment."""

    request_id: int
    paid: FeesPaid


@dataclass(frozen=True, slots=True)
class BuyForFees:
    """A BUY at the market that makes no lot. Sent once: whether it arrived is asked by its client order id."""

    purchase: Purchase
    sent_ms: int  # wall clock; the Gateway sends it within a few seconds after that, or never


@dataclass(frozen=True, slots=True)
class BoughtForFees:
    """The exchange took the order."""

    client_id: str
    report: OrderReport


@dataclass(frozen=True, slots=True)
class FeeBuyRefused:
    """A definite no: nothing was bought by this request."""

    client_id: str
    text: str  # for people


@dataclass(frozen=True, slots=True)
class FeeBuyUnknown:
    """The order may or may not have been filled. Promises nothing: ask by the client order id."""

    client_id: str
    reason: str  # for people


@dataclass(frozen=True, slots=True)
class FeeReserveReported:
    """The reserve as it was found last, and what became of the last attempt to buy."""

    at_ms: int  # wall clock: when the exchange was asked
    reserve: Reserve | None  # None before the first answer
    hold: Hold | None = None  # why nothing is bought although too little is there
    buys: bool = False  # whether the configuration says what is bought
    bought: OrderReport | None = None  # the newest BUY for fees that this process knows
    trouble: str = ""  # why the last question or BUY had no answer that helps; for people

"""PairKeeper and Gateway about what the exchange knows. Every answer repeats the request's id."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.fees import Commission
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.valuing import Top
from lotkeeper.trading.recovery.reconcile import Question


@dataclass(frozen=True, slots=True)
class AskExchange:
    """One question of a reconciliation. Orders go first: the answer may take as long as they need."""

    request_id: int
    symbol: str
    question: Question


@dataclass(frozen=True, slots=True)
class TradesFetched:
    """What the exchange's memory held at that moment; a trade of the last instant may be missing."""

    request_id: int
    fills: tuple[Fill, ...]


@dataclass(frozen=True, slots=True)
class OrdersFetched:
    """Empty when the exchange knows no such order now, which proves nothing while a request may still be under way."""

    request_id: int
    reports: tuple[OrderReport, ...]


@dataclass(frozen=True, slots=True)
class FetchMarket:
    """Asks for the rules and the commission of a pair: at a keeper's start and when they may have changed.

    Rules that are `at_most_old_ms` milliseconds old will do, so that all who start together share one request.
    """

    request_id: int
    symbol: str
    at_most_old_ms: int = 0


@dataclass(frozen=True, slots=True)
class MarketFetched:
    """The rules and the commission as they were at that moment; the exchange changes both without a word."""

    request_id: int
    pair: TradePair
    commission: Commission


@dataclass(frozen=True, slots=True)
class FetchTop:
    """Asks for the best prices of a symbol, to value a fee that was paid in a third asset."""

    request_id: int
    symbol: str


@dataclass(frozen=True, slots=True)
class TopFetched:
    """`top` is the best bid and ask now; None when the exchange lists no such symbol."""

    request_id: int
    symbol: str
    top: Top | None


@dataclass(frozen=True, slots=True)
class FetchBalance:
    """Asks what the account has of an asset: after a SELL was refused for want of coins, or to see a change.

    An answer that is `at_most_old_ms` milliseconds old will do, so that many who ask share one request.
    """

    request_id: int
    asset: str
    at_most_old_ms: int = 0


@dataclass(frozen=True, slots=True)
class BalanceFetched:
    """What no order held of the asset at that moment, and what orders held; the last trade may be missing."""

    request_id: int
    asset: str
    free: Decimal
    locked: Decimal


@dataclass(frozen=True, slots=True)
class FetchReference:
    """Asks for the price that filters measure by: after a SELL was refused for its price."""

    request_id: int
    symbol: str


@dataclass(frozen=True, slots=True)
class ReferenceFetched:
    """The reference price now, or the average price where the exchange has set none."""

    request_id: int
    symbol: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class FetchPrices:
    """Asks for the best prices of many symbols in one request: while their streams are down or doubted.

    One that still waits in the Gateway gives way to a newer one of the same sender, and has no answer.
    """

    request_id: int
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PricesFetched:
    """The best bid and ask of each symbol that has both, at `at_ms` (wall clock, milliseconds, when it was asked)."""

    request_id: int
    tops: dict[str, Top]
    at_ms: int


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No answer was to be had; ask again after `retry_s` seconds. Says nothing of what was asked about."""

    request_id: int
    reason: str
    retry_s: float

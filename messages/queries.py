"""PairKeeper and PriceBroadcaster ask the Gateway what the exchange knows. Every answer repeats the request's id."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.fees import Commission
from lotkeeper.trading.orders.fills import Fill, UnreadableTrade
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.recovery.questions import Question


@dataclass(frozen=True, slots=True)
class AskExchange:
    """One question of a reconciliation. Orders are sent before questions: the answer may take as long as they need."""

    request_id: int
    symbol: str
    question: Question


@dataclass(frozen=True, slots=True)
class TradesFetched:
    """What the exchange's database had at that moment. A trade of the last moment may be missing."""

    request_id: int
    fills: tuple[Fill, ...]
    unreadable: tuple[UnreadableTrade, ...] = ()  # rows of the answer beside the fills


@dataclass(frozen=True, slots=True)
class OrdersFetched:
    """Empty if the exchange knows no such order now, which proves nothing while a request may still arrive."""

    request_id: int
    reports: tuple[OrderReport, ...]


@dataclass(frozen=True, slots=True)
class FetchMarket:
    """Asks for the rules and the commission of a pair: at a keeper's start, and when they may have changed."""

    request_id: int
    symbol: str
    at_most_old_ms: int = 0  # rules of this age suffice, so that keepers that start together share one request
    with_commission: bool = True  # which costs a request of its own for each pair


@dataclass(frozen=True, slots=True)
class MarketFetched:
    """The rules and the commission at that moment. The exchange changes both without notice."""

    request_id: int
    pair: TradePair
    commission: Commission | None  # None if it was not asked for
    exchange_ms: int = 0  # the exchange's time at this moment, as far as the Gateway knows it; 0 if it does not say


@dataclass(frozen=True, slots=True)
class FetchTop:
    """Asks for the best prices of a symbol, to value a fee that was paid in a third asset.

    Of a moment that has passed the exchange tells only what was traded: the highest price of that second counts as the
    bid and the lowest as the ask. Where it tells nothing of that second, the best prices of now are the answer.
    """

    request_id: int
    symbol: str
    at_ms: int | None = None  # the beginning of a second by the exchange's clock; None: now


@dataclass(frozen=True, slots=True)
class TopFetched:
    """The best prices of a symbol."""

    request_id: int
    symbol: str
    top: BestPrices | None  # None if the exchange lists no such symbol


@dataclass(frozen=True, slots=True)
class FetchBalance:
    """Asks for the account's balance of an asset: after a SELL was refused for lack of coins, or to compare it."""

    request_id: int
    asset: str
    at_most_old_ms: int = 0  # an answer of this age suffices, so that several keepers share one request


@dataclass(frozen=True, slots=True)
class BalanceFetched:
    """The balance of an asset at that moment. The last trade may be missing."""

    request_id: int
    asset: str
    free: Decimal  # not held by any order
    locked: Decimal  # held by open orders


@dataclass(frozen=True, slots=True)
class FetchReference:
    """Asks for the price that filters measure by: after a refusal for it, and by a plan at a price of a person's."""

    request_id: int
    symbol: str


@dataclass(frozen=True, slots=True)
class ReferenceFetched:
    """The reference price now, or the average price if the exchange has set none."""

    request_id: int
    symbol: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class FetchPrices:
    """Asks for the best prices of many symbols in one request: while their streams are down or doubtful.

    A newer request of the same sender replaces one that still waits in the Gateway, which then has no answer.
    """

    request_id: int
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PricesFetched:
    """The best bid and ask of each symbol that has both."""

    request_id: int
    tops: dict[str, BestPrices]
    at_ms: int  # when the exchange was asked (wall clock)


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """There was no answer. Says nothing about what was asked."""

    request_id: int
    reason: str  # for people
    retry_s: float  # ask again after so many seconds
    is_unlisted: bool = False  # the exchange says that it lists no such pair

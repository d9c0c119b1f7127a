"""What a reconciliation asks the exchange about a pair, as values."""

from dataclasses import dataclass

PAGE = 1000  # Binance rest-api.md, myTrades and allOrders: the most rows an answer holds
NEWEST = 100  # trades; few pairs have more since the start of the service, and an answer of 1000 is long


@dataclass(frozen=True, slots=True)
class NewestTrades:
    """Asks for the newest trades of the pair, NEWEST at most: a first start counts those since its moment."""


@dataclass(frozen=True, slots=True)
class TradesSince:
    """Asks for one page of trades since a moment, the oldest first: where more happened than NewestTrades shows."""

    time_ms: int  # exchange's time


@dataclass(frozen=True, slots=True)
class TradesFrom:
    """Asks for one page of trades from this id on, the oldest first."""

    trade_id: int


@dataclass(frozen=True, slots=True)
class OlderTrades:
    """Asks for trades like TradesFrom, to find those since a date: BUYs among them are to be adopted."""

    trade_id: int
    is_found: bool = False  # the date is within or before these trades: from here the reading goes forward


@dataclass(frozen=True, slots=True)
class TradesOfOrder:
    """Asks for all trades of an order."""

    order_id: int


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """Asks for all open orders of the pair."""


@dataclass(frozen=True, slots=True)
class NewestOrders:
    """Asks for the newest orders of the pair, open or ended: do SELLs of ours tell of a lost database?"""


@dataclass(frozen=True, slots=True)
class OrderByClientId:
    """Asks for one order by its client order id."""

    client_id: str


@dataclass(frozen=True, slots=True)
class OrderById:
    """Asks for one order by the exchange's order id."""

    order_id: int


@dataclass(frozen=True, slots=True)
class AllocationsSince:
    """Asks for what smart order routing allocated since a moment, the oldest first: no list of trades has it."""

    time_ms: int  # exchange's time


@dataclass(frozen=True, slots=True)
class AllocationsOfOrder:
    """Asks for all allocations of an order."""

    order_id: int


Question = (
    NewestTrades
    | TradesSince
    | TradesFrom
    | OlderTrades
    | TradesOfOrder
    | OpenOrders
    | NewestOrders
    | OrderByClientId
    | OrderById
    | AllocationsSince
    | AllocationsOfOrder
)
_ALLOCATIONS = (AllocationsSince, AllocationsOfOrder)
# Answered with trades.
TRADE_QUESTIONS = (NewestTrades, TradesSince, TradesFrom, OlderTrades, TradesOfOrder, *_ALLOCATIONS)

"""Rows of lists: pairs, orders, trades, sales, sums."""

from lotkeeper.service.schemas.base import Amount, Count, Document, Moment, Seconds


class PairListed(Document):
    """A row of `lotkeeper pairs`; null is what is not known yet."""

    pair: str
    state: str
    """starting, watch-only, paused, trouble, old or proven."""
    bid: Amount | None
    ask: Amount | None
    lots_open: Count | None
    lots_closed: Count | None
    open_quantity: Amount | None
    nearest_sell: Amount | None
    complete_as_of: Moment | None
    complete_age_seconds: Seconds | None
    market: str | None
    """The exchange's word, TRADING or another."""
    tick: Amount | None
    step: Amount | None
    min_quantity: Amount | None
    min_notional: Amount | None
    max_orders: Count | None
    reason: str | None


class OrderListed(Document):
    """A row of `lotkeeper orders`. `updated` and `key` stand in those of all time."""

    pair: str
    side: str
    type: str | None
    client_order_id: str | None
    order_id: int | None
    lot: str | None
    state: str
    price: Amount | None
    stop_price: Amount | None
    quantity: Amount
    executed: Amount
    sent: Moment
    updated: Moment | None = None
    key: str | None = None


class FillListed(Document):
    """A trade of a lot."""

    time: Moment
    pair: str
    side: str
    lot: str
    order_id: int
    trade_id: int
    price: Amount
    quantity: Amount
    amount: Amount
    fee: Amount
    fee_asset: str
    maker: bool | None
    key: str
    base: str | None
    """The asset of the quantity; null where the lot is not recorded."""
    quote: str | None
    """The asset of the amount."""


class DecisionListed(Document):
    """A row of `lotkeeper decisions`."""

    time: Moment
    pair: str
    lot: str | None
    decision: str
    """A name of DecisionKind in `lotkeeper/trading/journal.py`."""
    cause: str
    """A name of Cause there."""
    order: str | None
    facts: dict[str, str]
    """Figures by name."""
    who: str
    why: str
    key: str


class IncidentListed(Document):
    """A row of `lotkeeper incidents`."""

    opened: Moment
    ended: Moment | None
    end: str | None
    """over, or not-found: who looked first after a restart did not find it any more. Null while it is open."""
    kind: str
    severity: str
    """notice, warning or critical."""
    pair: str | None
    subject: str
    """What it is about: an order, a lot, a pair, an actor, a stream, or the service."""
    details: str
    key: str


class ProfitListed(Document):
    """What sales earned, of one pair or period."""

    pair: str | None = None
    period: str | None = None
    quote: str
    sales: Count
    cost: Amount
    proceeds: Amount
    sell_fees: Amount
    profit: Amount
    by_hand: Amount
    fees: dict[str, Amount]


class Profit(Document):
    """`lotkeeper profit`."""

    by: str
    time_zone: str
    since: str | None
    until: str | None
    rows: list[ProfitListed]
    totals: list[ProfitListed]
    uncounted_lots: Count
    impossible_lots: list[str]


class SaleTaxed(Document):
    """A row of `lotkeeper tax`."""

    sold: Moment
    acquired: Moment
    acquired_last: Moment
    pair: str
    asset: str
    quantity: Amount
    cost: Amount
    proceeds: Amount
    fee: Amount
    profit: Amount
    quote: str
    kind: str
    lot: str
    order_id: int | None
    trade_id: int | None


class ChangeListed(Document):
    """A standing SELL that would be placed again at another price."""

    lot: str
    pair: str
    base: str
    quote: str
    client_order_id: str
    quantity: Amount
    price: Amount
    new_price: Amount
    wanted_profit: Amount | None
    new_wanted_profit: Amount

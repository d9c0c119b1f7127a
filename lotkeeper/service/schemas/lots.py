"""A lot: in a list, and with its whole arithmetic."""

from pydantic import Field

from lotkeeper.service.schemas.base import Amount, Count, Document, Moment, Seconds


class DustShare(Document):
    """Dust that one lot took over from another, at its share of the cost."""

    lot: str
    quantity: Amount
    cost: Amount
    at: Moment


class MovedCost(Document):
    """Cost that moved between two lots of a group; less where it is negative."""

    lot: str
    cost: Amount
    at: Moment


class DisposedCoins(Document):
    """Coins that left their lot in another way than by a SELL of lotkeeper."""

    way: str
    order_id: int | None
    trade_id: int | None
    quantity: Amount
    cost: Amount
    proceeds: Amount
    """After the fee."""
    at: Moment


class StopOfSell(Document):
    """The stop of a SELL that is an order list."""

    trigger: Amount | None
    """Null while it was not seen on the exchange."""
    limit: Amount | None
    order_id: int | None
    executed: Amount
    triggered: bool


class TrailFields(Document):
    """How a SELL follows the price."""

    type: str
    distance_pct: Amount | None
    stop_price: Amount | None
    """Null: from the next trade on."""


class SellOfLot(TrailFields):
    """A SELL of a lot."""

    client_order_id: str
    order_id: int | None
    state: str
    price: Amount
    quantity: Amount
    executed: Amount
    sent: Moment
    stop: StopOfSell | None


class LotFields(Document):
    """A lot; quantities in base asset, money in quote asset."""

    lot: str
    pair: str
    base: str
    quote: str
    state: str
    """OPEN, SELLING, PARKED, QUEUED, HELD or CLOSED."""
    reason: str
    received: Amount
    cost: Amount
    sold: Amount
    in_sells: Amount
    remainder: Amount
    taken: list[DustShare]
    given: list[DustShare]
    moved_cost: Amount
    moves: list[MovedCost]
    disposed: list[DisposedCoins]
    realised_profit: Amount
    fees: dict[str, Amount]
    fees_quote: Amount
    opened: Moment
    closed: Moment | None
    held_seconds: Seconds | None
    nearest_trigger: Amount | None
    nearest_stop: Amount | None
    arms_at: Amount | None
    """The bid at which its break-even is armed."""
    refused_in_a_row: Count
    sells: list[SellOfLot]


class Position(LotFields):
    """A row of `lotkeeper positions`."""

    away_pct: Amount | None
    """From the bid to the nearest trigger, in percent of the bid."""


class LotTerms(Document):
    """On which terms the pair is sold."""

    tick: Amount
    step: Amount
    min_notional: Amount
    sell_rate: Amount
    net_profit_pct: Amount
    min_net_profit: Amount
    dust: str
    sell_fee: str
    bnb_discount: bool


class TradeOfLot(Document):
    """A trade."""

    trade: int
    time: Moment
    price: Amount
    quantity: Amount
    amount: Amount
    fee: Amount
    fee_asset: str
    fee_price: Amount | None
    fee_valued_at: Moment | None
    fee_value: Amount | None
    maker: bool | None


class SaleOfLot(TradeOfLot):
    """A trade of a SELL, and what it earned."""

    net: Amount
    cost: Amount
    profit: Amount
    held_seconds: Seconds


class AskedFor(TrailFields):
    """How the price of a SELL was calculated."""

    price: Amount
    quantity: Amount
    cost: Amount
    wanted_profit: Amount | None
    wanted_by: str
    wanted_pct: Amount | None
    sell_rate: Amount | None
    floor: Amount | None
    expected_proceeds: Amount
    expected_fee: Amount | None
    expected_net: Amount | None
    expected_profit: Amount | None


class AskedSell(AskedFor):
    """The same of a SELL that stands or stood."""

    client_order_id: str
    state: str
    stop: StopOfSell | None


class LadderStep(Document):
    """A part of a lot with a net profit of its own."""

    share_pct: Amount
    net_profit_pct: Amount
    quantity: Amount
    sold_at_pct: Amount


class GroupedLot(Document):
    """A lot that is sold at the common price of its pair."""

    lot: str
    quantity: Amount
    floor: Amount
    stands_at: Amount
    moved_cost: Amount


class LotGroup(Document):
    """The lots that are sold at a common price."""

    price: Amount
    lots: list[GroupedLot]


class TrailingShare(Document):
    """The part that follows the price, or is to."""

    distance_pct: Amount
    share_pct: Amount
    quantity: Amount
    client_order_id: str | None
    why_not: str | None


class AgeRule(Document):
    """A step by which the wanted profit falls with age."""

    after_seconds: Count
    from_: Moment = Field(alias="from")
    net_profit_pct: Amount
    now: bool


class ExitOfLot(Document):
    """An exit that is armed, or why it is not."""

    kind: str
    trigger: Amount | None
    price: Amount | None
    quantity: Amount
    client_order_id: str | None
    from_: Moment | None = Field(alias="from")
    arms_at: Amount | None
    why_not: str | None
    away_pct: Amount | None


class InstructedPart(Document):
    """What a person asked to be sold, and how far it has come."""

    number: int
    state: str
    asked_at: Moment
    who: str
    why: str
    quantity: Amount
    whole: bool
    kind: str
    price: Amount
    below_floor: bool
    sold: Amount
    brought: Amount
    sold_otherwise: Amount
    left: Amount
    client_order_ids: list[str]
    open: list[str]


class NextStep(Document):
    """What would be decided about the lot now."""

    decision: str
    why: str
    until: str | None = None
    price: Amount | None = None
    quantity: Amount | None = None


class Explained(LotFields):
    """`lotkeeper explain`: every figure follows from those above it."""

    terms: LotTerms | None
    buys: list[TradeOfLot]
    bought: Amount
    fees_in_base: Amount
    paid: Amount
    fees_in_quote: Amount
    fees_valued: Amount
    stock: Amount
    stock_cost: Amount
    asked: list[AskedSell]
    ladder: list[LadderStep]
    group: LotGroup | None
    trailing: TrailingShare | None
    age: list[AgeRule]
    exits: list[ExitOfLot]
    instructed: list[InstructedPart]
    dust: Amount
    dust_cost: Amount
    next: list[NextStep]
    next_asked: AskedFor | None
    sales: list[SaleOfLot]
    expected_net: Amount | None
    correction: Amount
    realised_net: Amount

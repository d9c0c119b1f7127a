"""The status of each pair."""

from lotkeeper.service.schemas.base import Amount, Count, Document, Moment, Seconds
from lotkeeper.service.schemas.lots import DisposedCoins
from lotkeeper.service.schemas.streams import FrameSums, StreamStatus


class PausedPair(Document):
    """A pause by a person."""

    since: Moment | None
    until: Moment | None
    who: str
    why: str


class PriceStatus(Document):
    """The last valid price of a pair."""

    bid: Amount
    ask: Amount
    last: Amount
    age_seconds: Seconds
    source: str
    stale: bool
    confirmed: bool


class PriceModeStatus(Document):
    """Where the prices of a pair come from."""

    source: str
    reason: str
    since: Moment


class WaitingLotStatus(Document):
    """A lot of which something has no SELL."""

    lot: str
    state: str
    reason: str
    quantity: Amount


class DisposedOfLot(DisposedCoins):
    """The same with the name of its lot."""

    lot: str


class UncoveredStatus(Document):
    """What has had no SELL for over a minute."""

    quantity: Amount
    lots: Count
    lot: str
    seconds: Seconds
    reason: str
    command: str


class FeeRiseStatus(Document):
    """What SELLs on the book lack since the fee has risen."""

    sells: Count
    shortfall: Amount
    at_a_loss: Count
    lowest_rate: Amount


class CameStatus(Document):
    """Coins that came without a trade."""

    quantity: Amount
    since: Moment


class UnresolvedStatus(Document):
    """An order whose outcome is not known."""

    lot: str
    order: str
    what: str
    age_seconds: Seconds
    evidence: str
    asked: Count
    next_question_seconds: Seconds | None
    may_arrive_seconds: Seconds


class StageTimesStatus(Document):
    """How many lots took how long for a stage of the way from their first fill to their first SELL."""

    counts: list[Count]
    """Up to 5, 10, 25, 50, 100, 250 and 500 ms, 1, 2.5, 5, 15 and 60 s, and above; each above the one before."""
    sum_seconds: Seconds


class OpenBuyStatus(Document):
    """A BUY of the account on the book."""

    client_order_id: str
    order_id: int
    state: str
    price: Amount
    quantity: Amount
    executed: Amount
    sent: Moment
    type: str


class StartingPair(Document):
    """A pair whose keeper has not reported yet."""

    phase: str
    stream: StreamStatus | None
    price: PriceStatus | None
    price_mode: PriceModeStatus | None
    frames: FrameSums | None


class PairStatus(StartingPair):
    """A pair; quantities in base asset, money in quote asset."""

    paused: bool
    pause: PausedPair | None
    watch_only: str
    known_since: Moment | None
    history_from: Moment | None
    quote: str
    complete_as_of: Moment | None
    complete_age_seconds: Seconds | None
    buys: Count
    lots_open: Count
    lots_closed: Count
    sells_placed: Count
    sells_filled: Count
    sells_unknown: Count
    first_sell: Moment | None
    open_quantity: Amount
    open_cost: Amount
    nearest_sell: Amount | None
    realised_profit: Amount
    unrealised_profit: Amount | None
    unprotected: Amount
    lots_parked: Count
    lots_queued: Count
    lots_held: Count
    oldest_lot_seconds: Seconds | None
    waiting: list[WaitingLotStatus]
    fees: dict[str, Amount]
    fees_quote: Amount
    sell_rate: Amount | None
    mean_held_seconds: Seconds | None
    disposed: list[DisposedOfLot]
    uncovered: UncoveredStatus | None
    fee_rise: FeeRiseStatus | None
    came: CameStatus | None
    in_doubt: list[UnresolvedStatus]
    first_sells: dict[str, StageTimesStatus]
    open_buys: list[OpenBuyStatus]
    trouble: str
    incarnation: Count
    age_seconds: Seconds

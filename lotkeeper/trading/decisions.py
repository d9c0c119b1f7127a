"""What to do about a lot, as a value: the actor only carries it out."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lotkeeper.trading.client_ids import SellName
from lotkeeper.trading.floors import floor_price, rounded_down
from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import EXACT, ceil_to, floor_to, plain
from lotkeeper.trading.order_states import IN_FLIGHT, OrderState
from lotkeeper.trading.pairs import TradePair


class OnPartial(StrEnum):
    IMMEDIATE = "immediate"  # sell each sellable part as soon as it is bought
    COMPLETE = "complete"  # wait for the BUY's end


@dataclass(frozen=True, slots=True)
class ExitPolicy:
    """How a lot is sold: the net profit in percent of its cost, and when a partly filled BUY is sold."""

    net_profit_pct: Decimal
    on_partial: OnPartial = OnPartial.IMMEDIATE


@dataclass(frozen=True, slots=True)
class Market:
    """What a SELL of one pair must reckon with: its rules and the expected sell fee (a fraction of the proceeds)."""

    pair: TradePair
    sell_rate: Decimal


@dataclass(frozen=True, slots=True)
class PlaceSell:
    """Put `quantity` on the book at `price`, the floor of the `cost` it covers."""

    name: SellName
    price: Decimal
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do until the event that `why` names."""

    why: str


@dataclass(frozen=True, slots=True)
class Park:
    """What is left cannot be sold now; look again at `until_ms` (None: when something changes)."""

    why: str
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ValueFees:
    """A buy fee was taken in third assets whose value in quote must be known first."""

    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """Everything sellable is sold."""


Decision = PlaceSell | Wait | Park | ValueFees | Close

_RETRY_FIRST_MS = 1_000
_RETRY_MOST_MS = 300_000


def decide(lot: Lot, market: Market, policy: ExitPolicy, now_ms: int) -> Decision:
    """The next step for a lot. Pure: the same lot, rules and time give the same decision."""
    waiting = _waiting(lot, market.pair, policy)
    if waiting is not None:
        return waiting
    quantity = sellable(lot, market.pair)
    if not quantity:
        return _nothing_to_sell(lot, market.pair)
    again_ms = retry_at(lot)
    if again_ms > now_ms:
        return Park(lot.reason or "the exchange ended the last SELL", again_ms)
    return _place(lot, market, policy, quantity)


def sellable(lot: Lot, pair: TradePair) -> Decimal:
    """How much of the remainder fits the exchange's quantity rules in one order; zero when nothing does."""
    quantity = floor_to(lot.remainder, pair.step)
    if pair.max_quantity:
        quantity = min(quantity, floor_to(pair.max_quantity, pair.step))
    return quantity if quantity > 0 and quantity >= pair.min_quantity else Decimal(0)


def unprotected(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """The quantity that could be sold and that no SELL covers, whatever the reason; zero is the promise.

    A BUY that the configuration waits for (`on_partial: complete`) is not unprotected but unfinished.
    """
    if lot.state is LotState.CLOSED or _is_unfinished(lot, policy):
        return Decimal(0)
    quantity = sellable(lot, market.pair)
    worth_selling = quantity and isinstance(_place(lot, market, policy, quantity), PlaceSell)
    return floor_to(lot.remainder, market.pair.step) if worth_selling else Decimal(0)


def retry_at(lot: Lot) -> int:
    """When the next SELL may be tried (ms): at once, or later and later after SELLs that ended unfilled in a row."""
    setbacks = 0
    for order in reversed(lot.orders):
        if order.executed or order.state not in (OrderState.REFUSED, OrderState.EXPIRED):
            break
        setbacks += 1
    if setbacks == 0 or (setbacks == 1 and lot.orders[-1].state is OrderState.EXPIRED):
        return 0
    delay = min(_RETRY_FIRST_MS << (setbacks - 1), _RETRY_MOST_MS)
    return lot.orders[-1].updated_ms + delay


def _waiting(lot: Lot, pair: TradePair, policy: ExitPolicy) -> Decision | None:
    in_flight = [order.client_id for order in lot.orders if order.state in IN_FLIGHT]
    if in_flight:
        return Wait(f"the outcome of SELL {in_flight[0]}")
    if lot.state is LotState.HELD and sellable(lot, pair):
        return Wait(lot.reason or "held by hand")
    assets = sorted({fill.commission_asset for fill in lot.unvalued() if fill in lot.buys})
    if assets:
        return ValueFees(tuple(assets))
    return Wait("the end of the BUY order") if _is_unfinished(lot, policy) else None


def _is_unfinished(lot: Lot, policy: ExitPolicy) -> bool:
    return policy.on_partial is OnPartial.COMPLETE and not lot.buy_ended


def _nothing_to_sell(lot: Lot, pair: TradePair) -> Decision:
    if lot.remainder < 0:
        return Wait(f"reconciliation: SELLs cover {plain(-lot.remainder)} {lot.base} more than was received")
    if lot.open_quantity:
        return Wait("its SELLs on the book")
    smallest = max(pair.step, pair.min_quantity)
    if lot.sold and (lot.remainder < smallest or not lot.remainder):
        return Close()
    return Park(f"{plain(lot.remainder)} {lot.base} is below the smallest order quantity {plain(smallest)}")


def _place(lot: Lot, market: Market, policy: ExitPolicy, quantity: Decimal) -> Decision:
    pair = market.pair
    if not pair.is_trading:
        return Park(f"{pair.symbol} is {pair.status} on the exchange")
    exact = cost_to_cover(lot, quantity)  # one rounded down could end a tick below the floor
    floor = floor_price(exact, quantity, market.sell_rate, policy.net_profit_pct, pair.tick)
    price = max(floor, ceil_to(Fraction(pair.min_price), pair.tick))
    notional = EXACT.multiply(price, quantity)
    if pair.max_price and price > pair.max_price:
        return Park(f"the floor {plain(price)} is above the highest price allowed, {plain(pair.max_price)}")
    if notional < pair.min_notional:
        return Park(f"worth {plain(notional)} {lot.quote}, below the smallest order of {plain(pair.min_notional)}")
    if pair.max_notional and notional > pair.max_notional:
        return _place_part(lot, market, policy, floor_to(EXACT.divide(pair.max_notional, price), pair.step))
    cost = lot.cost_of_remainder if quantity == lot.remainder else rounded_down(exact)
    return PlaceSell(SellName(lot.buy_order_id, lot.next_generation), price, quantity, cost)


def cost_to_cover(lot: Lot, quantity: Decimal) -> Fraction:
    """The exact cost (quote) that a SELL of `quantity` (base) of the remainder has to bring.

    Its share of what no SELL covers yet, and at least what all SELLs together then lack of their share of the whole
    lot: while a BUY climbs, cheap dust stays behind and the later parts are dearer than it.
    """
    share = Fraction(lot.cost_of_remainder) * Fraction(quantity) / Fraction(lot.remainder)
    covered = Fraction(lot.received) - Fraction(lot.remainder) + Fraction(quantity)
    together = Fraction(lot.cost) * covered / Fraction(lot.received)
    held = Fraction(lot.cost) - Fraction(lot.cost_of_remainder)
    return max(share, min(together - held, Fraction(lot.cost_of_remainder)))


def _place_part(lot: Lot, market: Market, policy: ExitPolicy, quantity: Decimal) -> Decision:
    """As much as the largest notional allows; the rest waits for the next SELL."""
    pair = market.pair
    if quantity <= 0 or quantity < pair.min_quantity:
        allowed = f"{plain(quantity)} {lot.base}, below the smallest order quantity {plain(pair.min_quantity)}"
        return Park(f"the largest order of {plain(pair.max_notional)} {lot.quote} carries {allowed}")
    return _place(lot, market, policy, quantity)

"""What a sale that a person asks for would come to, and why it cannot be."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.filters.base import Draft, MarketContext, OrderType
from lotkeeper.trading.lots.instructed import counted_as_sold, left_to_sell, next_instructed_generation
from lotkeeper.trading.lots.instructions import PriceKind, SellInstruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import (
    ONE,
    ZERO,
    Ratio,
    floor_to,
    less,
    nearest_text,
    plain,
    product,
    ratio_ceil_to,
    ratio_floor_to,
)
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.price_band import why_refused
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.decisions import Situation
from lotkeeper.trading.selling.instructed_sells import CAN_BE_INSTRUCTED, floor_of, sells_in_the_way, without_sells
from lotkeeper.trading.selling.next_sell import next_sell
from lotkeeper.trading.selling.self_trade import consequence_of, harms_sale, met_buy

# A sale at the market is a LIMIT so far under the bid: it is filled at once at the best bids, and never below.
MARKET_MARGIN = Decimal("0.005")
_PERCENT_STEP = Decimal("0.01")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class SaleWish:
    """What a person asks for."""

    kind: PriceKind
    price: Decimal | None  # quote; None where the kind tells it
    quantity: Decimal | None  # base; None for all that the lot has
    is_below_floor_allowed: bool
    at_ms: int  # wall clock
    who: str
    why: str

    @property
    def request(self) -> str:
        """The same for all that ask for the same."""
        amount = "all" if self.quantity is None else plain(self.quantity)
        price = "" if self.price is None else f" {plain(self.price)}"
        return f"{amount} {self.kind}{price}{' below the floor' if self.is_below_floor_allowed else ''}"


@dataclass(frozen=True, slots=True)
class PlannedSale:
    """The numbers of it; money in quote asset, quantities in base asset."""

    instruction: SellInstruction
    bid: Decimal | None  # the best bid then; None where it is not known
    floor: Decimal  # of this quantity
    expected_price: Decimal  # what the market would pay now, or the price itself
    cost: Decimal  # the share of the lot's cost
    fee: Decimal  # the expected one
    net: Decimal  # the expected proceeds less the fee
    cancels: tuple[str, ...]  # client order ids of the SELLs that make room for it
    left: Decimal  # what the lot keeps, for its policy
    met: OrderReport | None = None  # the trader's own BUY that it meets if it comes so far
    self_trade: str = ""  # what the exchange would do then (`TradePair.self_trade`)

    @property
    def profit(self) -> Decimal:
        return less(self.net, self.cost)

    @property
    def under_floor_pct(self) -> Decimal | None:
        """By how much its price is under the floor, in percent, rounded up; None if it is not."""
        return under_floor_pct(self.instruction.price, self.floor)


@dataclass(frozen=True, slots=True)
class Prices:
    """What is known of the market (quote); None: not known."""

    bid: Decimal | None
    reference: Decimal | None  # the exchange measures the prices of orders by it
    own_buys: tuple[OrderReport, ...] = ()  # the account's own open BUYs


def plan_sale(lot: Lot, market: Market, policy: ExitPolicy, wish: SaleWish, prices: Prices) -> PlannedSale | str:
    """The sale, or why there is none: a sentence for people."""
    quantity = _quantity(lot, market, wish)
    if isinstance(quantity, str):
        return quantity
    free = without_sells(lot, lot.live_sells)
    floor = floor_of(free, market, policy, quantity)
    price = _price(wish, floor, prices.bid, market.pair)
    if isinstance(price, str):
        return price
    around = MarketContext(reference_price=prices.reference, now_ms=wish.at_ms)
    draft = Draft(Side.SELL, OrderType.LIMIT, _of_one_order(quantity, price, market.pair), price)
    if refused := why_refused(market.pair, draft, around):
        return f"the exchange would refuse it: {refused}"
    met = met_buy(prices.own_buys, price)
    is_own_bid = met is not None and (prices.bid is None or met.price >= prices.bid)
    if met is not None and is_own_bid and harms_sale(market.pair.self_trade):
        return _self_trade_refusal(met, market.pair)
    instruction = _instruction(lot, wish, quantity, price, market.pair)
    without_ladder = replace(policy, ladder=()) if policy.ladder else policy
    at_floor, _ = next_sell(free, market, without_ladder, Situation(wish.at_ms), quantity)
    expected = price if is_own_bid else max(price, prices.bid or ZERO)
    proceeds = product(expected, quantity)
    fee = product(proceeds, market.sell_rate)
    return PlannedSale(
        instruction=instruction,
        bid=prices.bid,
        floor=floor,
        expected_price=expected,
        cost=at_floor.cost,
        fee=fee,
        net=less(proceeds, fee),
        cancels=_cancels(lot, market.pair, quantity),
        left=less(_available(lot, market.pair), quantity),
        met=met,
        self_trade=market.pair.self_trade,
    )


def _self_trade_refusal(met: OrderReport, pair: TradePair) -> str:
    """Why it cannot be: the best bid is the account's own BUY."""
    what = f"it would meet your own BUY {met.order_id} at {plain(met.price)}, and the exchange"
    return f"{what} {consequence_of(pair.self_trade)}: cancel that BUY first, with `lotkeeper cancel {met.order_id}`"


def under_floor_pct(price: Decimal, floor: Decimal) -> Decimal | None:
    """By how much a price is under a floor, in percent, rounded up to hundredths; None if it is not."""
    under = less(floor, price)
    return ratio_ceil_to(Ratio(product(under, _HUNDRED), floor), _PERCENT_STEP) if under > 0 else None


def _instruction(lot: Lot, wish: SaleWish, quantity: Decimal, price: Decimal, pair: TradePair) -> SellInstruction:
    is_whole = quantity == _available(lot, pair)
    return SellInstruction(
        number=len(lot.instructions) + 1,
        request=wish.request,
        kind=wish.kind,
        quantity=quantity,
        price=price,
        is_whole=is_whole,
        is_below_floor_allowed=wish.is_below_floor_allowed,
        sold_before=counted_as_sold(lot, is_whole=is_whole),
        from_generation=next_instructed_generation(lot),
        at_ms=wish.at_ms,
        who=wish.who,
        why=wish.why,
    )


def _cancels(lot: Lot, pair: TradePair, quantity: Decimal) -> tuple[str, ...]:
    """The SELLs (client order ids) that make room for it: those of an earlier instruction, then others."""
    earlier = tuple(order for order in lot.live_sells if order.name.is_instructed)
    freed = without_sells(lot, earlier)
    return tuple(order.client_id for order in (*earlier, *sells_in_the_way(freed, pair.step, quantity)))


def _available(lot: Lot, pair: TradePair) -> Decimal:
    """What the lot has not sold (base), in whole steps."""
    return floor_to(less(lot.stock, lot.sold), pair.step)


def _quantity(lot: Lot, market: Market, wish: SaleWish) -> Decimal | str:
    """How much is sold (base), or why nothing can be."""
    if lot.state is LotState.CLOSED:
        return f"lot {lot.lot_id} is closed"
    if lot.hold not in CAN_BE_INSTRUCTED:
        return f"lot {lot.lot_id} cannot be sold now: {lot.reason}"
    if lot.remainder < 0:
        return f"the SELLs of lot {lot.lot_id} cover more than it has: `lotkeeper reconcile {lot.symbol}`"
    if lot.unvalued_fills():
        return f"a fee of lot {lot.lot_id} is not valued yet; try again in a moment"
    if not market.pair.is_trading:
        return f"{lot.symbol} is {market.pair.status} on the exchange"
    if market.sell_rate >= ONE:
        return f"a sell fee of {plain(market.sell_rate)} of the proceeds leaves nothing"
    return _checked_quantity(lot, market.pair, wish.quantity)


def _checked_quantity(lot: Lot, pair: TradePair, wanted: Decimal | None) -> Decimal | str:
    available = _available(lot, pair)
    quantity = available if wanted is None else wanted
    if floor_to(quantity, pair.step) != quantity:
        nearest = nearest_text(quantity, pair.step, available)
        return f"{plain(quantity)} {lot.base} is no multiple of the step {plain(pair.step)}{nearest}"
    if quantity > available:
        return f"lot {lot.lot_id} has {plain(available)} {lot.base} left to sell, less than {plain(quantity)}"
    if quantity < pair.min_quantity:
        least = plain(pair.min_quantity)
        return f"{plain(quantity)} {lot.base} of lot {lot.lot_id} is less than the smallest order, {least}"
    return quantity


def _price(wish: SaleWish, floor: Decimal, bid: Decimal | None, pair: TradePair) -> Decimal | str:
    """The limit of the SELLs (quote), or why it is refused."""
    if wish.kind is PriceKind.FLOOR:
        return floor
    if wish.kind is PriceKind.AT:
        assert wish.price is not None
        if floor_to(wish.price, pair.tick) != wish.price:
            nearest = nearest_text(wish.price, pair.tick)
            return f"a price of {plain(wish.price)} is no multiple of the tick {plain(pair.tick)}{nearest}"
        return wish.price if wish.is_below_floor_allowed else _not_under(wish.price, floor, "it")
    if bid is None:
        return f"the market of {pair.symbol} shows no bid now"
    limit = max(ratio_floor_to(Ratio(product(bid, less(ONE, MARKET_MARGIN))), pair.tick), pair.tick)
    if wish.is_below_floor_allowed:
        return limit
    refused = _not_under(bid, floor, "the bid")
    return refused if isinstance(refused, str) else max(limit, floor)


def _not_under(price: Decimal, floor: Decimal, what: str) -> Decimal | str:
    percent = under_floor_pct(price, floor)
    if percent is None:
        return price
    return (
        f"{what} is {plain(percent)} % under the floor: {plain(price)}, and the floor is {plain(floor)}. "
        "--below-floor sells all the same"
    )


def _of_one_order(quantity: Decimal, price: Decimal, pair: TradePair) -> Decimal:
    """As much of it (base) as one order carries: what is more goes into further orders."""
    if pair.size.most:
        quantity = min(quantity, pair.max_quantity)
    return min(quantity, ratio_floor_to(Ratio(pair.max_notional, price), pair.step)) if pair.max_notional else quantity


def is_same_and_counts(lot: Lot, wish: SaleWish) -> bool:
    """Whether the newest instruction of the lot is this very wish, and stands or is done."""
    newest = lot.instructions[-1] if lot.instructions else None
    return newest is not None and newest.request == wish.request and newest.end is None


def is_done(lot: Lot, instruction: SellInstruction) -> bool:
    """Whether all of it is sold."""
    return not left_to_sell(lot, instruction)

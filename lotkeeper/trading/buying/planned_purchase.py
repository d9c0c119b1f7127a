"""What a purchase that a person asks for would come to, and why it cannot be."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from lotkeeper.trading.buying.paid_sell import paid_sell_price
from lotkeeper.trading.buying.purchase import PurchaseWish
from lotkeeper.trading.filters.base import NOTHING_KNOWN, Draft, MarketContext, OrderCounts, OrderType
from lotkeeper.trading.lots.floors import floor_price, required_proceeds
from lotkeeper.trading.money import ONE, ZERO, Ratio, floor_to, less, plain, product, ratio_floor_to
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.price_band import why_refused


@dataclass(frozen=True, slots=True)
class BuyMarket:
    """What is known of the market (quote); None: not known."""

    ask: Decimal | None
    reference: Decimal | None  # the exchange measures the prices of orders by it
    nearest_sell: Decimal | None  # of our SELLs on the book
    buy_rate: Decimal | None = None  # the highest fee of a BUY, as a fraction of what it brings
    open_orders: OrderCounts = field(default=NOTHING_KNOWN.pair)  # on the pair, the trader's included


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """The numbers of it; money in quote asset, quantities in base asset."""

    price: Decimal | None  # of a LIMIT
    quantity: Decimal | None  # None: the exchange buys for `amount`
    amount: Decimal | None
    ask: Decimal | None
    expected_price: Decimal
    expected_quantity: Decimal
    fee: Decimal  # the expected one, in quote
    cost: Decimal  # the expected one, with the fee
    sell_price: Decimal  # at which its SELL would stand, by the policy's net profit
    is_paid: bool = False  # whether the exchange places that SELL (OPO)
    no_list: str = ""  # why it does not, for people, where a person may expect it


def plan_purchase(market: Market, policy: ExitPolicy, wish: PurchaseWish, known: BuyMarket) -> PlannedPurchase | str:
    """The purchase, or why there is none: a sentence for people."""
    pair = market.pair
    if not pair.is_trading:
        return f"{pair.symbol} is {pair.status} on the exchange"
    expected = wish.price if wish.price is not None and (known.ask is None or wish.price < known.ask) else known.ask
    if expected is None:
        return f"the market of {pair.symbol} shows no ask now"
    if known.nearest_sell is not None and (wish.price or expected) >= known.nearest_sell:
        return f"it would buy from your own SELL at {plain(known.nearest_sell)}"
    quantity = _quantity(pair, wish)
    draft = _draft(wish, quantity, expected)
    # A guessed reference serves for what the market sets the price of: no band of prices is told by it.
    reference = known.reference if wish.price is not None else known.reference or expected
    if refused := why_refused(pair, draft, MarketContext(reference, now_ms=wish.at_ms)):
        return f"the exchange would refuse it: {refused}"
    bought = draft.quantity
    spent = product(bought, expected)
    fee = product(spent, market.sell_rate)
    required = required_proceeds(Ratio(spent), Ratio(ONE), policy)
    received = less(bought, product(bought, market.sell_rate))
    planned = PlannedPurchase(
        price=wish.price,
        quantity=quantity,
        amount=None if quantity is not None else wish.amount,
        ask=known.ask,
        expected_price=expected,
        expected_quantity=bought,
        fee=fee,
        cost=spent,
        sell_price=floor_price(required, received, market.sell_rate, pair.tick) if market.sell_rate < ONE else ZERO,
    )
    if wish.price is None or not wish.pays_for_sell:
        return planned
    around = MarketContext(known.reference, pair=known.open_orders, now_ms=wish.at_ms)
    paid = paid_sell_price(market, policy, draft, around, known.buy_rate)
    return replace(planned, no_list=paid) if isinstance(paid, str) else replace(planned, sell_price=paid, is_paid=True)


def _quantity(pair: TradePair, wish: PurchaseWish) -> Decimal | None:
    """Of a LIMIT for a sum: as much as the sum pays for at its price. None: the exchange works it out."""
    if wish.quantity is not None or wish.price is None or wish.amount is None:
        return wish.quantity
    return ratio_floor_to(Ratio(wish.amount, wish.price), pair.step)


def _draft(wish: PurchaseWish, quantity: Decimal | None, expected: Decimal) -> Draft:
    if wish.price is not None:
        assert quantity is not None
        return Draft(Side.BUY, OrderType.LIMIT, quantity, wish.price)
    if quantity is not None:
        return Draft(Side.BUY, OrderType.MARKET, quantity)
    assert wish.amount is not None
    estimate = floor_to(ratio_floor_to(Ratio(wish.amount, expected), Decimal("1E-8")), Decimal("1E-8"))
    return Draft(Side.BUY, OrderType.MARKET, estimate, quote_quantity=wish.amount)

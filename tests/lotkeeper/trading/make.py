"""Fills, reports, pairs and policies with plain numbers, for tests that say only what matters to them."""

from decimal import Decimal as D

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.amounts import LotSize, Notional, Precision, PriceFilter
from lotkeeper.trading.filters.base import Filter
from lotkeeper.trading.filters.counts import MaxNumOrders
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import EXACT, ZERO
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market, OnPartial
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Close, Decision, Keep, PlaceSell, Situation

SYMBOL, BASE, QUOTE = "BTCUSDT", "BTC", "USDT"
NOW = 1_700_000_000_000
EIGHT = Precision()


def pair(
    *others: Filter,
    symbol: str = SYMBOL,
    base: str = BASE,
    quote: str = QUOTE,
    status: str = "TRADING",
    tick: D = D("0.01"),
    step: D = D("0.00001"),
    min_price: D = ZERO,
    max_price: D = ZERO,
    min_quantity: D = D("0.00001"),
    max_quantity: D = ZERO,
    min_notional: D = D(5),
    max_notional: D = ZERO,
    max_orders: int | None = None,
    precision: Precision = EIGHT,
) -> TradePair:
    """A pair by its numbers; zero switches a rule off."""
    slots = () if max_orders is None else (MaxNumOrders(max_orders),)
    return TradePair(
        symbol=symbol,
        base=base,
        quote=quote,
        status=status,
        price=PriceFilter(tick, min_price, max_price),
        size=LotSize(step, min_quantity, max_quantity),
        filters=(Notional(min_notional, max_notional), *slots, *others),
        precision=precision,
    )


def market(rate: str = "0.001", *others: Filter, **changes: object) -> Market:
    return Market(pair(*others, **changes), D(rate))


def decision(
    lot: Lot, on: Market | None = None, by: ExitPolicy | None = None, at: int = NOW, **around: object
) -> Decision:
    """What is to be done about a lot, where it is one thing."""
    (found,) = decide(lot, on or market(), by or policy(), Situation(at, **around))
    return found


def policy(pct: str = "0", on_partial: OnPartial = OnPartial.IMMEDIATE) -> ExitPolicy:
    return ExitPolicy(D(pct), on_partial)


def fill(trade_id: int, order_id: int, side: Side, quantity: str, price: str, fee: str = "0", asset: str = "") -> Fill:
    return Fill(
        symbol=SYMBOL,
        trade_id=trade_id,
        order_id=order_id,
        side=side,
        price=D(price),
        quantity=D(quantity),
        quote_quantity=EXACT.multiply(D(quantity), D(price)),
        commission=D(fee),
        commission_asset=asset or (BASE if side is Side.BUY else QUOTE),
        time_ms=NOW + trade_id,
        is_maker=False,
    )


def buy(trade_id: int = 1, order_id: int = 7, quantity: str = "1", price: str = "100", **fee: str) -> Fill:
    return fill(trade_id, order_id, Side.BUY, quantity, price, **fee)


def sell(trade_id: int = 2, order_id: int = 70, quantity: str = "1", price: str = "101", **fee: str) -> Fill:
    return fill(trade_id, order_id, Side.SELL, quantity, price, **fee)


def buy_report(order_id: int = 7, executed: str = "1", status: str = "FILLED") -> OrderReport:
    return OrderReport(SYMBOL, order_id, "web_1", Side.BUY, status, D(100), D(executed), D(executed), D(0), NOW)


def sell_report(
    order: SellOrder, order_id: int = 70, status: str = "NEW", executed: str = "0", client_id: str = ""
) -> OrderReport:
    return OrderReport(
        symbol=SYMBOL,
        order_id=order_id,
        client_id=client_id or order.client_id,
        side=Side.SELL,
        status=status,
        price=order.price,
        quantity=order.quantity,
        executed=D(executed),
        quote_executed=D(executed) * order.price,
        time_ms=NOW + 10,
        trail=order.trail,
        list_id=None if order.stop is None else 5,
    )


def named_report(
    buy_order_id: int,
    generation: int,
    order_id: int,
    quantity: str,
    price: str,
    status: str = "NEW",
    executed: str = "0",
) -> OrderReport:
    """A SELL that only the exchange knows."""
    name = client_order_id(SellName(buy_order_id, generation))
    numbers = D(price), D(quantity), D(executed), D(executed) * D(price)
    return OrderReport(SYMBOL, order_id, name, Side.SELL, status, *numbers, NOW + 10)


def book(**more: object) -> PairBook:
    return PairBook(SYMBOL, BASE, QUOTE, **more)  # type: ignore[arg-type]


def place(
    book: PairBook, buy_order_id: int = 7, *, on: Market | None = None, by: ExitPolicy | None = None
) -> SellOrder:
    """The SELL that the rules want for a lot, booked as sent; what is kept of the lot has left it."""
    *before, found = decide(book.lots[buy_order_id], on or market(), by or policy(), Situation(NOW))
    for step in before:
        assert isinstance(step, Keep), step
        book.lots.dispose(step.disposal)
    assert isinstance(found, PlaceSell), found
    return book.lots.record_sell_sent(found, NOW)


def selling(quantity: str = "1", price: str = "100", order_id: int = 70) -> tuple[PairBook, SellOrder]:
    """A book with one lot (BUY order 7) whose SELL (`order_id`) stands on the exchange's book."""
    kept = book()
    kept.apply_fill(buy(quantity=quantity, price=price))
    order = place(kept)
    kept.apply_report(sell_report(order, order_id))
    return kept, order


def sold_out() -> tuple[PairBook, SellOrder]:
    """A lot that is sold and closed, its BUY ended; its last trade is number 2."""
    kept, order = selling()
    kept.apply_report(buy_report())
    kept.apply_fill(sell(2))
    kept.apply_report(sell_report(order, status="FILLED", executed="1"))
    kept.lots.apply_decision(kept.lots[7], Close())
    return kept, order


def check(lot: Lot) -> None:
    """What holds for every lot at every moment."""
    held = sum((order.covered_cost for order in lot.orders), D(0))
    still_held = held - lot.cost_sold
    gone = (*lot.dust_given, *lot.disposals)
    taken, given = (sum((each.quantity for each in carries), D(0)) for carries in (lot.dust_taken, gone))
    assert lot.received + taken - given == lot.sold + lot.open_quantity + lot.remainder
    cost = lot.cost + sum(each.cost for each in lot.dust_taken) - sum(each.cost for each in gone)
    cost += lot.moved_cost
    assert cost == lot.cost_sold + still_held + lot.uncovered_cost
    assert len({order.name for order in lot.orders}) == len(lot.orders)

"""Fills, reports, pairs and policies with plain numbers, for tests that say only what matters to them."""

from decimal import Decimal as D

from lotkeeper.trading.book import PairBook
from lotkeeper.trading.client_ids import SellName, client_order_id
from lotkeeper.trading.decisions import ExitPolicy, Market, OnPartial, PlaceSell, decide
from lotkeeper.trading.fills import Fill, Side
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import EXACT
from lotkeeper.trading.orders import OrderReport, SellOrder
from lotkeeper.trading.pairs import TradePair

SYMBOL, BASE, QUOTE = "BTCUSDT", "BTC", "USDT"
NOW = 1_700_000_000_000


def pair(**changes: object) -> TradePair:
    values = {"tick": D("0.01"), "step": D("0.00001"), "min_quantity": D("0.00001"), "min_notional": D(5)}
    return TradePair(**{"symbol": SYMBOL, "base": BASE, "quote": QUOTE, "status": "TRADING", **values, **changes})


def market(rate: str = "0.001", **changes: object) -> Market:
    return Market(pair(**changes), D(rate))


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


def book() -> PairBook:
    return PairBook(SYMBOL, BASE, QUOTE)


def place(
    book: PairBook, buy_order_id: int = 7, *, on: Market | None = None, by: ExitPolicy | None = None
) -> SellOrder:
    """The SELL that the rules want for a lot, booked as sent."""
    decision = decide(book.lots[buy_order_id], on or market(), by or policy(), NOW)
    assert isinstance(decision, PlaceSell), decision
    return book.sell_sent(decision, NOW)


def selling(quantity: str = "1", price: str = "100", order_id: int = 70) -> tuple[PairBook, SellOrder]:
    """A book with one lot (BUY order 7) whose SELL (`order_id`) stands on the exchange's book."""
    kept = book()
    kept.take_fill(buy(quantity=quantity, price=price))
    order = place(kept)
    kept.take_report(sell_report(order, order_id))
    return kept, order


def check(lot: Lot) -> None:
    """What holds for every lot at every moment."""
    held = sum((order.cost_held for order in lot.orders), D(0))
    still_held = held - lot.cost_sold
    assert lot.received == lot.sold + lot.open_quantity + lot.remainder
    assert lot.cost == lot.cost_sold + still_held + lot.cost_of_remainder
    assert len({order.name for order in lot.orders}) == len(lot.orders)

"""The table of the trades, and that of the orders of all time."""

import pytest

from cli.views.fills import fills_table
from cli.views.orders import past_orders_table
from lotkeeper.service.documents.history_rows import fill_document, order_document
from persistence.history.fills import PastFill
from persistence.history.orders import PastBuy, PastSell
from tests.cli.views.rendering import render
from tests.lotkeeper.trading.make import D
from tests.persistence import lots

FILLS = [
    fill_document(PastFill(each, "BTCUSDT-28000001", "BTC", "USDT"))
    for each in (*lots.sold(7).sells, *lots.sold(7).buys)
]
BUY = PastBuy("BTCUSDT", 28000001, "", "", D(0), D("0.5"), D("0.5"), "ENDED", 1_700_000_000_000, 1_700_000_000_000)
ORDERS = [order_document(each) for each in (PastSell("BTCUSDT-28000001", lots.order(28000001)), BUY)]


@pytest.mark.parametrize(("table", "rows"), [(fills_table, FILLS), (past_orders_table, ORDERS)])
@pytest.mark.parametrize("width", [75, 80, 160])
def test_it_fits_the_terminal(table, rows, width):
    lines = render(table(rows), width)
    assert all(len(line) <= width for line in lines)
    assert sum("SELL" in line for line in lines) == sum("BUY" in line for line in lines) == 1


def test_coins_without_a_trade_have_no_trade_id():
    adopted = {**FILLS[1], "trade_id": -5}
    assert [line.split()[-1] for line in render(fills_table([adopted]), 160) if "BUY" in line] == ["-"]


def test_a_buy_of_which_only_the_trades_are_known():
    (line,) = [line for line in render(past_orders_table(ORDERS), 160) if " BUY " in line]
    assert line.split()[2:] == ["BTCUSDT", "BUY", "-", "-", "0.5", "0.5", "ended", "28000001", "BTCUSDT-28000001"]

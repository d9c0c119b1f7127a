"""The table of the open orders, as a person sees it."""

from cli.views.orders import orders_table
from tests.cli.views.rendering import render

SELL = {
    "pair": "BTCUSDT",
    "side": "SELL",
    "type": "LIMIT",
    "client_order_id": "lk1-7-1",
    "order_id": 70,
    "lot": "BTCUSDT-7",
    "state": "OPEN",
    "price": "101.11",
    "quantity": "1",
    "executed": "0",
    "sent": "2020-01-01T00:00:00+00:00",
}


def test_each_order_stands_in_a_row_under_its_heads():
    lines = render(orders_table([SELL, {**SELL, "side": "BUY", "lot": None}]))
    heads, *_ = (line for line in lines if "Pair" in line)
    assert heads.split() == ["Pair", "Side", "Type", "Price", "Quantity", "Executed", "State", "Order", "Lot", "Age"]
    rows = [line.split() for line in lines if "BTCUSDT" in line]
    assert rows[0][:9] == ["BTCUSDT", "SELL", "limit", "101.11", "1", "0", "open", "lk1-7-1", "BTCUSDT-7"]
    assert rows[1][8] == "-"


def test_a_narrow_terminal_keeps_price_and_quantity():
    lines = render(orders_table([SELL]), width=60)
    assert "lk1-7-1" in "".join(lines)
    assert "BTCUSDT-7" not in "".join(lines)

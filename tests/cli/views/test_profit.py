"""The table of what was earned."""

import pytest

from cli.views.profit import profit_view
from tests.cli.views.rendering import render

SUM = {
    "quote": "USDT",
    "sales": 12345,
    "cost": "123456789.123456789",
    "proceeds": "123456799.123456789",
    "sell_fees": "123456.123456789",
    "profit": "-1234.5",
    "by_hand": "0",
    "fees": {"BNB": "0.0003", "USDT": "1"},
}


def document(**changes):
    total = {**SUM, **changes}
    row = {"period": "2026-11-30", **total}
    return {"by": "day", "since": None, "until": "2026-11-30", "rows": [row], "totals": [total]}


@pytest.mark.parametrize("width", [50, 80, 160])
def test_it_fits_the_terminal_and_always_has_the_profit(width):
    lines = render(profit_view(document()), width)
    assert all(len(line) <= width for line in lines)
    assert sum("-1234.50 USDT" in line for line in lines) == 2
    assert "2026-11-30" in lines[0] + lines[1]
    assert "fees of the trades in USDT: 0.0003 BNB, 1 USDT" in lines


def test_manual_sales_have_a_column_where_there_are_some():
    assert not any("By hand" in line for line in render(profit_view(document()), 160))
    assert any("By hand" in line for line in render(profit_view(document(by_hand="5")), 160))

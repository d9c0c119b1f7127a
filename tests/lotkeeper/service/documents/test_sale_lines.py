"""A sale as a person reads it."""

from lotkeeper.service.documents.sale_lines import sale_lines
from tests.cli.commands.test_sell import PLAN


def test_a_sale_above_the_floor_of_a_whole_lot_has_two_lines_of_figures():
    whole = {**PLAN, "state": "begun", "price": "61000", "expected_price": "61000", "under_floor_pct": None}
    lines = sale_lines({**whole, "bid": None, "cancels": [], "left": "0", "profit": "-1.5"})
    assert lines == [
        "BTCUSDT-7: 0.0004 BTC at 61000 USDT or better is being sold",
        "  the bid is not known; expected: 24.0559 USDT after a fee of 0.0241",
        "  it cost 24.0000 USDT: -1.5000 USDT",
    ]


def test_a_buy_of_ones_own_that_it_meets_is_named_with_what_becomes_of_it():
    meets = {"order_id": 50, "price": "60000", "self_trade": "EXPIRE_MAKER", "then": "would end the BUY"}
    assert "  your own BUY 50 stands at 60000: where they meet, the exchange would end the BUY" in sale_lines(
        {**PLAN, "meets": meets}
    )

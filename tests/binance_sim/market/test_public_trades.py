"""Trades and their aggregate trades."""

from binance_sim.market.public_trades import KEPT, TradeTape
from tests.binance_sim.market.test_candles import public_trades
from tests.binance_sim.support import D


def test_trades_of_one_taker_at_one_price_are_one_aggregate():
    book = TradeTape()
    one, two, three, four = public_trades(
        [(0, 100, 1, False), (0, 100, 2, False), (0, 101, 3, False), (1, 101, 4, False)]
    )
    first, second = book.add([one, two, three])
    assert (first.number, first.first_id, first.last_id, first.qty) == (1, 1, 2, D("0.03"))
    assert (second.number, second.price, second.qty) == (2, D("1.01"), D("0.03"))
    (third,) = book.add([four])
    assert (third.number, third.first_id) == (3, 4), "another taker, though at the same price"
    assert book.last == four
    assert list(book.trades)[-2:] == [three, four]


def test_old_trades_are_let_go():
    book = TradeTape()
    for each in public_trades([(1, 100, 1, False)] * (KEPT + 5)):
        book.add([each])
    assert (len(book.trades), book.trades[0].trade_id) == (KEPT, 6)

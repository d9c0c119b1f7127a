"""A line for each thing that happens to a lot."""

from dataclasses import replace
from decimal import Decimal as D

from actors.ledger.positions import position
from cli.views.lot_news import LotNews
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import OrderState
from tests.persistence import lots

BOUGHT = "BTCUSDT-7 bought 0.4995 BTC for 32000.05 USDT"
PLACED = "BTCUSDT-7 SELL placed 0.4995 BTC at 70000 USDT"
SOLD = "BTCUSDT-7 sold 0.4995 BTC at 70000 USDT"
CLOSED = "BTCUSDT-7 closed net profit +2929.98 USDT"


def told(*states):
    news = LotNews()
    return [[line.plain for line in news.told([position(each) for each in lots_now])] for lots_now in states]


def test_bought_placed_and_sold():
    bare = lots.lot(7, orders=(), state=LotState.OPEN)
    assert told([], [bare], [lots.lot(7)], [lots.lot(7)], [lots.sold(7)]) == [
        [],
        [BOUGHT],
        [PLACED],
        [],
        [SOLD, CLOSED],
    ]


def test_all_of_it_between_two_looks():
    assert told([lots.sold(7)]) == [[BOUGHT, PLACED, SOLD, CLOSED]]


def test_a_buy_that_goes_on_is_told_by_what_came():
    more = lots.lot(7, buys=(*lots.lot(7).buys, lots.buy(7, 71, quantity=D("0.1"), commission=D(0))))
    first, second = told([lots.lot(7)], [more])
    assert first == [BOUGHT, PLACED]
    assert second == ["BTCUSDT-7 bought 0.1 BTC for 32000.05 USDT"]


def test_a_sell_of_unknown_outcome():
    lost = lots.lot(7, orders=(lots.order(7, state=OrderState.UNKNOWN),))
    assert told([lost])[0] == [BOUGHT, "BTCUSDT-7 SELL unknown 0.4995 BTC at 70000 USDT"]


def test_a_lot_that_waits_says_why():
    parked = lots.lot(7, orders=(), state=LotState.PARKED)
    news = LotNews([position(lots.lot(7, orders=(), state=LotState.OPEN))])
    (line,) = news.told([{**position(parked), "reason": "the pair is paused"}])
    assert line.plain == "BTCUSDT-7 parked the pair is paused"


def test_what_is_known_is_not_told():
    assert LotNews([position(lots.lot(7))]).told([position(lots.lot(7))]) == []


def test_the_lot_that_was_bought_first_comes_first():
    later = replace(lots.lot(8), buys=(replace(lots.lot(8).buys[0], time_ms=1_700_000_001_000),))
    lines = told([later, lots.lot(7)])[0]
    assert [line.split()[0] for line in lines] == ["BTCUSDT-7", "BTCUSDT-7", "BTCUSDT-8", "BTCUSDT-8"]

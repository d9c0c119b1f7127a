from dataclasses import replace
from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.pair_keeper import lot_sums
from actors.pair_keeper.lot_sums import LotSums
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import Market
from tests.actors.stage import PAIR, POLICY
from tests.persistence.lots import lot, order, sold

MARKET = Market(PAIR, D("0.001"))


def sums_of(sums):
    return {name: value for name, value in vars(sums).items() if name not in ("_summaries", "_terms", "states")} | {
        "states": +sums.states,
        "open": sums.open_lots,
    }


def lots(number):
    """The lot in all the ways in which it may stand."""
    return (
        lot(number, orders=(), state=LotState.OPEN, buy_ended=True),
        lot(number),
        lot(number, orders=(order(number, state=OrderState.UNKNOWN, order_id=None),)),
        lot(number, orders=(), state=LotState.QUEUED, reason="waits"),
        lot(number, orders=(), state=LotState.PARKED),
        sold(number),
    )


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(7, 15), st.integers(0, 6)), max_size=40))
def test_the_sums_are_those_of_all_lots_whatever_happened_before(changes):
    book, sums = PairBook("BTCUSDT", "BTC", "USDT"), LotSums()
    for number, way in changes:
        if way < 6:
            book.lots.store(lots(number)[way])
        elif number in book.lots:
            book.lots.archive([book.lots[number]])
        sums.update(book, MARKET, POLICY)
    book.lots.index.take_changed()
    anew = LotSums()
    anew.update(book, MARKET, POLICY)
    sums.totals = replace(sums.totals, first_sell_ms=anew.totals.first_sell_ms)  # that of a lot that left stays
    assert sums_of(sums) == sums_of(anew)


def test_only_the_lots_that_changed_are_looked_at(monkeypatch):
    book, sums, seen = PairBook("BTCUSDT", "BTC", "USDT"), LotSums(), []
    summary = lot_sums._summary
    monkeypatch.setattr(lot_sums, "_summary", lambda lot, *terms: seen.append(lot.buy_order_id) or summary(lot, *terms))
    book.load_lots([lot(7), lot(8), lot(9)])
    sums.update(book, MARKET, POLICY)
    book.lots.store(sold(8))
    sums.update(book, MARKET, POLICY)
    sums.update(book, MARKET, POLICY)
    assert sorted(seen) == [7, 8, 8, 9]


def test_with_new_terms_all_are_looked_at_again():
    book, sums = PairBook("BTCUSDT", "BTC", "USDT"), LotSums()
    book.load_lots([lot(7, orders=(), state=LotState.PARKED)])
    sums.update(book, MARKET, POLICY)
    assert sums.unprotected > 0
    sums.update(book, Market(PAIR, D(1)), POLICY)  # a fee that leaves nothing: there is nothing to be sold
    assert sums.unprotected == 0

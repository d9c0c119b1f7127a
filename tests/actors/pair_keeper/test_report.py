from decimal import Decimal as D

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Peer
from actors.pair_keeper.lot_sums import LotSums
from actors.pair_keeper.report import Standing, build_report
from actors.pair_keeper.state import Trouble, TroubleKind
from actors.pair_keeper.tags import SendReport
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.reports.profit import Totals, realised_profit
from messages.lifecycle import Peers
from messages.pair_commands import PausePair
from tests.actors.pair_keeper.bench import HERE, at, done, new_state, open_core, sent, wakeups
from tests.actors.stage import TERMS
from tests.persistence.lots import lot, order, sold

STANDING = Standing(3, "trading", False, 5000, "", 6000)


def report(*lots, closed=Totals()):  # noqa: B008 (frozen)
    book = PairBook("BTCUSDT", "BTC", "USDT")
    book.load_lots(lots)
    return build_report(LotSums(), book, TERMS, closed, STANDING)


def test_an_empty_book():
    empty = report()
    assert (empty.buys, empty.lots_open, empty.open_quantity, empty.nearest_sell) == (0, 0, 0, None)
    assert (empty.incarnation, empty.phase, empty.complete_as_of_ms, empty.at_ms) == (3, "trading", 5000, 6000)


def test_the_nearest_sell_is_the_lowest_that_stands_on_the_book():
    standing = lot(7, orders=(order(7, price=D(71000)),))
    nearest = lot(9, orders=(order(9, price=D(70500), order_id=10),))
    doubted = lot(11, orders=(order(11, price=D(60000), state=OrderState.UNKNOWN, order_id=None),))
    assert report(standing, nearest, doubted).nearest_sell == D(70500)
    assert report(standing, nearest, doubted).sells_unknown == 1


def test_lots_that_are_closed_count_once_and_hold_nothing():
    both = report(sold(20), lot(7), closed=Totals(5, 6, 5, D("1.5"), 900))
    assert (both.buys, both.lots_open, both.lots_closed) == (7, 1, 6)
    assert both.open_quantity == lot(7).received
    assert both.realised_profit == D("1.5") + realised_profit(sold(20))
    assert both.first_sell_ms == 900


def test_what_no_sell_covers_is_unprotected_whatever_the_reason():
    for state in (LotState.OPEN, LotState.PARKED, LotState.HELD):
        assert report(lot(7, orders=(), state=state)).unprotected == D("0.4995")
    assert report(lot(7)).unprotected == 0


def test_nothing_is_told_before_the_book_is_open_and_while_nobody_listens():
    loading = KeeperCore(new_state().start)
    loading.state.peers = HERE
    assert done(loading.collaborators.reporter.report(at(0)))[0] == []
    deaf = open_core()
    deaf.state.peers = Peers()
    assert done(deaf.collaborators.reporter.report(at(0)))[0] == []


def test_a_report_says_how_the_pair_stands():
    core = open_core(lot(7, orders=(order(7, state=OrderState.UNKNOWN, order_id=None),)))
    core.state.is_paused, core.state.trouble = True, Trouble(TroubleKind.UNANSWERED, "HTTP 502")
    (told,) = sent(done(core.collaborators.reporter.report(at(0)))[0], Peer.MONITOR)
    assert (told.phase, told.is_paused, told.trouble) == ("trading", True, "HTTP 502")
    assert told.complete_as_of_ms == core.state.complete_as_of_ms
    assert [each.order for each in told.unresolved] == ["lk1-7-1"]


def test_several_changes_make_one_report():
    core = open_core(lot(7))
    effects = [*core.handle(PausePair("BTCUSDT"), "a person", at(0)), *core.handle(PausePair("BTCUSDT"), "a", at(0))]
    assert wakeups(effects) == [(0.1, SendReport())]
    list(core.handle(SendReport(), None, at(0.1)))
    assert wakeups(core.handle(PausePair("BTCUSDT"), "a person", at(0.2))) == [(0.1, SendReport())]

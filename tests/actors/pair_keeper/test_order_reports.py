import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.state import TroubleKind
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderEvent
from tests.actors.gateway.exchange_memory import report
from tests.actors.pair_keeper.bench import BOUGHT, at, done, kinds, logged, new_state, open_core, selling, sent
from tests.actors.stage import contradict


@pytest.fixture
def core():
    return open_core()


def test_a_fill_is_sold_then_recorded_then_logged(core):
    effects, _ = done(core.collaborators.reports.on_order_reported(BOUGHT, at(0)))
    assert kinds(effects) == ["PlaceSellOrder", "Log", "RecordLots", "ReportSoon", "Log"]
    assert logged(effects) == ["SELL sent", "bought"]


def test_the_same_event_again_changes_nothing(core):
    selling(core)
    assert done(core.collaborators.reports.on_order_reported(BOUGHT, at(1)))[0] == []


def test_events_before_the_book_is_open_wait_for_it(core):
    early = KeeperCore(new_state().start)
    assert done(early.collaborators.reports.on_order_reported(BOUGHT, at(0)))[0] == []
    early.collaborators.reports._state = core.state
    early.collaborators.reports._selling = core.collaborators.selling
    early.collaborators.permission._state = core.state
    assert len(sent(done(early.collaborators.reports.take_early(at(1)))[0])) == 1
    assert done(early.collaborators.reports.take_early(at(1)))[0] == []


def test_a_sell_that_nobody_here_placed_is_compared(core):
    selling(core)
    strange = report(9500, "lk1-5eh-2", Side.SELL, "NEW", "0.001", "0", "70000")
    effects, _ = done(core.collaborators.reports.take(strange, (), at(1)))
    assert logged(effects)[0].endswith("is on the exchange, and nobody here placed it; all is compared")
    assert core.collaborators.reconciler.is_under_way


def test_an_impossible_report_is_a_trouble_and_is_compared(core, monkeypatch):
    order = selling(core)
    contradict(monkeypatch, 9500)
    strange = report(9500, order.client_id, Side.SELL, "NEW", "0.001", "0", str(order.price))
    done(core.collaborators.reports.take(strange, (), at(1)))
    assert core.state.trouble.kind is TroubleKind.IMPOSSIBLE
    assert core.collaborators.reconciler.is_under_way


def test_an_event_on_what_is_no_sell_of_ours_changes_nothing(core):
    assert done(core.collaborators.reports.apply("web-1", OrderEvent.REFUSED, at(0)))[0] == []

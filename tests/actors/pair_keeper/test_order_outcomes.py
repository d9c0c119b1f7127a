from dataclasses import replace

import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Exit, Peer
from actors.pair_keeper.state import TroubleKind
from actors.pair_keeper.tags import WitnessTag
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.recovery.questions import NewestOrders, OrderByClientId
from messages.account import OrderReported
from messages.orders import SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import AskExchange, FetchBalance, FetchReference, OrdersFetched
from tests.actors.gateway.exchange_memory import SYMBOL, fill, report
from tests.actors.pair_keeper.bench import at, done, kinds, logged, new_state, open_core, sent
from tests.actors.stage import contradict

BUY = report(7001, "web-1", Side.BUY, "FILLED", "0.001", "0.001", "60000")
FILL = fill(7001, 101, Side.BUY, "0.001", "60000", "0", "BTC")
BOUGHT = OrderReported(BUY, FILL)


@pytest.fixture
def core():
    return open_core()


def selling(core):
    """A BUY was filled and its SELL sent; the SELL."""
    (order,) = sent(done(core.collaborators.outcomes.on_order_reported(BOUGHT, at(0)))[0])
    return order


def refused(core, kind, **more):
    order = selling(core)
    message = SellRefused(SYMBOL, order.client_id, -2010, "no", kind=kind, **more)
    return done(core.collaborators.outcomes.on_sell_refused(message, at(1)))[0]


def state_of(core):
    return core.state.book.lots[7001].orders[0].state


def test_a_fill_is_sold_then_recorded_then_logged(core):
    effects, _ = done(core.collaborators.outcomes.on_order_reported(BOUGHT, at(0)))
    assert kinds(effects) == ["PlaceSellOrder", "Log", "RecordLots", "ReportSoon", "Log"]
    assert logged(effects) == ["SELL sent", "bought"]


def test_the_same_event_again_changes_nothing(core):
    selling(core)
    assert done(core.collaborators.outcomes.on_order_reported(BOUGHT, at(1)))[0] == []


def test_events_before_the_book_is_open_wait_for_it(core):
    early = KeeperCore(new_state().start)
    assert done(early.collaborators.outcomes.on_order_reported(BOUGHT, at(0)))[0] == []
    early.collaborators.outcomes._state = core.state
    early.collaborators.outcomes._selling = core.collaborators.selling
    early.collaborators.permission._state = core.state
    assert len(sent(done(early.collaborators.outcomes.take_early(at(1)))[0])) == 1
    assert done(early.collaborators.outcomes.take_early(at(1)))[0] == []


def test_a_sell_that_nobody_here_placed_is_compared(core):
    selling(core)
    strange = report(9500, "lk1-5eh-2", Side.SELL, "NEW", "0.001", "0", "70000")
    effects, _ = done(core.collaborators.outcomes.take(strange, (), at(1)))
    assert logged(effects)[0].endswith("is on the exchange, and nobody here placed it; all is compared")
    assert core.collaborators.reconciler.is_under_way


def test_an_impossible_report_is_a_trouble_and_is_compared(core, monkeypatch):
    order = selling(core)
    contradict(monkeypatch, 9500)
    strange = report(9500, order.client_id, Side.SELL, "NEW", "0.001", "0", str(order.price))
    done(core.collaborators.outcomes.take(strange, (), at(1)))
    assert core.state.trouble.kind is TroubleKind.IMPOSSIBLE
    assert core.collaborators.reconciler.is_under_way


@pytest.mark.parametrize(
    ("kind", "asks", "compares"),
    [
        (RefusalKind.INSUFFICIENT_BALANCE, FetchBalance, True),
        (RefusalKind.MAX_NUM_ORDERS, None, True),
        (RefusalKind.PERCENT_PRICE, FetchReference, False),
        (RefusalKind.OTHER_FILTER, None, False),
        (RefusalKind.OTHER, None, False),
    ],
)
def test_what_a_refusal_teaches(core, kind, asks, compares):
    effects = refused(core, kind)
    assert [type(each) for each in sent(effects) if not isinstance(each, AskExchange)] == ([asks] if asks else [])
    assert core.collaborators.reconciler.is_under_way is compares
    assert state_of(core) is OrderState.REFUSED


def test_a_copy_that_is_refused_leaves_the_first_one_unresolved(core):
    effects = refused(core, RefusalKind.DUPLICATE_ORDER)
    assert state_of(core) is OrderState.UNKNOWN
    assert [each.question for each in sent(effects)] == [OrderByClientId("lk1-5eh-1")]


def test_an_outcome_that_is_not_known_is_asked_about_at_once(core):
    order = selling(core)
    message = SellOutcomeUnknown(SYMBOL, order.client_id, "no answer")
    effects, _ = done(core.collaborators.outcomes.on_sell_outcome_unknown(message, at(3)))
    assert [each.question for each in sent(effects)] == [OrderByClientId(order.client_id)]
    assert state_of(core) is OrderState.UNKNOWN


def show_a_younger_order(core):
    """The exchange's queries have caught up: they show an order that was created much later."""
    younger = replace(report(9900, "web-9", Side.BUY, "NEW", "0.001", "0", "50000"), created_ms=at(60).wall_ms)
    core.collaborators.unresolved.witness.learn_orders(WitnessTag(at(61).wall_ms), OrdersFetched(1, (younger,)))


def unknown_again(core, seconds, *, is_shown=True):
    """The exchange knows no such order, asked so many seconds after the Gateway had no answer; the effects."""
    order = selling(core)
    if is_shown:
        show_a_younger_order(core)
    unanswered = SellOutcomeUnknown(SYMBOL, order.client_id, "no answer")
    done(core.collaborators.outcomes.on_sell_outcome_unknown(unanswered, at(0)))
    tag = replace(core.collaborators.requests.take_answered(1), asked_ms=at(seconds).wall_ms)
    return order, done(core.collaborators.outcomes.on_sell_answer(tag, OrdersFetched(1, ()), at(seconds)))[0]


def test_that_it_is_not_found_is_believed_only_when_it_cannot_be_alive(core):
    _, effects = unknown_again(core, 15.0)
    assert kinds(effects) == ["Wake"]
    assert state_of(core) is OrderState.UNKNOWN


def test_then_it_is_sent_again_under_the_same_name(core):
    order, effects = unknown_again(core, 15.1)
    (again,) = sent(effects)
    assert (again.client_id, again.price, again.quantity) == (order.client_id, order.price, order.quantity)
    assert again.sent_ms == at(15.1).wall_ms


def test_without_a_second_witness_it_is_not(core):
    _, effects = unknown_again(core, 15.1, is_shown=False)
    balance, orders = sent(effects)
    assert (type(balance), orders.question) == (FetchBalance, NewestOrders())
    assert kinds(effects)[-1] == "Wake"
    assert state_of(core) is OrderState.UNKNOWN


def test_where_nothing_is_placed_it_is_given_up(core):
    order = selling(core)
    show_a_younger_order(core)
    unanswered = SellOutcomeUnknown(SYMBOL, order.client_id, "no answer")
    done(core.collaborators.outcomes.on_sell_outcome_unknown(unanswered, at(0)))
    core.state.is_paused = True
    tag = replace(core.collaborators.requests.take_answered(1), asked_ms=at(16).wall_ms)
    effects, _ = done(core.collaborators.outcomes.on_sell_answer(tag, OrdersFetched(1, ()), at(16)))
    assert sent(effects) == []
    assert core.state.book.lots[7001].reason.startswith("not on the book, and the pair is paused")


def test_a_sell_without_an_answer_is_doubted_after_a_while(core):
    order = selling(core)
    assert done(core.collaborators.outcomes.doubt_unanswered(15.0, at(14)))[0] == []
    effects, _ = done(core.collaborators.outcomes.doubt_unanswered(15.0, at(15)))
    assert [each.question for each in sent(effects)] == [OrderByClientId(order.client_id)]


def test_a_reply_after_the_event_changes_nothing(core):
    order = selling(core)
    standing = report(9001, order.client_id, Side.SELL, "NEW", "0.001", "0", str(order.price))
    effects, _ = done(core.collaborators.outcomes.on_order_reported(OrderReported(standing, None), at(1)))
    assert len(sent(effects, Peer.LEDGER)) == 1
    placed = SellPlaced(SYMBOL, order.client_id, standing, ())
    assert done(core.collaborators.outcomes.on_sell_placed(placed, at(1)))[0] == []


def test_an_event_on_what_is_no_sell_of_ours_changes_nothing(core):
    assert done(core.collaborators.outcomes.apply("web-1", OrderEvent.REFUSED, at(0)))[0] == []


def test_a_keeper_that_is_fenced_off_ends(core):
    effects, _ = done(core.collaborators.outcomes.on_sell_fenced(SellFenced(SYMBOL, "lk1-5eh-1", 2), at(0)))
    assert effects[-1] == Exit()

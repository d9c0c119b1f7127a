import pytest

from actors.pair_keeper.effects import Exit, Peer
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.account import OrderReported
from messages.orders import SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import AskExchange, FetchBalance, FetchReference
from tests.actors.gateway.exchange_memory import SYMBOL, report
from tests.actors.pair_keeper.bench import at, done, open_core, selling, sent


@pytest.fixture
def core():
    return open_core()


def state_of(core):
    return core.state.book.lots[7001].orders[0].state


def refused(core, kind, **more):
    order = selling(core)
    message = SellRefused(SYMBOL, order.client_id, -2010, "no", kind=kind, **more)
    return done(core.collaborators.outcomes.on_sell_refused(message, at(1)))[0]


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


def test_a_reply_after_the_event_changes_nothing(core):
    order = selling(core)
    standing = report(9001, order.client_id, Side.SELL, "NEW", "0.001", "0", str(order.price))
    effects, _ = done(core.collaborators.reports.on_order_reported(OrderReported(standing, None), at(1)))
    assert len(sent(effects, Peer.LEDGER)) == 1
    placed = SellPlaced(SYMBOL, order.client_id, standing, ())
    assert done(core.collaborators.outcomes.on_sell_placed(placed, at(1)))[0] == []


def test_a_keeper_that_is_fenced_off_ends(core):
    effects, _ = done(core.collaborators.outcomes.on_sell_fenced(SellFenced(SYMBOL, "lk1-5eh-1", 2), at(0)))
    assert effects[-1] == Exit()

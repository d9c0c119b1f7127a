import pytest

from actors.pair_keeper.effects import Peer
from lotkeeper.trading.journal import DecisionKind
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import OrderById
from messages.control import CommandDone, CommandRefused
from messages.ledger import RecordLots
from messages.pair_commands import ResolveOrder
from messages.queries import FetchFailed, OrdersFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.pair_keeper.bench import at, open_core, replies, sent
from tests.persistence.lots import lot, order

ID = "lk1-7-1"
UNKNOWN = order(7, state=OrderState.UNKNOWN, order_id=None, sent_ms=NOW_MS, updated_ms=NOW_MS)
SETTLED_S = 15.0 + 5.0 + 10.0  # it may leave the Gateway so late, then live so long


@pytest.fixture
def core():
    return open_core(lot(7, orders=(UNKNOWN,), buy_ended=True))


def tell(core, message, seconds=0.0):
    return list(core.handle(message, "a person", at(seconds)))


def check(core, *reports, **more):
    """A person says that the SELL is order 8, and the exchange answers; what is replied."""
    (question,) = sent(tell(core, ResolveOrder(SYMBOL, ID, 8, **more)))
    assert question.question == OrderById(8)
    return replies(tell(core, OrdersFetched(question.request_id, reports)))


def test_that_it_never_arrived_is_believed_once_it_cannot_arrive_any_more(core):
    (told,) = replies(tell(core, ResolveOrder(SYMBOL, ID, None), SETTLED_S))
    assert isinstance(told, CommandRefused)
    effects = tell(core, ResolveOrder(SYMBOL, ID, None), SETTLED_S + 0.001)
    assert replies(effects) == [CommandDone(f"SELL {ID} never arrived: its coins are free to be sold again")]
    assert core.state.book.lots[7].orders[0].state is OrderState.REFUSED


def test_an_order_that_can_be_it_is_taken(core):
    (told,) = check(core, report(8, "web_1", Side.SELL, "NEW", "0.4995", "0", "70000"))
    assert told == CommandDone(f"SELL {ID} is order 8: NEW, 0 of 0.4995 sold")
    assert core.state.book.lots[7].orders[0].order_id == 8


@pytest.mark.parametrize(
    "other",
    [
        report(8, "web_1", Side.BUY, "NEW", "0.4995", "0", "70000"),
        report(8, "web_1", Side.SELL, "NEW", "0.4995", "0", "70001"),
        report(8, "web_1", Side.SELL, "NEW", "0.5", "0", "70000"),
        report(8, "lk1-7-2", Side.SELL, "NEW", "0.4995", "0", "70000"),
    ],
)
def test_one_that_cannot_be_it_is_refused(core, other):
    (told,) = check(core, other)
    assert isinstance(told, CommandRefused)
    assert told.text.startswith("order 8 is a")
    assert core.state.book.lots[7].orders[0].state is OrderState.UNKNOWN


def test_an_order_that_the_exchange_does_not_know_is_refused(core):
    assert check(core) == [CommandRefused("the exchange knows no order 8 of BTCUSDT")]


def test_without_an_answer_nothing_is_settled(core):
    (question,) = sent(tell(core, ResolveOrder(SYMBOL, ID, 8)))
    told = replies(tell(core, FetchFailed(question.request_id, "HTTP 502", 1.0)))
    assert told == [CommandRefused("the exchange could not be asked: HTTP 502")]


def test_what_is_not_unresolved_needs_no_verdict():
    told = replies(tell(open_core(lot(7)), ResolveOrder(SYMBOL, ID, None)))
    assert told == [CommandRefused(f"SELL {ID} of BTCUSDT is not in doubt")]


def test_a_dry_run_says_what_it_comes_to_and_settles_nothing(core):
    early = replies(tell(core, ResolveOrder(SYMBOL, ID, None, is_dry_run=True)))
    assert isinstance(early[0], CommandRefused)
    (told,) = replies(tell(core, ResolveOrder(SYMBOL, ID, None, is_dry_run=True), SETTLED_S + 0.001))
    assert told == CommandDone(f"SELL {ID} never arrived: its coins are free to be sold again")
    standing = report(8, "web_1", Side.SELL, "NEW", "0.4995", "0", "70000")
    assert check(core, standing, is_dry_run=True) == [CommandDone(f"SELL {ID} is order 8: NEW, 0 of 0.4995 sold")]
    assert core.state.book.lots[7].orders[0].state is OrderState.UNKNOWN
    (told,) = check(core, standing, shown=f"SELL {ID} is order 8: NEW, 0.1 of 0.4995 sold")
    assert isinstance(told, CommandRefused)
    assert core.state.book.lots[7].orders[0].state is OrderState.UNKNOWN


def test_who_settled_it_and_why_is_noted(core):
    effects = tell(core, ResolveOrder(SYMBOL, ID, None, "kim", "seen on the page"), SETTLED_S + 0.001)
    records = [each for each in sent(effects, Peer.LEDGER) if isinstance(each, RecordLots)]
    made = [each for record in records for each in record.decisions if each.kind is DecisionKind.ORDER_SETTLED]
    assert [(each.who, each.why) for each in made] == [("kim", "seen on the page")]

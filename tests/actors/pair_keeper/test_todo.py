"""What of a pair only its keeper knows to need a person."""

import pytest

from actors.pair_keeper.todo import todo_of_pair
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.trust import BookTrust, watch_only_command
from lotkeeper.trading.recovery.unreadable import UnreadableTrade
from lotkeeper.trading.trouble_kinds import TroubleKind
from tests.actors.pair_keeper.bench import at, done, open_core
from tests.persistence.lots import lot

K = TroubleKind


@pytest.fixture
def core():
    return open_core(lot(7))


def found(core, now=at(0)):  # noqa: B008 (frozen)
    to = core.collaborators
    return [(each.kind, each.command) for each in todo_of_pair(core.state, to.permission, to.reconciler, now)]


def test_nothing_while_all_is_well(core):
    assert found(core) == []


def test_a_pair_that_is_not_listed_with_a_lot_to_release(core):
    core.state.is_listed = False
    assert found(core) == [(K.NOT_LISTED, "lotkeeper release BTCUSDT-7")]
    empty = open_core()
    empty.state.is_listed = False
    assert found(empty) == [(K.NOT_LISTED, "lotkeeper config check")]


def test_a_refusal_of_every_sell_with_its_moment(core):
    permission = core.collaborators.permission
    done(permission.note_refused(RefusalKind.BAD_KEY, "Invalid API-key (-2015)", at(10)))
    (refused,) = todo_of_pair(core.state, permission, core.collaborators.reconciler, at(40))
    assert (refused.kind, refused.command) == (K.REFUSED, "lotkeeper resume BTCUSDT")
    assert refused.since_ms == at(10).wall_ms


def test_another_keeper(core):
    core.collaborators.permission.load("another lotkeeper trades BTCUSDT")
    assert found(core) == [(K.WATCH_ONLY, "lotkeeper resume BTCUSDT")]


@pytest.mark.parametrize(
    ("trust", "command"),
    [
        (BookTrust(), ""),
        (BookTrust(other_keeper="x"), "lotkeeper resume BTCUSDT"),
        (BookTrust(missing_sell="x", missing_lot="BTCUSDT-7", is_certain=True), "lotkeeper release BTCUSDT-7"),
        (BookTrust(missing_sell="x", missing_lot="BTCUSDT-7"), ""),
        (BookTrust(contradictions=3, reason="x"), "lotkeeper restart"),
        (BookTrust(reason="no answer"), ""),  # ends with the next comparison that succeeds
    ],
)
def test_what_ends_that_a_pair_is_watch_only(trust, command):
    assert watch_only_command(trust, "BTCUSDT") == command


def test_a_status_that_is_new_to_us(core):
    core.state.book.sells.strange_statuses[SellName(7, 1)] = "FROZEN"
    assert found(core) == [(K.STRANGE_STATUS, "lotkeeper release BTCUSDT-7")]
    (strange,) = todo_of_pair(core.state, core.collaborators.permission, core.collaborators.reconciler, at(0))
    assert strange.text in core.collaborators.reporter._trouble(), "else it would be told twice"


def test_a_trade_that_cannot_be_read(core):
    row = UnreadableTrade(5, 70, 1000, "a price")
    core.collaborators.reconciler.unreadable._rows[5] = row
    assert found(core) == [(K.UNREADABLE, "lotkeeper adopt BTCUSDT --quantity QUANTITY --cost COST")]

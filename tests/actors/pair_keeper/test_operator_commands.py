from dataclasses import replace

import pytest

from actors.pair_keeper.core import KeeperCore
from lotkeeper.trading.lots.states import LotState
from messages.control import CommandDone, CommandRefused
from messages.orders import CancelSellOrder
from messages.pair_commands import PausePair, ReconcilePair, ReleaseLot, ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, new_state, open_core, replies, sent
from tests.persistence.lots import lot

UNSOLD = lot(7, orders=(), buy_ended=True, state=LotState.OPEN)


@pytest.fixture
def core():
    return open_core(UNSOLD)


def tell(core, command):
    """The effects of a command."""
    return list(core.handle(command, "a person", at(0)))


def test_pause_and_resume(core):
    assert replies(tell(core, PausePair(SYMBOL)))[0].text.startswith("BTCUSDT is paused")
    done(core.collaborators.selling.follow([7], at(0)))
    effects = tell(core, ResumePair(SYMBOL))
    assert len(sent(effects)) == 1
    assert replies(effects) == [CommandDone("BTCUSDT is resumed")]


@pytest.mark.parametrize(
    ("commands", "is_pause_known", "is_resume_known"),
    [
        ((), False, False),
        ((PausePair,), True, False),
        ((ResumePair,), True, True),
        ((ResumePair, PausePair), True, False),
    ],
)
def test_a_command_is_newer_than_the_database(commands, is_pause_known, is_resume_known):
    core = KeeperCore(new_state().start)
    for command in commands:
        tell(core, command(SYMBOL))
    wishes = core.collaborators.operator.wishes
    assert (wishes.is_pause_known, wishes.is_resume_known) == (is_pause_known, is_resume_known)


def test_a_lot_is_released_once_nothing_of_it_is_on_the_book(core):
    effects = tell(core, ReleaseLot(SYMBOL, "BTCUSDT-7", is_dry_run=False))
    assert replies(effects) == [CommandDone("lot BTCUSDT-7: 0.4995 BTC is no longer kept, and not sold")]
    assert sent(effects) == []
    assert core.state.book.lots[7].remainder == 0


def test_its_sells_are_cancelled_first():
    core = open_core(lot(7, buy_ended=True))
    (cancel,) = sent(tell(core, ReleaseLot(SYMBOL, "BTCUSDT-7", is_dry_run=False)))
    assert isinstance(cancel, CancelSellOrder)


def test_a_dry_run_only_says_so(core):
    before = core.state.book.lots[7]
    assert len(tell(core, ReleaseLot(SYMBOL, "BTCUSDT-7", is_dry_run=True))) == 1
    assert core.state.book.lots[7] == before


def test_what_cannot_be_released_is_refused_with_the_reason():
    core = open_core(replace(UNSOLD, buy_ended=False))
    for name, reason in (("BTCUSDT-9", "BTCUSDT-9 is no open lot"), ("BTCUSDT-7", "BUY order 7 may still fill")):
        (answer,) = replies(tell(core, ReleaseLot(SYMBOL, name, is_dry_run=False)))
        assert isinstance(answer, CommandRefused)
        assert answer.text.startswith(reason)


def test_nothing_is_compared_or_released_before_the_book_is_open():
    core = KeeperCore(new_state().start)
    for command in (ReconcilePair(SYMBOL, is_dry_run=True), ReleaseLot(SYMBOL, "BTCUSDT-7", is_dry_run=True)):
        assert replies(tell(core, command)) == [CommandRefused("BTCUSDT is still loading: its start")]


def test_a_lot_is_not_released_where_the_person_saw_something_else(core):
    told = replies(tell(core, ReleaseLot(SYMBOL, "BTCUSDT-7", is_dry_run=False, shown="lot BTCUSDT-7: 0.6 BTC")))
    now = "lot BTCUSDT-7: 0.4995 BTC is no longer kept, and not sold"
    text = f"nothing was done, because what was shown has changed; now: {now}; give the command again"
    assert told == [CommandRefused(text)]
    assert core.state.book.lots[7].remainder > 0
    assert replies(tell(core, ReleaseLot(SYMBOL, "BTCUSDT-7", is_dry_run=False, shown=now))) == [CommandDone(now)]

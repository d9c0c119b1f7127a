"""The keeper's notes of its decisions: none is lost, none is recorded twice, and none waits for another event."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.pair_keeper.decision_notes import MOST, DecisionNotes
from actors.pair_keeper.effects import NoteDecision, Peer, info
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopLeg, StopPrices
from messages.ledger import LotsRecorded
from messages.pair_commands import PausePair, ReleaseLot, ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, decisions, done, logged, open_core, sent
from tests.persistence.lots import lot, order

UNSOLD = lot(7, orders=(), buy_ended=True, state=LotState.OPEN)
PAUSED = NoteDecision(None, DecisionKind.PAIR_PAUSED, Cause.OPERATOR, who="alice")


@pytest.fixture
def notes() -> DecisionNotes:
    return DecisionNotes(SYMBOL, incarnation=3)


def numbers(some) -> list[int]:
    return [each.number for each in some]


def test_a_note_is_sent_until_the_ledger_has_it(notes) -> None:
    notes.note(PAUSED, at(1))
    (made,) = notes.take_fresh(10)
    assert (made.symbol, made.at_ms, made.incarnation, made.number) == (SYMBOL, at(1).wall_ms, 3, 1)
    assert (made.who, made.lot_id) == ("alice", None)
    assert notes.take_fresh(11) == ()
    assert notes.take_all(12) == (made,)
    notes.confirm(10, 0)
    assert not notes.is_empty, "the newest record with it counts"
    notes.confirm(12, 0)
    assert notes.is_empty


def test_each_record_takes_what_is_new(notes) -> None:
    notes.note(PAUSED, at(1))
    assert numbers(notes.take_fresh(1)) == [1]
    notes.note(PAUSED, at(2))
    assert notes.has_fresh
    assert numbers(notes.take_fresh(2)) == [2]
    notes.confirm(2, 0)
    assert numbers(notes.take_all(3)) == [1]


def test_while_the_database_is_away_the_oldest_are_forgotten_and_that_is_said(notes) -> None:
    for _ in range(MOST + 7):
        notes.note(PAUSED, at(1))
    taken = notes.take_all(1)
    assert (len(taken), taken[0].number) == (MOST, 8)
    notes.confirm(1, at(9).wall_ms)
    (lost,) = notes.take_fresh(2)
    assert (lost.kind, lost.cause, lost.facts) == (
        DecisionKind.NOTES_LOST,
        Cause.DATABASE_AWAY,
        (("decisions", "7"),),
    )


def test_a_lot_that_is_held_and_freed(notes) -> None:
    notes.load([UNSOLD])
    held = replace(UNSOLD, state=LotState.HELD, hold=HoldReason.CANCELLED_BY_HAND, reason="its SELL was cancelled")
    notes.note_changes([held], 1)
    notes.note_changes([replace(held, reason="another sentence")], 2)
    notes.note_changes([UNSOLD], 3)
    held_note, freed = notes.take_fresh(1)
    assert (held_note.kind, held_note.cause, held_note.why) == (
        DecisionKind.LOT_HELD,
        Cause.CANCELLED_BY_HAND,
        "its SELL was cancelled",
    )
    assert (freed.kind, freed.facts, freed.at_ms) == (DecisionKind.LOT_FREED, (("held", "CANCELLED_BY_HAND"),), 3)


def test_what_the_database_has_is_not_noted_again(notes) -> None:
    held = replace(UNSOLD, state=LotState.HELD, hold=HoldReason.CANCELLED_BY_HAND)
    notes.load([held])
    notes.note_changes([held], 1)
    assert notes.is_empty


@pytest.mark.parametrize("sold", [D(0), D("0.4995")], ids=["it stands alone", "it has sold"])
def test_a_stop_that_fires(notes, sold) -> None:
    standing = StopLeg(StopPrices(D(60000), D(59900)), 9)
    fired = replace(standing, target_has_ended=True, executed=sold, has_ended=bool(sold))
    before, after = (lot(7, orders=(order(7, stop=each),)) for each in (standing, fired))
    notes.load([before])
    for _ in range(2):
        notes.note_changes([after], 1)
    (note,) = notes.take_fresh(1)
    assert (note.kind, note.cause, note.order) == (DecisionKind.EXIT_FIRED, Cause.STOP_LOSS, "lk1-7-1")
    assert note.facts == (("trigger", "60000"), ("limit", "59900"))


# In the keeper


def test_a_sell_and_its_cause_go_with_the_record_of_the_lot() -> None:
    core = open_core(UNSOLD)
    effects = list(core.handle(ResumePair(SYMBOL, "alice"), "a person", at(0)))
    assert decisions(effects) == [("SELL_PLACED", "TARGET"), ("PAIR_RESUMED", "OPERATOR")]
    assert [len(each.decisions) for each in sent(effects, Peer.LEDGER)] == [1, 1]
    assert len(sent(effects)) == 1, "the SELL itself"
    assert effects.index(next(each for each in effects if getattr(each, "to", "") is Peer.GATEWAY)) < effects.index(
        next(each for each in effects if getattr(each, "to", "") is Peer.LEDGER)
    )


def test_a_decision_without_a_lot_is_sent_at_the_end_of_its_event() -> None:
    core = open_core(UNSOLD)
    effects = list(core.handle(PausePair(SYMBOL, None, "alice", "holiday"), "a person", at(0)))
    (record,) = sent(effects, Peer.LEDGER)
    assert (record.lots, record.cursor) == ((), None)
    assert [(each.who, each.why) for each in record.decisions] == [("alice", "holiday")]
    assert "paused" in logged(effects)
    assert not core.collaborators.ledger.is_empty
    list(core.handle(LotsRecorded(SYMBOL, record.number), None, at(1)))
    assert core.collaborators.ledger.is_empty


def test_a_lost_record_is_sent_again_with_its_decisions() -> None:
    core = open_core(UNSOLD)
    list(core.handle(PausePair(SYMBOL, None, "alice"), "a person", at(0)))
    effects, _ = done(core.collaborators.ledger.send_again_when_due(at(6)))
    assert decisions(effects) == []  # the keeper has loaded nothing yet, and asks for that first
    core.state.loaded = object()  # type: ignore[assignment]
    effects, _ = done(core.collaborators.ledger.send_again(at(20)))
    assert decisions(effects) == [("PAIR_PAUSED", "OPERATOR")]


def test_a_release_is_noted_with_its_cancel_and_its_hold() -> None:
    core = open_core(lot(7, buy_ended=True))
    core.collaborators.ledger.notes.load([lot(7, buy_ended=True)])
    effects = list(core.handle(ReleaseLot(SYMBOL, "BTCUSDT-7", False, "alice"), "a person", at(0)))
    assert sorted(decisions(effects)) == [
        ("LOT_HELD", "RELEASING"),
        ("LOT_RELEASED", "OPERATOR"),
        ("SELL_CANCELLED", "RELEASING"),
    ]


def test_a_lot_that_is_parked_is_noted_once() -> None:
    dust = lot(7, orders=(order(7, state=OrderState.FILLED, quantity=D("0.49949"), executed=D("0.49949")),))
    core = open_core(replace(dust, buy_ended=True, state=LotState.OPEN))
    for second in range(3):
        list(core.handle(ResumePair(SYMBOL), "a person", at(second)))
    kinds = [str(each.kind) for each in core.collaborators.ledger.notes.take_all(99)]
    assert kinds.count("LOT_PARKED") + kinds.count("LOT_CLOSED") == 1


def test_the_line_of_the_log_stays(notes) -> None:
    line = info("paused", symbol=SYMBOL)
    assert NoteDecision(line, DecisionKind.PAIR_PAUSED, Cause.OPERATOR).line is line

"""The actor only carries out: what the core wants, in its order."""

from typing import Any

import pytest

from actors.pair_keeper.actor import PairKeeper
from actors.pair_keeper.effects import Exit, Peer, Raise, Reply, Send, Wake, info
from actors.pair_keeper.tags import MessageQuarantined, Tick
from lotkeeper.engine.testkit import ActorBench
from messages.account import StreamProven
from messages.control import CommandDone
from messages.lifecycle import Peers
from messages.pair_commands import PausePair
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.bench import new_state


class ToldCore:
    """Wants what it was told to want; keeps what it is given."""

    def __init__(self, *effects: Any) -> None:
        self.state = new_state()
        self.effects = effects
        self.given: list[tuple[Any, Any]] = []
        self.moments: list[Any] = []

    def handle(self, event, sender, now):
        self.given.append((event, sender))
        self.moments.append(now)
        return iter(self.effects)


@pytest.fixture
def desk():
    return ActorBench(PairKeeper)


def seat(desk, *effects):
    core = ToldCore(*effects)
    core.state.peers = Peers(gateway=desk.probe("gateway").address)
    desk.actor.core = core
    return core


def test_effects_are_carried_out_in_their_order(desk, caplog):
    caplog.set_level("INFO")
    seat(desk, Send(Peer.GATEWAY, "one"), Wake(2.0, Tick()), info("a line", lot="BTCUSDT-7"), Exit())
    desk.tell(StreamProven(NOW_MS))
    assert desk.probe("gateway").received == ["one"]
    assert desk.wakeups[0][1] == Tick()
    assert caplog.records[-1].getMessage() == "a line"
    assert caplog.records[-1].lot == "BTCUSDT-7"
    assert desk.exited


def test_a_line_of_the_log_may_hold_any_text(desk, caplog):
    seat(desk, info("100 % of %s and {x}"))
    caplog.set_level("INFO")
    desk.tell(StreamProven(NOW_MS))
    assert caplog.records[-1].getMessage() == "100 % of %s and {x}"


def test_what_goes_to_a_peer_that_is_being_restarted_is_dropped(desk):
    seat(desk, Send(Peer.LEDGER, "one"), Send(Peer.GATEWAY, "two"))
    desk.tell(StreamProven(NOW_MS))
    assert desk.probe("gateway").received == ["two"]


def test_the_core_gets_the_sender_of_a_command_to_answer_to(desk):
    core = seat(desk)
    desk.ask_later(PausePair(SYMBOL))
    ((event, asker),) = core.given
    assert event == PausePair(SYMBOL)
    core.effects = (Reply(asker, CommandDone("paused")),)
    desk.tell(StreamProven(NOW_MS))
    assert desk.outside.received[-1].body == CommandDone("paused")


def test_the_core_gets_both_clocks(desk):
    core = seat(desk)
    desk.advance(2.0)
    desk.tell(StreamProven(NOW_MS))
    assert core.moments[0].wall_ms == desk.actor.wall_ms()
    assert core.moments[0].monotonic_s == desk.actor.monotonic()


def test_a_fault_is_raised_after_all_else_is_done(desk):
    seat(desk, Send(Peer.GATEWAY, "one"), Raise(ZeroDivisionError("a fault")))
    with pytest.raises(ZeroDivisionError):
        desk.tell(StreamProven(NOW_MS))
    assert desk.probe("gateway").received == ["one"]


def test_a_quarantined_message_is_an_event(desk):
    core = seat(desk)
    desk.actor.on_quarantined("a page of trades")
    assert core.given == [(MessageQuarantined("a page of trades"), None)]


def test_what_comes_before_the_start_is_dropped_visibly(desk, caplog):
    desk.tell(StreamProven(NOW_MS))
    assert "came before the start" in caplog.text

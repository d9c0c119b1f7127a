from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.pacing import pace_of
from actors.pair_keeper.actor import PairKeeper
from actors.pair_supervisor import PairSupervisor
from lotkeeper.engine.asking import Forwarded
from lotkeeper.engine.testkit import ActorBench, Probe
from messages.control import CommandDone, CommandRefused
from messages.health import ChildReported
from messages.lifecycle import (
    ChangePolicy,
    FencePair,
    PairSettings,
    Peers,
    PeersChanged,
    StartKeeper,
    StartPair,
)
from messages.pair_commands import PausePair, ResumePair
from tests.actors.supervision import PAIRS, SETTINGS, exhaust

SYMBOL = "BTCUSDT"
KEEPER = "BTCUSDT keeper"


class Bench:
    def __init__(self) -> None:
        self.desk = ActorBench(PairSupervisor)
        self.gateway, self.monitor, self.ledger = (self.desk.probe(name) for name in ("gateway", "monitor", "ledger"))
        self.desk.tell(StartPair(PAIRS[0], SETTINGS, self.peers()))

    def peers(self, **instead: Probe) -> Peers:
        probes = {"gateway": self.gateway, "monitor": self.monitor, "ledger": self.ledger, **instead}
        return Peers(**{name: probe.address for name, probe in probes.items() if probe is not None})

    @property
    def keeper(self) -> Probe:
        return self.desk.child(KEEPER)

    def restart(self, child: Probe) -> None:
        self.desk.kill(child)
        self.desk.advance(5.0)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_has_a_keeper(bench):
    assert [(child.key, child.actor_class) for child in bench.desk.children] == [(KEEPER, PairKeeper)]
    start = bench.keeper.pop(StartKeeper)
    assert (start.pair, start.recv_window_ms, start.peers) == (PAIRS[0], 5000, bench.peers())


def test_beside_many_pairs_each_keeper_has_a_pace_of_its_own():
    pairs = tuple(PairSettings(f"C{number}USDT", PAIRS[0].policy) for number in range(100))
    paces = set()
    for pair in pairs[::50]:
        desk = ActorBench(PairSupervisor)
        desk.tell(StartPair(pair, replace(SETTINGS, pairs=pairs), Peers()))
        paces.add(desk.child(f"{pair.symbol} keeper").pop(StartKeeper).pace)
    assert paces == {pace_of(0, 100), pace_of(50, 100)}


def test_the_gateway_gets_the_fence_before_the_keeper_starts(bench):
    kinds = [type(message) for _, message in bench.desk.sent]
    assert kinds.index(FencePair) < kinds.index(StartKeeper)
    fence, start = bench.gateway.pop(FencePair), bench.keeper.pop(StartKeeper)
    assert fence == FencePair(SYMBOL, start.incarnation)


def test_each_new_keeper_has_a_higher_number_and_a_fence_before_it(bench):
    numbers = [bench.gateway.pop(FencePair).incarnation]
    for _ in range(3):
        bench.desk.sent.clear()
        bench.restart(bench.keeper)
        kinds = [type(message) for _, message in bench.desk.sent if isinstance(message, FencePair | StartKeeper)]
        assert kinds == [FencePair, StartKeeper]
        numbers.append(bench.gateway.pop(FencePair).incarnation)
        assert bench.keeper.pop(StartKeeper).incarnation == numbers[-1]
    assert numbers == sorted(set(numbers))


def test_a_new_gateway_gets_the_fence_before_the_keeper_gets_its_address(bench):
    newer, number = bench.desk.probe("the next gateway"), bench.gateway.pop(FencePair).incarnation
    bench.desk.sent.clear()
    bench.desk.tell(PeersChanged(bench.peers(gateway=newer)))
    assert [(to, type(message)) for to, message in bench.desk.sent] == [
        (newer, FencePair),
        (bench.keeper, PeersChanged),
    ]
    assert newer.pop(FencePair) == FencePair(SYMBOL, number)


def test_a_restarted_keeper_gets_the_present_peers(bench):
    newer = bench.desk.probe("the next gateway")
    bench.desk.kill(bench.keeper)
    bench.desk.tell(PeersChanged(bench.peers(gateway=newer)))
    bench.desk.advance(5.0)
    assert bench.keeper.pop(StartKeeper).peers.gateway == newer.address
    assert newer.pop(FencePair).symbol == SYMBOL


@pytest.mark.parametrize("message", [PausePair(SYMBOL), ResumePair(SYMBOL)])
def test_a_command_is_forwarded_to_the_keeper_which_answers(bench, message):
    client = bench.desk.probe("client")
    ask_id = bench.desk.ask_later(message, client)
    handed = next(each for each in bench.keeper.received if isinstance(each, Forwarded))
    assert (handed.body, handed.asker.ask_id, handed.asker.address) == (message, ask_id, client.address)
    client.nothing(CommandDone)


def test_while_there_is_no_keeper_a_command_is_refused(bench):
    bench.desk.kill(bench.keeper)
    answer = bench.desk.ask(PausePair(SYMBOL))
    assert answer == CommandRefused("the keeper of BTCUSDT is being restarted; try again in a moment")


def test_restarts_are_counted_for_the_monitor(bench):
    bench.restart(bench.keeper)
    reports = [each for each in bench.monitor.received if isinstance(each, ChildReported)]
    assert [(each.key, each.restarts, each.state) for each in reports] == [
        (KEEPER, 0, "running"),
        (KEEPER, 0, "lost"),
        (KEEPER, 1, "running"),
    ]


def test_a_new_monitor_gets_the_report_of_every_child(bench):
    bench.restart(bench.keeper)
    newer = bench.desk.probe("the next monitor")
    bench.desk.tell(PeersChanged(bench.peers(monitor=newer)))
    assert sorted((each.key, each.restarts) for each in newer.received) == [(KEEPER, 1)]


def test_a_child_that_keeps_dying_is_given_up_visibly_and_tried_again_later(bench):
    exhaust(bench.desk, KEEPER)
    report = [each for each in bench.monitor.received if isinstance(each, ChildReported)][-1]
    assert (report.key, report.state) == (KEEPER, "given up")
    assert "died 6 times" in report.reason
    assert not bench.desk.exited
    count = len(bench.desk.children)
    last = max(message.incarnation for _, message in bench.desk.sent if isinstance(message, FencePair))
    bench.desk.advance(29.0)
    assert len(bench.desk.children) == count
    bench.desk.advance(1.5)
    assert bench.keeper.pop(StartKeeper).incarnation > last
    assert [each for each in bench.monitor.received if isinstance(each, ChildReported)][-1].state == "running"


def test_a_changed_policy_is_that_of_this_keeper_and_of_the_next(bench):
    changed = replace(PAIRS[0], policy=replace(PAIRS[0].policy, net_profit_pct=D(3)))
    bench.desk.tell(ChangePolicy(changed))
    assert bench.keeper.pop(ChangePolicy) == ChangePolicy(changed)
    bench.restart(bench.keeper)
    assert bench.keeper.pop(StartKeeper).pair == changed


def test_a_policy_that_changes_while_there_is_no_keeper_is_that_of_the_next(bench):
    changed = replace(PAIRS[0], policy=replace(PAIRS[0].policy, net_profit_pct=D(3)))
    bench.desk.kill(bench.keeper)
    bench.desk.tell(ChangePolicy(changed))
    bench.desk.advance(5.0)
    assert bench.keeper.pop(StartKeeper).pair == changed

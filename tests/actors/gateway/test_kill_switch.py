"""The kill switch in the Gateway: nothing that places an order passes; all else goes on."""

from decimal import Decimal as D

import pytest

from actors.gateway.kill_switch import KillSwitch
from lotkeeper.trading.fee_reserve.top_up import Purchase
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.orders.refusals import RefusalKind
from messages.fees import BuyForFees, FeeBuyRefused
from messages.health import GatewayReported
from messages.lifecycle import ChangeKillSwitch, KillSwitchApplied, LeaseChecked
from messages.orders import (
    CancelSellOrder,
    IntroduceKeeper,
    KeeperIntroduced,
    KillSwitchChanged,
    SellCanceled,
    SellPlaced,
    SellRefused,
)
from messages.purchases import BuyRefused, PlaceBuyOrder
from tests.actors.gateway.bench import ORDER, SYMBOL, Bench, bench, locked
from tests.actors.gateway.test_order_entry import CANCELLED
from tests.lotkeeper.exchange.http_peer import answer

__all__ = ["bench", "locked"]

ON, OFF = Halt(True, 10, who="kim"), Halt(False, 20, who="kim")


def switch(bench: Bench, halt: Halt) -> None:
    """By the Guardian, which is the launcher here; the newest that the Gateway knows is answered."""
    bench.desk.tell(ChangeKillSwitch(halt), bench.launcher)
    bench.launcher.pop(KillSwitchApplied)


def sent(bench: Bench) -> int:
    return len(bench.peer.asked)


def test_no_sell_is_sent_while_it_is_on_and_it_is_sent_afterwards(bench):
    switch(bench, ON)
    before = sent(bench)
    refused = bench.place()
    assert isinstance(refused, SellRefused)
    assert (refused.kind, refused.retry_s, "the kill switch is on" in refused.text) == (RefusalKind.NOT_SENT, 1.0, True)
    assert sent(bench) == before
    switch(bench, OFF)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)


def test_no_purchase_of_a_person_or_for_fees_is_sent(bench):
    switch(bench, ON)
    before, now_ms = sent(bench), bench.desk.actor.wall_ms()
    bench.desk.tell(PlaceBuyOrder(SYMBOL, 1, "lkb-1", D(60000), D("0.001"), None, now_ms), bench.keeper)
    assert "the kill switch is on" in bench.keeper.pop(BuyRefused).text
    bench.desk.tell(BuyForFees(Purchase("BNBUSDT", "lkf-1", D(1), None), now_ms), bench.keeper)
    assert "the kill switch is on" in bench.keeper.pop(FeeBuyRefused).text
    assert sent(bench) == before


def test_cancels_go_on(bench):
    switch(bench, ON)
    message = CancelSellOrder(SYMBOL, 1, "lk1-5eh-1", 9001, "lk1-5eh-1-x", bench.desk.actor.wall_ms())
    assert isinstance(bench.ask(message, answer(CANCELLED)), SellCanceled)


def test_what_waits_for_a_connection_does_not_leave_any_more(bench):
    """It was admitted before; only its write is left."""
    entry = bench.desk.actor._order_entry
    steps = entry.place(bench.order())
    noted = next(steps)
    switch(bench, ON)
    assert not noted.note()


def test_it_is_known_from_the_start_and_from_the_lease(locked):
    locked.desk.tell(LeaseChecked("", ON))
    locked.unlock()
    assert isinstance(locked.place(), SellRefused)
    locked.desk.tell(LeaseChecked("", OFF))
    assert isinstance(locked.place(answer(ORDER)), SellPlaced)


def test_an_older_statement_changes_nothing():
    switch = KillSwitch()
    assert switch.note(Halt(True, 10))
    assert not switch.note(Halt(False, 9))
    assert not switch.note(Halt(False, 10))  # of one moment the one that stops counts
    assert switch.is_on
    assert switch.note(Halt(False, 11))
    assert switch.deferral() is None


@pytest.mark.parametrize("halt", [ON, OFF])
def test_the_guardian_gets_what_is_in_force(bench, halt):
    bench.desk.tell(ChangeKillSwitch(halt), bench.launcher)
    bench.desk.tell(ChangeKillSwitch(Halt(True, 1)), bench.launcher)
    assert [each.kill_switch for each in bench.launcher.received if isinstance(each, KillSwitchApplied)] == [halt, halt]


def test_keepers_hear_of_it_at_once_and_when_they_are_introduced(bench):
    bench.desk.tell(IntroduceKeeper(SYMBOL, 1, 1), bench.keeper)
    introduced = bench.keeper.pop(KeeperIntroduced)
    assert not introduced.is_halted
    switch(bench, ON)
    switch(bench, ON)
    assert bench.keeper.pop(KillSwitchChanged) == KillSwitchChanged(introduced.gateway, True, "kim")
    bench.keeper.nothing(KillSwitchChanged)
    bench.desk.tell(IntroduceKeeper(SYMBOL, 2, 1), bench.keeper)
    assert bench.keeper.pop(KeeperIntroduced).is_halted


def test_the_monitor_hears_of_it_at_once(bench):
    bench.monitor.received.clear()
    switch(bench, ON)
    assert bench.monitor.pop(GatewayReported).kill_switch == ON

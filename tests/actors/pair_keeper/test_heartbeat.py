"""A keeper with which nothing happens wakes rarely, and once a second when something does."""

from decimal import Decimal as D

from actors.pair_keeper.heartbeat import BUSY_S, IDLE_S, QUIET_S, STAYS_BUSY_S, Heartbeat
from actors.pair_keeper.tags import CheckCoins, SendReport, Tick
from messages.account import StreamProven
from messages.health import AskReport, HoldingsReported
from messages.ledger import LotsRecorded
from messages.queries import BalanceFetched
from tests.actors.pair_keeper.bench import at, done, wakeups

NEWS = StreamProven(0)
ANSWER = LotsRecorded("BTCUSDT", 1)
CHECK_OF_COINS = (CheckCoins(1), BalanceFetched(1, "BTC", D(0), D(0)), HoldingsReported(-1, ()), AskReport())
FAR = 1000.0


def ticks(effects):
    return wakeups(list(effects))


def stir(heart: Heartbeat, event: object, seconds: float, *, is_idle: bool = True, may_be_quiet: bool = True):
    return ticks(heart.stir(event, at(seconds), is_idle=is_idle, may_be_quiet=may_be_quiet))


def next_tick(
    heart: Heartbeat, seconds: float, *, is_idle: bool = False, may_be_quiet: bool = True, due_in_s: float = FAR
) -> float:
    """How long after the tick of that moment the next one comes."""
    tick = heart.next_tick(at(seconds), is_idle=is_idle, may_be_quiet=may_be_quiet, due_in_s=due_in_s)
    ((after_s, _),) = wakeups(done(tick)[0])
    assert heart.pause_s == after_s
    return after_s


def started() -> Heartbeat:
    heart = Heartbeat()
    assert [after_s for after_s, _ in ticks(heart.first_tick(at(0)))] == [BUSY_S]
    return heart


def test_it_is_busy_for_a_while_after_the_last_event_and_then_quiet():
    heart = started()
    assert next_tick(heart, STAYS_BUSY_S - 1) == BUSY_S
    assert next_tick(heart, STAYS_BUSY_S) == QUIET_S
    assert next_tick(heart, STAYS_BUSY_S + QUIET_S) == QUIET_S


def test_without_an_open_lot_it_wakes_for_what_is_due_alone():
    heart = started()
    assert next_tick(heart, STAYS_BUSY_S - 1, is_idle=True) == BUSY_S
    assert next_tick(heart, STAYS_BUSY_S, is_idle=True) == IDLE_S
    assert next_tick(heart, 60, is_idle=True, due_in_s=12.0) == 12.0
    assert next_tick(heart, 90, is_idle=True, may_be_quiet=False) == BUSY_S
    assert stir(heart, NEWS, 91) == []  # it is busy
    assert next_tick(heart, 92 + STAYS_BUSY_S, is_idle=True) == IDLE_S
    ((after_s, _),) = stir(heart, NEWS, 130)
    assert (after_s, heart.pause_s) == (BUSY_S, BUSY_S)


def test_an_event_ends_the_quiet_at_once_and_the_slow_tick_counts_no_more():
    heart = started()
    assert stir(heart, NEWS, 1) == []  # it is busy anyway
    assert next_tick(heart, 30) == QUIET_S
    slow = Tick(heart._number)
    ((after_s, tick),) = stir(heart, NEWS, 31)
    assert after_s == BUSY_S
    assert (heart.take(tick), heart.take(slow)) == (True, False)
    assert stir(heart, NEWS, 31.5) == []
    assert next_tick(heart, 32) == BUSY_S
    assert next_tick(heart, 31.5 + STAYS_BUSY_S) == QUIET_S


def test_a_tick_that_is_on_its_way_is_not_asked_for_twice():
    heart = started()
    heart.take(Tick(1))
    assert next_tick(heart, 30, is_idle=True, due_in_s=60.0) == 60.0  # the tick of second 90
    slow = Tick(heart._number)
    ((_, soon),) = stir(heart, NEWS, 40, is_idle=False)
    assert heart.take(soon)
    after = heart.next_tick(at(61), is_idle=True, may_be_quiet=True, due_in_s=29.0)
    assert (wakeups(done(after)[0]), heart.pause_s) == ([], 29.0)
    assert stir(heart, ANSWER, 89.9, may_be_quiet=False) == []
    assert heart.take(slow)


def test_its_own_wakeups_are_no_events():
    heart = started()
    for wakeup in (Tick(1), SendReport()):
        assert stir(heart, wakeup, 100) == []
    assert next_tick(heart, 100) == QUIET_S


def test_it_is_not_quiet_while_it_must_not_be_and_wakes_for_what_is_due():
    heart = started()
    assert next_tick(heart, 100, may_be_quiet=False) == BUSY_S
    assert next_tick(heart, 101, due_in_s=3.0) == 3.0
    assert next_tick(heart, 104, due_in_s=-5.0) == BUSY_S


def test_the_answers_of_a_comparison_do_not_keep_a_keeper_without_open_lots_busy():
    heart = started()
    assert next_tick(heart, 30) == QUIET_S
    ((after_s, _),) = stir(heart, ANSWER, 31, may_be_quiet=False)  # another answer is awaited
    assert after_s == BUSY_S
    assert stir(heart, ANSWER, 31.1) == []
    assert next_tick(heart, 32) == QUIET_S
    assert stir(heart, ANSWER, 33) == []


def test_a_check_of_coins_keeps_a_keeper_without_open_lots_asleep():
    heart = started()
    assert next_tick(heart, 30, is_idle=True) == IDLE_S
    assert [stir(heart, each, 31) for each in CHECK_OF_COINS] == [[]] * 4
    assert len(stir(heart, CHECK_OF_COINS[0], 32, is_idle=False)) == 1


def test_the_same_answers_keep_a_keeper_with_open_lots_busy():
    heart = started()
    assert next_tick(heart, 30) == QUIET_S
    assert len(stir(heart, ANSWER, 31, is_idle=False)) == 1
    assert next_tick(heart, 32) == BUSY_S

"""What a Gateway that has ended left in flight."""

import time

import pytest

from actors.gateway.in_flight_journal import MappedJournal
from actors.gateway.left_behind import may_arrive_for_ms
from lotkeeper.trading.recovery.in_flight import OVER, InFlight, encode_row


def now_ms() -> int:
    return int(time.monotonic() * 1000)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o700)
    return tmp_path / "mine" / "lots.in-flight"


def test_an_order_without_an_answer_may_arrive_for_its_whole_life(path):
    journal = MappedJournal(path, now_ms())
    journal.write(0, encode_row(InFlight("BTCUSDT", "lk1-5eh-1", 1, now_ms(), 5_000)))
    journal.write(1, encode_row(InFlight("BTCUSDT", "lk1-5ei-1", 1, OVER, 5_000)))
    journal.close()
    left_ms = may_arrive_for_ms(path, time.monotonic(), 5_000)
    assert left_ms is not None
    assert 0 < left_ms <= 15_000


def test_nothing_is_left_where_all_was_answered_long_ago_or_nothing_was_sent(path):
    journal = MappedJournal(path, now_ms())
    journal.write(0, encode_row(InFlight("BTCUSDT", "lk1-5eh-1", 1, now_ms() - 60_000, 5_000, is_accepted=True)))
    journal.close()
    assert may_arrive_for_ms(path, time.monotonic(), 5_000) == 0
    assert may_arrive_for_ms(path.with_name("other.in-flight"), time.monotonic(), 5_000) == 0


def test_it_is_not_known_while_the_gateway_lives(path):
    journal = MappedJournal(path, now_ms())
    assert may_arrive_for_ms(path, time.monotonic(), 5_000) is None
    journal.close()

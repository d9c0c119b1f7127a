"""SELLs in flight: what is done about an unknown outcome, and what a note of one in flight prevents."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.in_flight import (
    FREE_ROW,
    OVER,
    ROW_BYTES,
    SENDING_MS,
    AbandonSell,
    AskAgain,
    Conflict,
    InFlight,
    SellToSend,
    SendAgain,
    decide_not_found,
    decode_row,
    describe_note,
    encode_row,
    find_conflict,
    from_wall_clock,
    may_arrive_for_ms,
)
from tests.lotkeeper.trading import make

# Sent at 100 s with a window of 5 s: the request may live until 115 s (5 s of its own, 10 s of the exchange's backend).
ORDER = SellOrder("BTCUSDT", SellName(7, 1), D(101), D(1), D(100), OrderState.UNKNOWN, sent_ms=100_000)
LOT = replace(make.selling()[0].lots[7], orders=(ORDER,))


@pytest.mark.parametrize(
    ("asked", "after_s"), [(1, 0.25), (2, 0.5), (3, 1.0), (4, 2.0), (5, 4.0), (6, 5.0), (7, 5.0), (10_000, 5.0)]
)
def test_it_asks_later_and_later_while_the_request_may_live(asked, after_s):
    assert decide_not_found(ORDER, LOT, asked, 115_000, 5_000) == AskAgain(after_s)


def test_it_sends_again_once_the_request_cannot_live():
    assert decide_not_found(ORDER, LOT, 1, 115_001, 5_000) == SendAgain()


def test_a_longer_window_is_waited_out():
    assert decide_not_found(ORDER, LOT, 9, 169_999, 60_000) == AskAgain(5.0)
    assert decide_not_found(ORDER, LOT, 9, 170_001, 60_000) == SendAgain()


def test_a_clock_set_back_only_waits_longer():
    assert decide_not_found(ORDER, LOT, 1, 0, 5_000) == AskAgain(0.25)


def test_what_other_sells_cover_meanwhile_is_not_sent_again():
    """The database was behind: the order had been refused, and another one stands on the book for the same coins."""
    other = replace(ORDER, name=SellName(7, 2), state=OrderState.OPEN, order_id=71)
    lot = replace(LOT, orders=(ORDER, other))
    assert decide_not_found(ORDER, lot, 1, 115_000, 5_000) == AskAgain(0.25)
    assert decide_not_found(ORDER, lot, 1, 115_001, 5_000) == AbandonSell()


NOW_MS = 1_700_000_000_000
LIFE_MS = 15_000  # its window, and ten seconds of the exchange's backend
NOTE = InFlight("BTCUSDT", "lk1-5eh-1", 7, NOW_MS, 5000)
UNTIL = 100.0


def wanted(**changes):
    return replace(SellToSend("BTCUSDT", "lk1-5eh-1", 7, 90.0, 80.0), **changes)


# What must not leave


def test_its_keeper_sends_no_second_one_of_the_name_while_the_first_may_arrive():
    assert find_conflict(NOTE, UNTIL, wanted(now=UNTIL)) is Conflict.SAME_NAME
    assert find_conflict(NOTE, UNTIL, wanted(now=UNTIL + 0.1)) is None


def test_its_keeper_knows_it_and_sells_its_other_lots():
    assert find_conflict(NOTE, UNTIL, wanted(client_id="lk1-5ei-1")) is None


@pytest.mark.parametrize("client_id", ["lk1-5eh-1", "lk1-5eh-2", "lk1-5ei-1"])
def test_another_keeper_sells_nothing_of_the_pair_before_it_has_compared(client_id):
    """Whatever the name: the lot's next generation sells the same coins, and another lot the same dust."""
    later = wanted(client_id=client_id, incarnation=8, now=UNTIL + 50)
    assert find_conflict(NOTE, UNTIL, later) is Conflict.ANOTHER_KEEPER
    assert find_conflict(NOTE, UNTIL, replace(later, compared_at=UNTIL)) is Conflict.ANOTHER_KEEPER
    assert find_conflict(NOTE, UNTIL, replace(later, compared_at=UNTIL + 0.1)) is None


def test_other_pairs_are_not_concerned():
    assert find_conflict(NOTE, UNTIL, wanted(symbol="ETHUSDT", incarnation=8)) is None


def test_one_that_cannot_be_read_may_be_of_any_pair_and_keeper():
    unreadable = decode_row(b"what is this", NOW_MS, 5000)
    assert unreadable is not None
    assert find_conflict(unreadable, UNTIL, wanted(symbol="ETHUSDT", incarnation=0)) is Conflict.ANOTHER_KEEPER


# For how long


def test_it_may_arrive_for_its_window_and_the_time_out_of_the_backend():
    assert may_arrive_for_ms(NOTE, NOW_MS) == LIFE_MS
    assert may_arrive_for_ms(NOTE, NOW_MS + LIFE_MS) == 0
    assert may_arrive_for_ms(NOTE, NOW_MS + LIFE_MS + 1) == -1


def test_who_reads_it_knows_that_it_has_left_by_now():
    just_noted = replace(NOTE, left_by_ms=NOW_MS + SENDING_MS)
    assert may_arrive_for_ms(just_noted, NOW_MS + 10) == LIFE_MS


def test_one_from_the_future_counts_no_longer_than_one_just_sent():
    assert may_arrive_for_ms(replace(NOTE, left_by_ms=NOW_MS + 86_400_000), NOW_MS) == LIFE_MS


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (NOTE, "may arrive for 15.0 s"),
        (replace(NOTE, left_by_ms=NOW_MS + SENDING_MS), "may arrive for 15.0 s"),
        (replace(NOTE, left_by_ms=NOW_MS + 60_000), "before this machine was started"),
        (replace(NOTE, symbol=""), "cannot be read"),
    ],
)
def test_what_is_said_of_it(note, said):
    assert said in describe_note(note, NOW_MS)


def test_of_one_that_is_over_nothing_is_said():
    assert describe_note(NOTE, NOW_MS + LIFE_MS + 1) == ""
    assert describe_note(replace(NOTE, left_by_ms=OVER), NOW_MS) == ""


def test_a_keeper_that_was_told_of_it_does_not_have_to_compare_first():
    told = wanted(incarnation=8, client_id="lk1-5ei-1", is_told=True)
    assert find_conflict(NOTE, UNTIL, told) is None


def test_a_note_by_the_wall_clock_keeps_its_age():
    wall_ms, now_ms = NOW_MS, 5_000_000
    old = from_wall_clock(replace(NOTE, left_by_ms=wall_ms - 4_000), wall_ms, now_ms)
    assert old.left_by_ms == now_ms - 4_000
    assert from_wall_clock(replace(NOTE, left_by_ms=wall_ms + 9_000), wall_ms, now_ms).left_by_ms == now_ms


# How it is written


def test_a_row_is_a_line_that_a_person_can_read():
    row = encode_row(NOTE)
    assert len(row) == ROW_BYTES
    assert row.startswith(b"BTCUSDT lk1-5eh-1 7 1700000000000 5000 ")
    assert row.endswith(b" \n")


@given(
    st.from_regex(r"[A-Z0-9\u4e00-\u9fff]{1,20}", fullmatch=True),
    st.from_regex(r"[a-zA-Z0-9-_]{1,36}", fullmatch=True),
    st.integers(0, 2**63),
    st.integers(0, 2**43),
    st.booleans(),
)
def test_what_is_written_is_read(symbol, client_id, incarnation, left_by_ms, is_accepted):
    note = InFlight(symbol, client_id, incarnation, left_by_ms, 60_000, is_accepted)
    assert decode_row(encode_row(note), NOW_MS, 5000) == note


@pytest.mark.parametrize("row", [FREE_ROW, bytes(ROW_BYTES), b""], ids=["freed", "never written", "missing"])
def test_a_free_row_says_nothing(row):
    assert decode_row(row, NOW_MS, 5000) is None


@given(st.integers(0, len(encode_row(NOTE).rstrip()) - 1), st.integers(1, 255))
def test_a_row_that_was_damaged_is_a_note_all_the_same(place, change):
    row = bytearray(encode_row(NOTE))
    row[place] ^= change
    if row[0] in b" \0":
        return
    assert decode_row(bytes(row), NOW_MS, 5000) == InFlight("", "", 0, NOW_MS, 5000)


@given(st.binary(max_size=ROW_BYTES))
def test_whatever_stands_there_is_read(row):
    note = decode_row(row, NOW_MS, 5000)
    assert note is not None or not row or row[:1] in b" \0"


def test_a_name_that_has_no_room_is_noted_as_of_any_pair():
    assert decode_row(encode_row(replace(NOTE, symbol="X" * ROW_BYTES)), NOW_MS, 5000) == InFlight(
        "", "", 0, NOW_MS, 5000
    )

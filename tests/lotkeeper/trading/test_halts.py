"""Pauses and the kill switch as values: which of two counts, when one is over, and how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.halts import (
    NO_HALT,
    Halt,
    Halts,
    halt_from_text,
    halt_to_text,
    halts_from_text,
    halts_to_text,
    newest,
    unreadable,
    utc,
)

HALTS = st.builds(
    Halt, st.booleans(), st.integers(0, 2**53), st.none() | st.integers(0, 2**53), who=st.text(), why=st.text()
)
ALL = st.builds(Halts, HALTS, st.dictionaries(st.sampled_from(["BTCUSDT", "ETHUSDT", "BNBUSDT"]), HALTS))


@given(ALL)
def test_what_was_written_is_read_again(halts):
    assert halts_from_text(halts_to_text(halts)) == halts
    assert halt_from_text(halt_to_text(halts.kill_switch)) == halts.kill_switch


@given(ALL, ALL)
def test_of_two_records_the_newest_of_each_counts_and_at_one_moment_the_one_that_stops(first, second):
    merged = first.merged(second)
    one, other = first.kill_switch, second.kill_switch
    assert merged.kill_switch in (one, other)
    assert merged.kill_switch.at_ms == max(one.at_ms, other.at_ms)
    if one.at_ms == other.at_ms:
        assert merged.kill_switch.is_on == (one.is_on or other.is_on)
    assert set(merged.pauses) == {*first.pauses, *second.pauses}
    for symbol in merged.pauses:
        assert merged.pause(symbol) == newest(first.pause(symbol), second.pause(symbol))


def test_a_change_is_always_newer_than_what_it_changes_also_where_the_clock_went_back():
    on = NO_HALT.changed(is_on=True, now_ms=1000, who="kim", why="a fork")
    assert on == Halt(True, 1000, None, "kim", "a fork")
    assert on.changed(is_on=False, now_ms=500, who="kim") == Halt(False, 1001, None, "kim")


def test_a_repeated_command_changes_nothing():
    on = NO_HALT.changed(is_on=True, now_ms=1000, until_ms=9000)
    assert on.changed(is_on=True, now_ms=2000, until_ms=9000) is on
    assert on.changed(is_on=True, now_ms=2000) == Halt(True, 2000)
    assert NO_HALT.changed(is_on=False, now_ms=2000) is NO_HALT


def test_a_pause_by_time_is_over_then():
    halt = Halt(True, 1000, 2000)
    assert [halt.is_in_force(now_ms) for now_ms in (1000, 1999, 2000)] == [True, True, False]
    assert Halt(True, 1000).is_in_force(10**15)
    assert halt.changed(is_on=True, now_ms=3000) == Halt(True, 3000)


def test_the_text_of_an_earlier_version_is_read():
    assert [halt_from_text(text) for text in ("yes", "no", "", None)] == [Halt(True), NO_HALT, NO_HALT, NO_HALT]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2, "kill_switch": {}, "pauses": {}}',
        '{"version": 1, "kill_switch": null, "pauses": {}}',
        '{"version": 1, "kill_switch": {"is_on": "no", "at_ms": 1, "until_ms": null, "who": "", "why": ""}}',
    ],
)
def test_a_text_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        halts_from_text(text)


def test_what_cannot_be_read_stops_everything_and_is_newer_than_what_the_database_has():
    halts = unreadable("it is damaged", 5000).merged(Halts(Halt(False, 4000)))
    assert (halts.kill_switch.is_on, halts.kill_switch.why) == (True, "it is damaged")


def test_a_moment_for_people():
    assert utc(1_700_000_000_000) == "2023-11-14 22:13:20 UTC"

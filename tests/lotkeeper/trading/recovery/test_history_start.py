"""From when on the BUYs of a pair are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.recovery.history_start import (
    Clock,
    HistoryStart,
    MachineMoment,
    Removed,
    begun_histories,
    corrected_starts,
    from_text,
    removed_pairs,
    to_text,
)

NOW = MachineMoment(1_700_000_000_000, 50_000, "boot-1")
START = HistoryStart(NOW.wall_ms, Clock.MACHINE, NOW)
OLD = HistoryStart(1_600_000_000_000, Clock.EXCHANGE)
TIMES = st.integers(0, 4 * 10**12)
MOMENTS = st.builds(MachineMoment, TIMES, st.integers(0, 10**10), st.sampled_from(["", "boot-1", "boot-2"]))
RECORDS = st.one_of(
    st.just(Removed()),
    st.builds(HistoryStart, TIMES, st.just(Clock.EXCHANGE)),
    st.builds(HistoryStart, TIMES, st.just(Clock.MACHINE), MOMENTS),
)
SYMBOLS = st.sampled_from(["BTCUSDT", "ETHUSDT", "币安人生USDT"])


@given(RECORDS)
def test_what_is_written_is_read(record):
    assert from_text(to_text(record)) == record


@pytest.mark.parametrize(
    ("text", "said"), [("", "unpack"), ("soon exchange", "soon"), ("17 sundial", "sundial"), ("17 machine x y", "'x'")]
)
def test_another_text_is_an_error(text, said):
    with pytest.raises(ValueError, match=said):
        from_text(text)


def test_a_history_begins_with_the_start_that_has_the_pair_for_the_first_time():
    assert begun_histories({}, [], ["A", "B"], START) == {"A": START, "B": START}
    assert begun_histories({"A": OLD}, ["A"], ["A", "B"], START) == {"B": START}


def test_a_pair_that_an_earlier_version_kept_goes_on():
    assert begun_histories({}, ["A"], ["A"], START) == {}
    assert removed_pairs({}, ["A"], []) == {"A": Removed()}


def test_a_pair_that_is_put_back_begins_anew():
    records = {"A": OLD, **removed_pairs({"A": OLD}, ["A"], ["B"])}
    assert begun_histories(records, ["A"], ["A", "B"], START)["A"] == START


@given(st.dictionaries(SYMBOLS, RECORDS), st.sets(SYMBOLS), st.sets(SYMBOLS))
def test_after_a_start_each_configured_pair_has_a_history_and_no_other_pair_has(records, known, configured):
    begun = begun_histories(records, known, configured, START)
    after = {**records, **begun}
    after |= removed_pairs(after, known, configured)
    for symbol in configured:
        assert isinstance(after.get(symbol), HistoryStart) or symbol in known - records.keys()
        assert symbol in begun or after.get(symbol) == records.get(symbol)  # a history that has begun stays
    assert not [symbol for symbol, each in after.items() if isinstance(each, HistoryStart) and symbol not in configured]
    assert begun_histories(after, known, configured, OLD) == {}  # a second start changes nothing


@given(st.integers(0, 10**9), st.integers(0, 3000), st.integers(-(10**8), 10**8))
def test_by_the_exchanges_clock_the_moment_is_early_by_one_round_trip_at_most(ago_ms, round_trip_ms, skew_ms):
    """Whatever the machine's clock says, and though somebody sets it meanwhile."""
    began_ms = 1_650_000_000_000  # by the exchange's clock
    noted = MachineMoment(5, 1_000_000, "boot-1")
    answered = MachineMoment(5 + skew_ms, 1_000_000 + ago_ms + round_trip_ms, "boot-1")
    told_ms = began_ms + ago_ms + round_trip_ms // 2  # the exchange read its clock somewhere on the way
    found = corrected_starts({"A": HistoryStart(5, Clock.MACHINE, noted)}, told_ms, answered)["A"]
    assert (found.clock, found.noted) == (Clock.EXCHANGE, None)
    assert began_ms - round_trip_ms <= found.since_ms <= began_ms


def test_across_a_boot_the_wall_clock_tells_how_long_ago_it_was():
    answered = MachineMoment(NOW.wall_ms + 60_000, 3_000, "boot-2")
    found = corrected_starts({"A": START, "B": OLD, "C": Removed()}, 1_700_000_100_000, answered)
    assert found == {"A": HistoryStart(1_700_000_040_000, Clock.EXCHANGE)}


def test_the_moment_is_never_in_the_future():
    """The clock was set back by an hour between the two."""
    answered = MachineMoment(NOW.wall_ms - 3_600_000, 3_000, "boot-2")
    assert corrected_starts({"A": START}, 1_700_000_100_000, answered)["A"].since_ms == 1_700_000_100_000

"""The status is told once, and then what has changed of it."""

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.web.events.status_mirror import StatusMirror, StatusNews, at_rest, difference

KEYS = st.sampled_from(["pairs", "BTCUSDT", "price", "bid", "restarts"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "1.5"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)


def with_change(document: dict[str, Any], news: StatusNews) -> dict[str, Any]:
    """As the page does it (site/service/change.js)."""
    found = deepcopy(document)
    for *path, last in news.removed:
        owner: Any = found
        for key in path:
            owner = owner[key]
        del owner[last]
    merge(found, news.changed)
    return found


def merge(into: dict[str, Any], changed: dict[str, Any]) -> None:
    for key, value in changed.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


@given(DOCUMENTS, DOCUMENTS)
def test_a_change_makes_the_one_of_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert with_change(before, difference(before, after)) == after
    assert difference(after, after) == StatusNews({}, [])


def test_a_change_has_nothing_else() -> None:
    before = {"pairs": {"A": {"bid": "1", "lots": [1]}, "B": {"bid": "2"}}, "health": "ok", "restarts": {"x": 1}}
    after = {"pairs": {"A": {"bid": "3", "lots": [1]}, "C": {"bid": "2"}}, "health": "ok", "restarts": {}}
    changed = {"pairs": {"A": {"bid": "3"}, "C": {"bid": "2"}}, "restarts": {}}
    news = difference(before, after)
    assert (news.changed, sorted(news.removed)) == (changed, [["pairs", "B"], ["restarts", "x"]])


def test_ages_and_counters_are_no_change() -> None:
    told = {"pairs": {"A": {"complete_as_of": "12:00", "complete_age_seconds": 1.0, "bid": "1"}}, "frames": 7}
    ages = {"pairs": {"A": {"complete_as_of": "12:00", "complete_age_seconds": 2.0, "bid": "1"}}, "frames": 9}
    assert at_rest(ages, told) == told
    rows = {"market_streams": [{"name": "market stream 1", "frames": 1}, {"name": "market stream 2", "frames": 2}]}
    more = {"market_streams": [{"name": "market stream 1", "frames": 5}, {"name": "market stream 2", "frames": 6}]}
    assert at_rest(more, rows) == rows


def test_the_age_of_a_proof_is_told_with_the_proof() -> None:
    told = {"complete_as_of": "12:00", "complete_age_seconds": 28.0, "frames": 1}
    now = {"complete_as_of": "12:01", "complete_age_seconds": 0.1, "frames": 2}
    assert at_rest(now, told) == {**now, "frames": 1}


def test_what_was_not_known_or_is_another_thing_is_told_at_once() -> None:
    assert at_rest({"frames": 1, "rows": [{"frames": 1}]}, {"frames": None, "rows": []}) == {
        "frames": 1,
        "rows": [{"frames": 1}],
    }


def test_a_page_gets_the_whole_and_then_what_it_is_behind_with() -> None:
    mirror = StatusMirror()
    assert mirror.newest() is None
    mirror.note({"health": "ok", "bid": "1"})
    first = mirror.newest()
    assert first is not None
    mirror.note({"health": "ok", "bid": "2"})
    mirror.note({"health": "degraded", "bid": "3"})
    second = mirror.newest()
    assert second is not None
    assert mirror.change_since(first) == StatusNews({"health": "degraded", "bid": "3"}, [])
    assert mirror.change_since(first) is mirror.change_since(first)  # found once for all pages
    mirror.note({"health": "degraded", "bid": "3"})
    assert mirror.newest() is second


def test_ages_are_told_with_each_fifth_look() -> None:
    mirror = StatusMirror()
    told = []
    for second in range(11):
        mirror.note({"uptime_seconds": float(second)})
        newest = mirror.newest()
        assert newest is not None
        told.append(newest.document["uptime_seconds"])
    assert told == [0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 10]


def test_what_was_forgotten_is_told_as_a_whole() -> None:
    mirror = StatusMirror()
    mirror.note({"health": "ok"})
    first = mirror.newest()
    assert first is not None
    mirror.forget()
    assert mirror.newest() is None
    assert mirror.change_since(first) is None
    mirror.note({"health": "ok"})
    assert mirror.newest() is not first
    assert mirror.change_since(first) is None

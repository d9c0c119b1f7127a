"""What is told as a whole."""

from lotkeeper.web.events.topics import Topics, at_rest, event


def test_a_page_gets_the_newest_of_what_has_changed():
    topics = Topics()
    topics.tell("todo", [])
    topics.tell("alerts", [1])
    number = topics.number
    assert list(topics.since(0)) == [event("todo", []), event("alerts", [1])]
    topics.tell("todo", [])
    assert list(topics.since(number)) == []
    topics.tell("todo", [2])
    topics.tell("todo", [3])
    assert list(topics.since(number)) == [b"event: todo\ndata: [3]\n\n"]


def test_what_was_dropped_is_told_again():
    topics = Topics()
    topics.tell("status", {})
    topics.drop("status", "other")
    assert list(topics.since(0)) == []
    number = topics.number
    topics.tell("status", {})
    assert list(topics.since(number)) == [event("status", {})]


def test_ages_and_counters_are_no_change():
    before = {"pairs": {"A": {"complete_age_seconds": 1.0, "lots": [{"age_seconds": 2, "lot": "A-1"}]}}, "frames": 7}
    after = {"pairs": {"A": {"complete_age_seconds": 2.0, "lots": [{"age_seconds": 3, "lot": "A-1"}]}}, "frames": 9}
    assert at_rest(before) == at_rest(after) == {"pairs": {"A": {"lots": [{"lot": "A-1"}]}}}

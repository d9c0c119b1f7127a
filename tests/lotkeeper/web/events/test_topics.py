"""What is told as a whole."""

from lotkeeper.web.events.topics import Topics, event


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

"""What a connection is asked to change: few messages, and none for ever."""

from itertools import pairwise

import orjson
import pytest

from lotkeeper.exchange.websocket.subscriptions import MOST_URL_CHARACTERS, Subscriptions, streams_for_url


def asked(text: str | None) -> tuple[str, list[str]] | None:
    if text is None:
        return None
    message = orjson.loads(text)
    return message["method"], message.get("params", [])


LIST = ("LIST_SUBSCRIPTIONS", [])


@pytest.fixture
def known() -> Subscriptions:
    """A connection whose list was confirmed at second 0."""
    subscriptions = Subscriptions(["a", "b"])
    subscriptions.request_list(0.0)
    subscriptions.apply_list(["a", "b"])
    return subscriptions


def test_a_connection_that_has_what_is_wanted_is_asked_nothing(known):
    assert [known.next_request(["b", "a"], second) for second in (0.0, 1.0, 100.0)] == [None] * 3


def test_a_change_is_checked_by_the_list(known):
    assert asked(known.next_request(["a", "b", "c"], 1.0)) == ("SUBSCRIBE", ["c"])
    assert known.next_request(["a", "b", "c"], 1.4) is None
    assert asked(known.next_request(["a", "b", "c"], 1.5)) == LIST
    known.apply_list(["a", "b", "c"])
    assert known.next_request(["a", "b", "c"], 2.5) is None


def test_what_is_not_wanted_goes_first(known):
    assert asked(known.next_request(["a", "c"], 1.0)) == ("UNSUBSCRIBE", ["b"])
    assert asked(known.next_request(["a", "c"], 1.5)) == LIST
    known.apply_list(["a"])
    assert asked(known.next_request(["a", "c"], 2.0)) == ("SUBSCRIBE", ["c"])


def test_many_names_go_in_several_messages_with_pauses(known):
    wanted = [f"{number:03}" for number in range(250)] + ["a", "b"]
    sent, now_s, have = [], 0.0, {"a", "b"}
    while now_s < 10.0:
        now_s += 0.1
        match asked(known.next_request(wanted, now_s)):
            case ("SUBSCRIBE", names):
                have.update(names)
                sent.append(now_s)
            case ("LIST_SUBSCRIPTIONS", _):
                sent.append(now_s)
                known.apply_list(have)
    assert have == set(wanted)
    assert len(sent) == 6
    assert all(later - earlier >= 0.49 for earlier, later in pairwise(sent))


def test_a_change_without_effect_is_repeated_less_and_less_often(known):
    changes, now_s = [], 0.0
    while now_s < 600.0:
        now_s += 0.5
        match asked(known.next_request(["a", "b", "c"], now_s)):
            case ("SUBSCRIBE", ["c"]):
                changes.append(now_s)
            case ("LIST_SUBSCRIPTIONS", _):
                known.apply_list(["a", "b"])
    assert 5 <= len(changes) <= 20
    assert changes[-1] - changes[-2] >= 60


def test_a_list_that_does_not_come_is_asked_for_less_and_less_often():
    subscriptions = Subscriptions(["a"])
    subscriptions.request_list(0.0)
    seconds = [second for second in range(1, 600) if asked(subscriptions.next_request(["a"], float(second))) == LIST]
    assert 5 <= len(seconds) <= 20
    assert seconds[-1] - seconds[-2] >= 60


def test_a_connection_takes_no_more_streams_than_the_exchange_allows(known):
    known.apply_list([str(number) for number in range(1020)])
    method, names = asked(known.next_request([str(number) for number in range(2000)], 5.0)) or ("", [])
    assert (method, len(names)) == ("SUBSCRIBE", 4)


def test_an_address_names_no_more_streams_than_it_has_room_for():
    few = [f"pair{number}usdt@bookTicker" for number in range(50)]
    assert sorted(few) == streams_for_url(few)
    many = streams_for_url([f"pair{number}usdt@bookTicker" for number in range(500)])
    assert MOST_URL_CHARACTERS - 30 < len("/".join(many)) <= MOST_URL_CHARACTERS

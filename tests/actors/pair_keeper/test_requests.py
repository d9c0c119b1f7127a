from actors.pair_keeper.requests import Requests


def ask(requests: Requests, about: object, now: float = 0.0) -> tuple[str, int]:
    return requests.ask(lambda number: ("question", number), about, now)


def test_each_question_has_a_number_of_its_own():
    requests = Requests()
    assert [ask(requests, "a"), ask(requests, "b")] == [("question", 1), ("question", 2)]
    assert (requests.take_answered(2), requests.take_answered(1)) == ("b", "a")


def test_an_answer_counts_once_and_a_strange_one_not_at_all():
    requests = Requests()
    ask(requests, "a")
    assert [requests.take_answered(1), requests.take_answered(1), requests.take_answered(77)] == ["a", None, None]


def test_dropped_questions_have_no_answer():
    requests = Requests()
    ask(requests, "a")
    ask(requests, "b")
    requests.drop(lambda about: about == "a")
    assert (requests.take_answered(1), requests.take_answered(2)) == (None, "b")


def test_what_waits_too_long_is_repeated_under_its_number():
    requests = Requests()
    ask(requests, "old", now=0.0)
    ask(requests, "young", now=9.0)
    assert list(requests.repeat(10.0, older_than_s=5.0)) == [("question", 1)]
    assert list(requests.repeat(12.0, older_than_s=5.0)) == []
    assert list(requests.repeat(12.0, older_than_s=0)) == [("question", 1), ("question", 2)]


def test_it_knows_what_is_being_asked():
    requests = Requests()
    ask(requests, "a")
    assert (requests.is_pending("a"), requests.is_pending("b")) == (True, False)
    requests.take_answered(1)
    assert not requests.is_pending("a")

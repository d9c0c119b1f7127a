"""How often candles may be asked for."""

import pytest

from lotkeeper.web.candles.budget import CandleBudget


def test_so_many_in_a_minute():
    budget = CandleBudget(most_a_minute=2)
    assert [budget.refusal(0.0), budget.refusal(1.0)] == ["", ""]
    assert budget.refusal(59.0) == "2 requests for candles were sent in the last minute; ask again later"
    assert [budget.refusal(60.0), budget.refusal(61.0)] == ["", ""]
    assert budget.refusal(62.0)


@pytest.mark.parametrize(
    ("status", "retry_after", "silent_s"), [(429, "7", 7), (429, "", 60), (418, "soon", 300), (418, "1000", 1000)]
)
def test_silence_when_the_exchange_wants_it(status, retry_after, silent_s):
    budget = CandleBudget()
    budget.note_status(status, retry_after, 100.0)
    assert "the exchange wants no requests for another" in budget.refusal(100.0 + silent_s - 1)
    assert budget.refusal(100.0 + silent_s) == ""


def test_other_answers_are_no_reason():
    budget = CandleBudget()
    budget.note_status(200, "1000", 0.0)
    budget.note_status(503, "1000", 0.0)
    assert budget.refusal(0.0) == ""

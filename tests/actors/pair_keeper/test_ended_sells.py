from decimal import Decimal as D

import pytest

from actors.pair_keeper.ended_sells import EndedSells
from tests.actors.pair_keeper.bench import at
from tests.persistence.lots import order


@pytest.fixture
def ended() -> EndedSells:
    return EndedSells()


def end(ended: EndedSells, seconds: float, price: int = 100, stood_s: float = 0) -> None:
    ended.note_ended(order(price=D(price), sent_ms=at(seconds - stood_s).wall_ms), "why", at(seconds))


def test_the_first_one_is_tried_again_at_once_and_the_next_ones_ever_later(ended):
    seconds, waits = 0.0, []
    for _ in range(12):
        ended.note_sent(D(100), at(seconds))
        end(ended, seconds)
        waits.append(ended.wait_s(at(seconds)))
        seconds += waits[-1]
    assert waits == [0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_those_that_were_sent_together_are_one_attempt(ended):
    end(ended, 0)
    for price in (100, 120, 110):
        end(ended, 1, price)
    assert (ended.price, ended.wait_s(at(1)), ended.why) == (120, 2, "why")


def test_while_one_is_tried_the_others_wait(ended):
    end(ended, 0)
    ended.note_sent(D(101), at(1))  # above their price
    assert ended.wait_s(at(1)) == 0
    ended.note_sent(D(100), at(1))
    assert ended.wait_s(at(1)) == 15


def test_it_is_over_when_one_stands_at_their_price_or_below(ended):
    end(ended, 0)
    end(ended, 1)
    assert not ended.note_standing(D(101))
    assert ended.note_standing(D(100))
    assert (ended.wait_s(at(1)), ended.note_standing(D(100))) == (0, False)


def test_one_that_stood_for_long_was_not_ended_for_its_price(ended):
    for seconds in (100, 200, 300):
        end(ended, seconds, stood_s=90)
    assert ended.wait_s(at(300)) == 0

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.money import NotANumberError, amount, ceil_to, floor_to, plain

steps = st.sampled_from([D(1).scaleb(-digits) for digits in range(9)] + [D("0.05"), D("0.25"), D(10)])
amounts = st.decimals(min_value=0, max_value=10**12, places=8)


@pytest.mark.parametrize("text", ["", "x", "NaN", "-sNaN", "Infinity", "-inf", "1,5", "0x10", None])
def test_what_is_no_number_is_refused_with_its_text(text):
    with pytest.raises(NotANumberError, match="is not a"):
        amount(text)


def test_an_amount_keeps_every_digit():
    assert str(amount("123456789012.12345678")) == "123456789012.12345678"


def test_rounding_down_where_plain_division_rounds_up():
    # 0.99999999999999999999999999999 / 1 is 1 at 28 digits
    assert floor_to(D("0.99999999999999999999999999999"), D(1)) == 0
    assert floor_to(D("0.000999"), D("0.00001")) == D("0.00099")
    assert floor_to(D("7.3"), D(1)) == 7


def test_a_step_of_zero_is_no_step():
    assert floor_to(D("1.23456789"), D(0)) == D("1.23456789")


@given(amounts, steps)
def test_rounded_down_is_the_highest_multiple_not_above(value, step):
    floored = floor_to(value, step)
    assert floored % step == 0
    assert floored <= value < floored + step


@given(st.fractions(min_value=Fraction(1, 10**12), max_value=10**9), steps)
def test_rounded_up_is_the_lowest_multiple_not_under(value, step):
    raised = ceil_to(value, step)
    assert raised % step == 0
    assert Fraction(raised) - Fraction(step) < value <= Fraction(raised)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_plain_digits_say_the_same_number(value):
    text = plain(value)
    assert D(text) == value
    assert "E" not in text.upper()
    assert "." not in text or text[-1] != "0"


@pytest.mark.parametrize(("value", "text"), [("1E+3", "1000"), ("1E-8", "0.00000001"), ("0E-8", "0"), ("100", "100")])
def test_plain_examples(value, text):
    assert plain(D(value)) == text

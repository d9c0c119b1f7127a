from decimal import Decimal as D
from decimal import Inexact
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.money import (
    STRICT,
    NotANumberError,
    Ratio,
    amount,
    floor_to,
    larger,
    less,
    nearest_text,
    plain,
    product,
    ratio_ceil_to,
    ratio_floor_to,
    total,
)

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


numbers = st.decimals(min_value=-(10**12), max_value=10**12, places=8)
ratios = st.builds(Ratio, numbers, st.decimals(min_value=D("1E-8"), max_value=10**9, places=8))


def exact(ratio):
    return Fraction(ratio.numerator) / Fraction(ratio.denominator)


@given(ratios, steps)
def test_quotients_round_to_the_multiples_on_both_sides_of_them(ratio, step):
    up, down = ratio_ceil_to(ratio, step), ratio_floor_to(ratio, step)
    assert (Fraction(up) / Fraction(step)).denominator == (Fraction(down) / Fraction(step)).denominator == 1
    assert Fraction(up) - Fraction(step) < exact(ratio) <= Fraction(up)
    assert Fraction(down) <= exact(ratio) < Fraction(down) + Fraction(step)


@pytest.mark.parametrize(
    ("of", "up", "down"), [("7", "3", "2"), ("-7", "-2", "-3"), ("6", "2", "2"), ("-6", "-2", "-2")]
)
def test_quotients_of_either_sign(of, up, down):
    """7 / 3 = 2.33..., and a quotient that is a multiple is left alone."""
    ratio = Ratio(D(of), D(3))
    assert (ratio_ceil_to(ratio, D(1)), ratio_floor_to(ratio, D(1))) == (D(up), D(down))


@given(ratios, ratios)
def test_quotients_add_up_divide_and_compare_exactly(one, other):
    assert exact(one.plus(other)) == exact(one) + exact(other)
    assert one.is_less_than(other) == (exact(one) < exact(other))
    assert exact(larger(one, other)) == max(exact(one), exact(other))
    if other.numerator > 0:
        assert exact(one.divided_by(other)) == exact(one) / exact(other)


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20), max_size=6))
def test_sums_and_products_lose_no_digit(amounts):
    assert Fraction(total(amounts)) == sum(map(Fraction, amounts))
    if amounts:
        assert Fraction(less(*amounts)) == Fraction(amounts[0]) - sum(map(Fraction, amounts[1:]))
        exactly = Fraction(1)
        for each in amounts:
            exactly *= Fraction(each)
        assert Fraction(product(*amounts)) == exactly


def test_a_digit_that_would_be_lost_is_an_error():
    with pytest.raises(Inexact):
        STRICT.divide(D(1), D(3))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_plain_digits_say_the_same_number(value):
    text = plain(value)
    assert D(text) == value
    assert "E" not in text.upper()
    assert "." not in text or text[-1] != "0"


@pytest.mark.parametrize(("value", "text"), [("1E+3", "1000"), ("1E-8", "0.00000001"), ("0E-8", "0"), ("100", "100")])
def test_plain_examples(value, text):
    assert plain(D(value)) == text


def test_the_multiples_on_both_sides_are_named():
    assert nearest_text(D("70000.001"), D("0.01")) == "; the nearest are 70000 and 70000.01"
    assert nearest_text(D("0.0000001"), D("0.00001")) == "; the nearest is 0.00001"
    assert nearest_text(D("0.15"), D("0.1"), most=D("0.15")) == "; the nearest is 0.1"
    assert nearest_text(D("0.05"), D("0.1"), most=D("0.05")) == ""

"""Amounts and times as a person reads them."""

import pytest

from cli.views.formats import money
from lotkeeper.service.documents.formats import duration, shorten, with_sign


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (9.96, "10.0 s"), (12.9, "12 s"), (61, "1 m 1 s"), (3_725, "1 h 2 m"), (90_061, "1 d 1 h")],
)
def test_a_length_of_time(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1234.5678", "1234.57"),
        ("99.123456", "99.1235"),
        ("0.00001234", "0.00001234"),
        ("-250.004", "-250.00"),
        ("0.00", "0"),
    ],
)
def test_an_amount_is_shortened(amount, text):
    assert shorten(amount) == text


@pytest.mark.parametrize(("amount", "style"), [("1.5", "green"), ("-1.5", "red"), ("0", "dim")])
def test_money_has_a_sign_and_a_colour(amount, style):
    text = money(amount, "USDT")
    assert (text.style, text.plain.startswith("+")) == (style, amount == "1.5")


@pytest.mark.parametrize(("amount", "text"), [("0.62", "+0.62"), ("0", "0"), ("-0.62", "-0.62")])
def test_an_amount_with_its_sign(amount, text):
    assert with_sign(amount) == text

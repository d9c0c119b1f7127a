from decimal import Decimal as D

import pytest

from lotkeeper.trading.prices import is_valid


@pytest.mark.parametrize(
    ("bid", "ask", "valid"),
    [
        ("100", "100.01", True),
        ("100", "100", True),  # locked, not crossed
        ("100.01", "100", False),
        ("0", "100", False),  # an empty side is reported as 0
        ("100", "0", False),
        ("-1", "1", False),
    ],
)
def test_a_price_is_believed_when_both_sides_are_there_and_not_crossed(bid, ask, valid):
    assert is_valid(D(bid), D(ask)) is valid

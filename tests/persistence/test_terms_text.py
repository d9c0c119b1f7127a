from decimal import Decimal as D

import pytest

from persistence.terms_text import sell_rate_from_text, terms_from_text, terms_to_text
from tests.actors.stage import TERMS


def test_terms_come_back_from_their_text():
    assert terms_from_text(terms_to_text(TERMS)) == TERMS
    assert sell_rate_from_text(terms_to_text(TERMS)) == TERMS.market.sell_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [('{"sell_rate": "0.002"}', D("0.002")), ("{}", None), ("[]", None), ("", None), ('{"sell_rate": "x"}', None)],
)
def test_the_fee_is_read_from_any_text(text, rate):
    """An earlier version wrote other terms: they keep no pair from being loaded."""
    assert sell_rate_from_text(text) == rate

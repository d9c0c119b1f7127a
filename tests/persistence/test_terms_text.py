from dataclasses import replace
from decimal import Decimal as D

import orjson
import pytest

from lotkeeper.trading.policy import AgeStep, Rung
from persistence.terms_text import sell_rate_from_text, terms_from_text, terms_to_text
from tests.actors.stage import TERMS


def test_terms_come_back_from_their_text():
    assert terms_from_text(terms_to_text(TERMS)) == TERMS
    assert sell_rate_from_text(terms_to_text(TERMS)) == TERMS.market.sell_rate


def test_ways_of_selling_come_back_from_their_text():
    steps = (AgeStep(1000, D("0.5")), AgeStep(2000, D(0)))
    policy = replace(
        TERMS.policy, keep_coins_pct=D("12.5"), age=steps, ladder=(Rung(D("33.3"), D("0.5")), Rung(D("66.7"), D(2)))
    )
    market = replace(TERMS.market, pair=replace(TERMS.market.pair, self_trade="EXPIRE_BOTH"))
    terms = replace(TERMS, market=market, policy=policy)
    assert terms_from_text(terms_to_text(terms)) == terms


def test_terms_of_a_version_without_them_are_read():
    document = orjson.loads(terms_to_text(TERMS))
    del document["policy"]["ladder"], document["self_trade"]
    assert terms_from_text(orjson.dumps(document).decode()) == TERMS


@pytest.mark.parametrize(
    ("text", "rate"),
    [('{"sell_rate": "0.002"}', D("0.002")), ("{}", None), ("[]", None), ("", None), ('{"sell_rate": "x"}', None)],
)
def test_the_fee_is_read_from_any_text(text, rate):
    """An earlier version wrote other terms: they keep no pair from being loaded."""
    assert sell_rate_from_text(text) == rate

"""Which part of the exit set the price of a SELL."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.journal import Cause
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.policy import AgeStep, Rung
from lotkeeper.trading.selling.causes import cause_of
from lotkeeper.trading.selling.decisions import PlaceSell
from tests.lotkeeper.trading import make
from tests.persistence.lots import lot

SELL = PlaceSell(SellName(7, 1), D(70000), D("0.4995"), D(32000), D(1), D("0.001"))
PLAIN = make.policy()
LADDER = replace(PLAIN, ladder=(Rung(D(100), D(1)),))
AGED = replace(LADDER, age=(AgeStep(1000, D(0)),))
BOUGHT_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("sell", "policy", "after_ms", "is_grouped", "cause"),
    [
        (SELL, PLAIN, 0, False, Cause.TARGET),
        (SELL, LADDER, 0, False, Cause.LADDER),
        (SELL, AGED, 999, False, Cause.LADDER),
        (SELL, AGED, 1000, False, Cause.AGE),
        (SELL, AGED, 1000, True, Cause.GROUP),
        (replace(SELL, trail=Trail(150, None)), AGED, 1000, True, Cause.TRAILING),
        (replace(SELL, name=SellName(7, 1, is_instructed=True)), AGED, 1000, True, Cause.INSTRUCTION),
    ],
)
def test_the_most_particular_counts(sell, policy, after_ms, is_grouped, cause) -> None:
    assert cause_of(sell, lot(7), policy, BOUGHT_MS + after_ms, is_grouped=is_grouped) is cause

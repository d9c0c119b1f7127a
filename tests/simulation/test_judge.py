"""The judge at the end of a schedule: which coins manual sales explain, and which not."""

from decimal import Decimal as D

from tests.simulation.judge import lot_not_offered

LEAST = {1: D("0.034"), 2: D("0.034"), 3: D("0.034")}


def test_a_lot_without_a_sell_is_not_explained_where_nothing_was_sold_manually():
    assert lot_not_offered({}, LEAST, D(0)) is None
    assert lot_not_offered({1: D("0.034")}, LEAST, D(0)) == (1, D("0.034"))


def test_a_manual_sale_explains_a_lot_if_it_can_have_left_too_little_of_it():
    assert lot_not_offered({1: D("0.050")}, LEAST, D("0.017")) is None
    assert lot_not_offered({1: D("0.050")}, LEAST, D("0.016")) == (1, D("0.034"))


def test_one_manual_sale_can_have_left_dust_of_more_than_one_lot():
    """Seed 10056: of the 0.072 that were sold, 0.025 were of the first lot and 0.047 of the second."""
    assert lot_not_offered({1: D("0.04995"), 2: D("0.06993")}, LEAST, D("0.072")) is None


def test_a_manual_sale_does_not_explain_more_than_it_sold():
    assert lot_not_offered({1: D("0.050"), 2: D("0.070")}, LEAST, D("0.052")) == (2, D("0.034"))
    assert lot_not_offered({1: D("0.050"), 2: D("0.070"), 3: D("0.036")}, LEAST, D("0.053")) == (3, D("0.035"))

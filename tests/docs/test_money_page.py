"""docs/reference/money.md is true: its example is what `lotkeeper explain` prints, and every sum on it comes out."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from lotkeeper.config.models import ExitConfig
from lotkeeper.trading.filters.catalogue import FILTERS
from tests.worked_example import as_shown, bought, sold

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "money.md").read_text()
EXAMPLE = PAGE.partition("\n## An example\n")[2].partition("\n## ")[0]
NUMBER = r"\d+(?:\.\d+)?"
SUM = re.compile(rf"(\(?{NUMBER}(?: [-+*/] \(?{NUMBER}\)?)+) =\s+({NUMBER})(\.\.\.)?")


def sums() -> list[tuple[str, str, bool]]:
    text = " ".join(EXAMPLE.rpartition("```")[2].split())
    return [(found[1], found[2], bool(found[3])) for found in SUM.finditer(text)]


def test_the_example_is_what_the_command_prints():
    show_value = EXAMPLE.partition("$ lotkeeper explain BTCUSDT-7001\n")[2].partition("\n```")[0]
    assert show_value.splitlines() == as_shown().splitlines()


@pytest.mark.parametrize(("terms", "result", "is_cut"), sums(), ids=[each[0] for each in sums()])
def test_every_sum_comes_out(terms, result, is_cut):
    value = eval(re.sub(NUMBER, r"Fraction('\g<0>')", terms), {"Fraction": Fraction})
    places = len(result.partition(".")[2])
    off = value - Fraction(result)
    assert 0 <= off < Fraction(1, 10**places) if is_cut or places >= 12 else off == 0


def test_there_are_sums_to_check():
    assert len(sums()) >= 6


def test_the_lot_adds_up():
    open_lot, closed = bought().lots[7001], sold().lots[7001]
    assert open_lot.received == closed.sold + closed.remainder
    assert open_lot.cost == closed.cost_sold + closed.inventory_cost


def test_every_wish_and_every_filter_of_an_order_is_on_the_page():
    for key in set(ExitConfig.model_fields) - {"on_partial"}:
        assert f"`{key}" in PAGE, key
    for name in ("PRICE_FILTER", "PERCENT_PRICE", "PERCENT_PRICE_BY_SIDE", "LOT_SIZE", "NOTIONAL", "MIN_NOTIONAL"):
        assert name in PAGE
        assert name in {*FILTERS, "PRICE_FILTER", "LOT_SIZE"}

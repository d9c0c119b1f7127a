"""The floor of what a lot has not sold."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.lots.floors import floor_price, required_proceeds
from lotkeeper.trading.money import ONE, Ratio
from lotkeeper.trading.reports.open_floor import open_floor
from tests.actors.stage import TERMS
from tests.persistence import lots


def test_it_is_that_of_a_sell_of_all():
    lot, market = lots.lot(7), TERMS.market
    required = required_proceeds(Ratio(lot.stock_cost), Ratio(ONE), TERMS.policy)
    assert open_floor(lot, TERMS) == floor_price(required, lot.stock, market.sell_rate, market.pair.tick)


def test_what_is_sold_has_none():
    assert open_floor(lots.sold(20), TERMS) is None


def test_where_the_fee_takes_all_there_is_none():
    assert open_floor(lots.lot(7), replace(TERMS, market=replace(TERMS.market, sell_rate=D(1)))) is None

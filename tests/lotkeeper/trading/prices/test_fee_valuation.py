from decimal import Decimal as D

from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.prices.fee_valuation import FRESH_MS, fee_values, price_of, second_to_value, wanted_symbol
from tests.persistence.lots import buy, lot


def test_the_market_of_the_asset_itself_comes_first():
    assert wanted_symbol("BNB", "USDT", {}) == "BNBUSDT"
    assert wanted_symbol("BNB", "USDT", {"BNBUSDT": BestPrices(D(600), D(601))}) is None
    assert price_of("BNB", "USDT", {"BNBUSDT": BestPrices(D(600), D(601))}) == 600


def test_the_reverse_market_is_bought_at_its_ask():
    """One USDT costs 0.9 EUR at most: one EUR is worth 1 / 0.9 USDT, rounded up at the twentieth digit."""
    known = {"EURUSDT": None, "USDTEUR": BestPrices(D("0.8"), D("0.9"))}
    assert wanted_symbol("EUR", "USDT", known) is None
    assert price_of("EUR", "USDT", known) == D("1.1111111111111111112")


def test_where_there_is_no_market_it_goes_through_another_asset():
    known = {"XYZTRY": None, "TRYXYZ": None}
    assert wanted_symbol("XYZ", "TRY", known) == "XYZUSDT"
    known |= {"XYZUSDT": BestPrices(D("0.5"), D("0.6"))}
    assert wanted_symbol("XYZ", "TRY", known) == "USDTTRY"
    assert price_of("XYZ", "TRY", known) is None
    known |= {"USDTTRY": BestPrices(D(40), D(41))}
    assert wanted_symbol("XYZ", "TRY", known) is None
    assert price_of("XYZ", "TRY", known) == 20


def test_a_market_without_a_bid_is_no_way():
    known = {"BNBUSDT": BestPrices(D(0), D(601)), "USDTBNB": None}
    assert wanted_symbol("BNB", "USDT", known) == "BNBUSDC"


def test_every_way_is_tried_once_and_then_there_is_none():
    known, asked = {}, []
    while (symbol := wanted_symbol("XYZ", "TRY", known)) is not None:
        asked.append(symbol)
        known[symbol] = None
    assert len(asked) == len(set(asked)) == 14  # its own two, and two to each of six bridges
    assert price_of("XYZ", "TRY", known) is None


def test_only_commissions_in_that_asset_without_a_value_are_valued():
    fills = (
        buy(7, 1, commission=D("0.001"), commission_asset="BNB"),
        buy(7, 2, commission=D("0.002"), commission_asset="BNB"),
        buy(7, 3, commission=D("0.003"), commission_asset="BTC"),
        buy(7, 4, commission=D("0.004"), commission_asset="EUR"),
        buy(7, 5, commission=D(0), commission_asset="BNB"),
    )
    known = FeeValue(1, "BNB", D(500), 9, D("0.5"))
    assert fee_values(lot(7, buys=fills, fee_values=(known,)), "BNB", D(600), 1234) == [
        FeeValue(trade_id=2, asset="BNB", price=D(600), time_ms=1234, value=D("1.2"))
    ]


def test_a_value_is_rounded_up_to_a_trillionth():
    fills = (buy(7, 1, commission=D("0.00000001"), commission_asset="BNB"),)
    (value,) = fee_values(lot(7, buys=fills), "BNB", D("0.00011111"), 0)
    assert value.value == D("0.000000000002")


def test_an_older_fill_is_valued_by_its_own_second():
    fill = buy(7, 1, time_ms=1_700_000_000_789)
    assert second_to_value(fill, 1_700_000_000_789 + FRESH_MS) is None
    assert second_to_value(fill, 1_700_000_000_790 + FRESH_MS) == 1_700_000_000_000

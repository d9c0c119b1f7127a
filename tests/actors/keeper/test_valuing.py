from decimal import Decimal as D

from actors.keeper.valuing import fee_values, valuing_symbol
from lotkeeper.trading.fills import FeeValue
from tests.persistence.lots import buy, lot


def test_the_symbol_that_values_an_asset():
    assert valuing_symbol("BNB", "USDT") == "BNBUSDT"


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

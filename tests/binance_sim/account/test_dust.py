"""Which balances are dust, and what they are worth in another asset."""

import pytest

from binance_sim.account.dust import find_dust, price_in
from binance_sim.account.funds import Funds
from tests.binance_sim.support import D


class Prices(dict):
    """Last prices by symbol."""

    last = dict.get


PRICES = Prices(
    {"BTCUSDT": D(60_000), "BNBUSDT": D(600), "ADABTC": D("0.00001"), "BNBBTC": D("0.01"), "EURUSDT": D("1.2")}
)


@pytest.mark.parametrize(
    ("asset", "target", "price"),
    [
        ("BTC", "USDT", "60000"),
        ("USDT", "BNB", D(1) / 600),
        ("ADA", "USDT", "0.6"),
        ("ADA", "BNB", "0.001"),
        ("BTC", "BTC", "1"),
        ("ADA", "EUR", "0.5"),
        ("XYZ", "USDT", None),
    ],
)
def test_a_price_by_any_pair(asset, target, price):
    found = price_in(PRICES, asset, target)
    assert found == price if price is None else round(found, 20) == round(D(price), 20)


def test_only_small_free_balances_are_dust():
    funds = Funds({"BTC": D("0.0001"), "ADA": D(100), "USDT": D(5), "BNB": D(1), "XYZ": D(1)})
    funds.lock("BTC", D("0.00002"))
    found = {each.asset: each for each in find_dust(funds, PRICES, "BNB")}
    assert set(found) == {"BTC", "USDT"}, "not the target, not what is worth 60 USDT, not what has no price"
    assert (found["BTC"].amount, found["BTC"].quota) == (D("0.00008"), D("4.8"))
    assert (found["BTC"].worth, found["BTC"].charge, found["BTC"].received) == (D("0.008"), D("0.00016"), D("0.00784"))

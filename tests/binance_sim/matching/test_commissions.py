"""Commissions (source: "Commission Rates" FAQ): its example, no more BNB, and BNB as base asset."""

from decimal import Decimal as D

from binance_sim.account.fees import FeeRates, PairCommission
from binance_sim.api.endpoints.accounts import commission
from tests.binance_sim.support import Bench

STANDARD = FeeRates(D("0.0000001"), D("0.0000002"), D("0.0000003"), D("0.0000004"))
SPECIAL = FeeRates(D("0.01"), D("0.02"), D("0.03"), D("0.04"))
TAX = FeeRates(D("0.00000112"), D("0.00000114"), D("0.00000118"), D("0.00000116"))


def sold(in_bnb, bnb):
    """The FAQ's order: 0.49975 BTC sold at the market for 35000."""
    bench = Bench({"BTC": "1", "BNB": bnb})
    bench.quote("260", symbol="BNBUSDT")
    bench.quote("35000")
    bench.account.fees.usual = PairCommission(STANDARD, SPECIAL, TAX)
    bench.account.fees.in_bnb = in_bnb
    return bench.place("SELL", "MARKET", qty="0.49975").trades[0]


def test_the_parts_are_summed_up():
    trade = sold(False, "0")
    assert trade.quote == D("17491.25")
    rate = D("0.0000006") + D("0.06") + D("0.0000023")
    assert (trade.commission, trade.commission_asset) == (
        (trade.quote * rate).quantize(D("1e-8"), "ROUND_DOWN"),
        "USDT",
    )


def test_in_bnb_only_the_standard_part_is_reduced():
    trade = sold(True, "100")
    worth = trade.quote * (D("0.0000006") * D("0.75") + D("0.06") + D("0.0000023"))
    assert (trade.commission, trade.commission_asset) == ((worth / 260).quantize(D("1e-8"), "ROUND_DOWN"), "BNB")


def test_without_enough_bnb_it_is_charged_as_usual_and_nobody_is_told():
    assert sold(True, "4.03").commission_asset == "USDT"
    assert sold(True, "4.04").commission_asset == "BNB"


def test_bnb_may_run_out_between_two_fills_of_one_order():
    bench = Bench({"USDT": "100000", "BNB": "1"}, in_bnb=True)
    bench.quote("600", symbol="BNBUSDT")
    bench.account.bnb_fills = 1
    order = bench.place("BUY", "MARKET", qty="1.5")
    assert [trade.commission_asset for trade in order.trades][:2] == ["BNB", "BTC"]
    assert bench.surplus() == {}


def test_bnb_that_is_bought_pays_for_itself():
    bench = Bench({"USDT": "100000"}, in_bnb=True)
    bench.quote("600", symbol="BNBUSDT", ask_qty="10")
    trade = bench.place("BUY", "MARKET", qty="1", symbol="BNBUSDT").trades[0]
    assert (trade.commission_asset, trade.commission) == ("BNB", D("0.00075001"))
    assert bench.free("BNB") == 1 - D("0.00075001")


def test_a_pair_may_have_rates_of_its_own():
    bench = Bench({"USDT": "100000"})
    bench.account.fees.by_symbol["BTCUSDT"] = PairCommission(FeeRates(), discounted=False)
    assert bench.place("BUY", "MARKET", qty="0.5").trades[0].commission == 0
    told = bench.call(commission, symbol="BTCUSDT")
    assert (told["standardCommission"]["taker"], told["discount"]["enabledForSymbol"]) == ("0.00000000", False)
    assert bench.call(commission, symbol="ETHBTC")["standardCommission"]["taker"] == "0.00100000"

"""Golden cases of floors: profit, rounding, dust, parts. Worked by hand: the sums stand above each."""

from decimal import Decimal as D

from lotkeeper.trading.filters.amounts import PercentPriceBySide, Precision
from lotkeeper.trading.policy import Dust
from tests.lotkeeper.trading.golden.case import Bought, Case, Sells, market, wanted

COIN = (Bought("1", "100"),)
BY_SIDE = PercentPriceBySide(bid_up=D("1.2"), bid_down=D("0.2"), ask_up=D(5), ask_down=D("0.8"))

ROUNDING = (
    # 99.9 / 0.999 = 100, to the last digit
    Case("exactly on a tick: not one higher", (Bought("1", "99.9"),), Sells("100", "1", cost="99.9")),
    # 99.90000001 / 0.999 = 100.00000001001...
    Case(
        "a hundred millionth above a tick: the next one",
        (Bought("1", "99.9", "0.00000001", "USDT"),),
        Sells("100.01", "1", cost="99.90000001"),
    ),
    # received 1000 - 1 = 999; cost 1000 * 0.00000123 = 0.00123, profit 1 % = 0.0000123
    # 0.0012423 / (999 * 0.999) = 0.0012423 / 998.001 = 0.000001244788...
    Case(
        "a tick of 1e-8",
        (Bought("1000", "0.00000123", "1"),),
        Sells("0.00000125", "999", cost="0.00123", profit="0.0000123"),
        market=market(step="1", tick=D("1E-8"), min_notional=D("0.0001")),
        policy=wanted("1"),
    ),
    # received 150 - 0.15 = 149.85, of which 149 fit; cost 30 * 149 / 149.85 = 29.829829829829829...
    # 30 / (149.85 * 0.999) = 30 / 149.70015 = 0.200400...; rest 0.85 at 30 - 29.829829829829 = 0.170170170171
    Case(
        "a step of 1",
        (Bought("150", "0.2", "0.15"),),
        Sells("0.2005", "149", cost="29.829829829829", rest="0.85", rest_cost="0.170170170171"),
        market=market(step="1", tick=D("0.0001")),
    ),
    # 2 * 1500000 = 3000000; 3000000 / (2 * 0.998) = 1503006.01...
    Case(
        "a tick of 1",
        (Bought("2", "1500000"),),
        Sells("1503007", "2", cost="3000000"),
        market=market("0.002", tick=D(1)),
    ),
    # 1000000 * 0.123456789012 = 123456.789012; / (1000000 * 0.999) = 0.12358036938...; up to 1e-10
    Case(
        "more digits than a float holds",
        (Bought("1000000", "0.123456789012"),),
        Sells("0.1235803694", "1000000", cost="123456.789012"),
        market=market(tick=D("1E-10"), precision=Precision(8, 12)),
    ),
    # what cost nothing would sell for nothing, and the lowest price is one tick; 3000 * 0.01 = 30 is an order
    Case("coins that cost nothing sell for a tick", (Bought("3000", "0"),), Sells("0.01", "3000", cost="0")),
)

PROFIT = (
    # 0.1 % of 100 is 0.1, less than 2; 102 / (0.1 * 0.999) = 102 / 0.0999 = 1021.0210...
    Case(
        "the least profit in quote is more than the percentage",
        (Bought("0.1", "1000"),),
        Sells("1021.03", "0.1", cost="100", profit="2"),
        policy=wanted("0.1", least="2"),
    ),
    # 3 % of 100 is 3, more than 2; 103 / 0.0999 = 1031.0310...
    Case(
        "the percentage is more than the least profit in quote",
        (Bought("0.1", "1000"),),
        Sells("1031.04", "0.1", cost="100", profit="3"),
        policy=wanted("3", least="2"),
    ),
    # of the lot's 0.15 so far this part is 0.05: a third of 2 = 0.666666666667 (up)
    # 50.666... / (0.05 * 0.999) = 50.666... / 0.04995 = 1014.3476...
    Case(
        "a part of the lot brings its share of the least profit",
        (Bought("0.05", "1000"),),
        Sells("1014.35", "0.05", cost="50", profit="0.666666666667"),
        first=(Bought("0.1", "1000"),),
        policy=wanted("0", least="2"),
        goes_on=True,
    ),
    # cost 80 + 0.08 = 80.08; 80.08 / 0.999 = 80.1601...: the market stands at 150, and the lowest price
    # allowed is 150 * 0.8 = 120
    Case(
        "a price below the bid is lifted to the lowest that the exchange allows",
        (Bought("1", "80", "0.08", "USDT"),),
        Sells("120", "1", cost="80.08"),
        market=market("0.001", filters=(BY_SIDE,)),
        reference="150",
    ),
    # 80.08 / 0.999 = 80.1601...; 90 * 0.8 = 72 is lower
    Case(
        "a price below the bid is the floor all the same",
        (Bought("1", "80", "0.08", "USDT"),),
        Sells("80.17", "1", cost="80.08"),
        market=market("0.001", filters=(BY_SIDE,)),
        reference="90",
    ),
)

DUST = (
    # cost 600 whole for 0.999 of 0.99925; 600 / (0.999 * 0.999) = 600 / 0.998001 = 601.2018...
    Case(
        "written off, dust is brought by what is sold",
        (Bought("1", "600", "0.00075"),),
        Sells("601.21", "0.999", cost="600", rest="0.00025"),
        policy=wanted(dust=Dust.WRITE_OFF),
    ),
    # 30 / (149 * 0.999) = 30 / 148.851 = 0.201543...
    Case(
        "written off at a step of 1",
        (Bought("150", "0.2", "0.15"),),
        Sells("0.2016", "149", cost="30", rest="0.85"),
        market=market(step="1", tick=D("0.0001")),
        policy=wanted(dust=Dust.WRITE_OFF),
    ),
    # the earlier lot: 0.996 received for 100, 0.99 sold, 0.006 left at 100 * 0.006 / 0.996 = 0.602409638554...; up
    # this one: 0.996 for 110; together 1.002 for 110.602409638555, of which 1.00 fits
    # cost 110.602409638555 * 1 / 1.002 = 110.381646345863273...; / 0.999 = 110.4921...
    # rest 0.002 at 110.602409638555 - 110.381646345863 = 0.220763292692
    Case(
        "the dust of an earlier lot, at its cost",
        (Bought("1", "110", "0.004"),),
        Sells("110.5", "1", cost="110.381646345863", rest="0.002", rest_cost="0.220763292692"),
        market=market(step="0.01"),
        earlier=(Bought("1", "100", "0.004"),),
    ),
    # 0.0039 are worth 0.39 at 100, too little alone; with the 0.996 of this lot they are 0.9999 for 100 + 0.39 = 100.39
    # 100.39 / (0.9999 * 0.999) = 100.39 / 0.9989001 = 100.5005...
    Case(
        "the dust of a lot that could not be sold at all",
        (Bought("1", "100", "0.004"),),
        Sells("100.51", "0.9999", cost="100.39"),
        market=market(step="0.0001"),
        earlier=(Bought("0.0039", "100"),),
    ),
)

PARTS = (
    # first 0.155 for 15.5, of which 0.1 stands at a cost of 10; then 0.1 at 200: together 0.255 for 35.5
    # 0.055 + 0.1 = 0.155 for 25.5 are left, 0.1 of it sold: its share is 25.5 * 0.1 / 0.155 = 16.4516...
    # the two SELLs cover 0.2 of 0.255, whose share is 35.5 * 0.2 / 0.255 = 27.843137254901960..., less 10: 17.843137...
    # 17.843137254901960 / (0.1 * 0.999) = 178.6099...; rest 0.055 at 25.5 - 17.843137254901 = 7.656862745099
    Case(
        "a BUY that climbs: the cheap rest stays, and the two SELLs bring their share of the whole",
        (Bought("0.1", "200"),),
        Sells("178.61", "0.1", cost="17.843137254901", rest="0.055", rest_cost="7.656862745099"),
        market=market(step="0.1"),
        first=(Bought("0.155", "100"),),
    ),
    # first 0.155 for 15.5, of which 0.1 stands at 10; then 0.1 at 50: 0.155 for 10.5 left
    # its share is 10.5 * 0.1 / 0.155 = 6.774193548387...; together 20.5 * 0.2 / 0.255 - 10 = 6.0784... is less
    # 6.774193548387 / 0.0999 = 67.8097...; rest 0.055 at 10.5 - 6.774193548387 = 3.725806451613
    Case(
        "a BUY that falls: a SELL's share of what is left",
        (Bought("0.1", "50"),),
        Sells("67.81", "0.1", cost="6.774193548387", rest="0.055", rest_cost="3.725806451613"),
        market=market(step="0.1"),
        first=(Bought("0.155", "100"),),
    ),
    # 0.4 of 1 were sold, which cost 40; the other 0.6 cost 60: 60 / (0.6 * 0.999) = 100.1001...
    Case(
        "the rest of a SELL that was ended after a part of it was sold",
        (),
        Sells("100.11", "0.6", cost="60"),
        first=COIN,
        first_sold="0.4",
    ),
    # 0.4 of the 1 at 100 / 0.999 = 100.1001..., and 0.6 wait for the next SELL
    Case(
        "the largest quantity of an order",
        COIN,
        Sells("100.11", "0.4", cost="40", rest="0.6", rest_cost="60"),
        market=market(max_quantity=D("0.4")),
    ),
    # 50 / 100.11 = 0.49945..., of which 0.499 fit the step; cost 49.9; 49.9 / (0.499 * 0.999) = 100.1001...
    Case(
        "the largest worth of an order",
        COIN,
        Sells("100.11", "0.499", cost="49.9", rest="0.501", rest_cost="50.1"),
        market=market(max_notional=D(50)),
    ),
    # no more than 0.3 is free on the account: 30 / (0.3 * 0.999) = 100.1001...
    Case("the coins that are free", COIN, Sells("100.11", "0.3", cost="30", rest="0.7", rest_cost="70"), free="0.3"),
    # bought for 0.0499 * 100 = 4.99; 4.99 * 1.01 / (0.0499 * 0.999) = 101.1011..., and 0.0499 * 101.11 = 5.045389 > 5
    Case(
        "bought for less than the smallest order, and sold for more",
        (Bought("0.0499", "100"),),
        Sells("101.11", "0.0499", cost="4.99", profit="0.0499"),
        market=market(step="0.0001"),
        policy=wanted("1"),
    ),
)

CASES = (*ROUNDING, *PROFIT, *DUST, *PARTS)

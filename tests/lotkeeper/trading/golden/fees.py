"""Golden cases of fees: in the coin, in quote, in BNB, mixed, none. Worked by hand: the sums stand above each."""

from decimal import Decimal as D

from lotkeeper.trading.lots.fees import Commission, CommissionRates, Discount, SellFee, expected_sell_rate
from tests.lotkeeper.trading.golden.case import Bought, Case, Sells, market, wanted

IN_BNB = {"fee": "0.0002", "asset": "BNB"}

# standard 0.08 % maker, 0.1 % taker, 0.01 % seller; special 0.01 % and 0.02 %; tax 0.05 % taker, 0.03 % seller
PARTS = Commission(
    standard=CommissionRates(maker=D("0.0008"), taker=D("0.001"), seller=D("0.0001")),
    special=CommissionRates(maker=D("0.0001"), taker=D("0.0002")),
    tax=CommissionRates(taker=D("0.0005"), seller=D("0.0003")),
    discount=Discount("BNB", D("0.75"), is_enabled=True),
)
PLAIN = Commission(
    CommissionRates(maker=D("0.001"), taker=D("0.001")), discount=Discount("BNB", D("0.75"), is_enabled=True)
)


def rate(commission: Commission, fee: SellFee = SellFee.WORSE, *, with_discount: bool = False) -> str:
    return str(expected_sell_rate(commission, fee, with_discount=with_discount))


CASES = (
    # received 1 - 0.001 = 0.999; cost 100, profit 1 % = 1
    # 101 / (0.999 * 0.999) = 101 / 0.998001 = 101.2023...
    Case(
        "the fee in the coin",
        (Bought("1", "100", "0.001"),),
        Sells("101.21", "0.999", cost="100", profit="1"),
        policy=wanted("1"),
    ),
    # cost 2 * 50 + 0.1 = 100.1
    # 100.1 / (2 * 0.999) = 100.1 / 1.998 = 50.1001...
    Case("the fee in quote", (Bought("2", "50", "0.1", "USDT"),), Sells("50.11", "2", cost="100.1")),
    # fee 0.0002 BNB at 600 = 0.12; cost 0.5 * 200 + 0.12 = 100.12, profit 2 % = 2.0024
    # 102.1224 / (0.5 * 0.999) = 102.1224 / 0.4995 = 204.4492...
    Case(
        "the fee in BNB",
        (Bought("0.5", "200", **IN_BNB),),
        Sells("204.45", "0.5", cost="100.12", profit="2.0024"),
        fee_prices={"BNB": "600"},
        policy=wanted("2"),
    ),
    # fee 0.00012345 BNB at 545.454545454545454546 (600 USDT at 1.1 USDT for a EUR, rounded up at 20 digits)
    # 0.00012345 * 545.454545454545454546 = 0.06733636363636363636...; rounded up to 1e-12: 0.067336363637
    # cost 100 + 0.067336363637; 100.067336363637 / 0.999 = 100.1675...
    Case(
        "a fee in BNB whose value in quote has no end is never valued too low",
        (Bought("1", "100", "0.00012345", "BNB"),),
        Sells("100.17", "1", cost="100.067336363637"),
        fee_prices={"BNB": "545.454545454545454546"},
    ),
    # 30 / 3 = 10: no fee on either side, nothing to round
    Case("no fee at all", (Bought("3", "10"),), Sells("10", "3", cost="30"), market=market("0")),
    # received 0.4 - 0.0004 + 0.3 + 0.3 = 0.9996
    # cost 40 + (30.3 + 0.0303) + (30.6 + 0.00005 * 600 = 0.03) = 100.9603
    # 100.9603 / (0.9996 * 0.999) = 100.9603 / 0.9986004 = 101.1018...
    Case(
        "the asset of the fee changes twice within one order",
        (
            Bought("0.4", "100", "0.0004"),
            Bought("0.3", "101", "0.0303", "USDT"),
            Bought("0.3", "102", "0.00005", "BNB"),
        ),
        Sells("101.11", "0.9996", cost="100.9603"),
        market=market(step="0.0001"),
        fee_prices={"BNB": "600"},
    ),
    # received 1.5; cost 60 + 60 + 0.06 = 120.06 (the first fill was free)
    # 120.06 / (1.5 * 0.999) = 120.06 / 1.4985 = 80.1201...
    Case(
        "a free fill beside one with a fee",
        (Bought("0.75", "80", "0", ""), Bought("0.75", "80", "0.06", "USDT")),
        Sells("80.13", "1.5", cost="120.06"),
    ),
    # received 1 - 0.00075 = 0.99925 BNB, of which 0.999 fit the step
    # cost 600 * 0.999 / 0.99925 = 599.849887415561671...; 600 / (0.99925 * 0.999) = 600 / 0.99825075 = 601.0513...
    # rest 0.00025, at 600 - 599.849887415561 = 0.150112584439
    Case(
        "BNB bought with a fee in BNB: the coin itself is less",
        (Bought("1", "600", "0.00075", "BNB"),),
        Sells("601.06", "0.999", cost="599.849887415561", rest="0.00025", rest_cost="0.150112584439"),
        base="BNB",
    ),
    # received 1 BNB, for the fee is in quote; 600.6 / 0.999 = 601.2012...
    Case(
        "BNB bought with a fee in quote",
        (Bought("1", "600", "0.6", "USDT"),),
        Sells("601.21", "1", cost="600.6"),
        base="BNB",
    ),
    # 0.1 % * 0.75 = 0.075 %; 100.1 / 0.99925 = 100.1751...
    Case(
        "the BNB discount, where it is counted on",
        (Bought("1", "100", "0.1", "USDT"),),
        Sells("100.18", "1", cost="100.1"),
        market=market(rate(PLAIN, with_discount=True)),
    ),
    # 100.1 / 0.999 = 100.2002...
    Case(
        "the BNB discount, where it is not counted on",
        (Bought("1", "100", "0.1", "USDT"),),
        Sells("100.21", "1", cost="100.1"),
        market=market(rate(PLAIN)),
    ),
    # taker 0.1 + 0.02 + 0.05, seller 0.01 + 0.03: 0.21 %; 100 / 0.9979 = 100.2104...
    Case(
        "standard, special and tax commission at the worse of maker and taker",
        (Bought("1", "100"),),
        Sells("100.22", "1", cost="100"),
        market=market(rate(PARTS)),
    ),
    # maker 0.08 + 0.01 + 0, seller 0.01 + 0.03: 0.13 %; 100 / 0.9987 = 100.1301...
    Case(
        "the same, as maker",
        (Bought("1", "100"),),
        Sells("100.14", "1", cost="100"),
        market=market(rate(PARTS, SellFee.MAKER)),
    ),
    # the discount is on the standard part alone: (0.1 + 0.01) * 0.75 = 0.0825; + 0.02 + 0.05 + 0.03 = 0.1825 %
    # 100 / 0.998175 = 100.1828...
    Case(
        "the same, with the discount, which tax and special commission do not have",
        (Bought("1", "100"),),
        Sells("100.19", "1", cost="100"),
        market=market(rate(PARTS, with_discount=True)),
    ),
)

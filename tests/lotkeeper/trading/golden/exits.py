"""Golden cases of ways of selling: all SELLs of a lot. Worked by hand: the sums stand above each.

Unless a case says otherwise the fee is 0.1 %, the step 0.001, the smallest order 5 USDT.
"""

from dataclasses import dataclass
from decimal import Decimal as D

from lotkeeper.trading.policy import Dust, ExitPolicy, Market, Rung
from tests.lotkeeper.trading.golden.case import Bought, Sells, market


def ladder(*rungs: tuple[str, str], dust: Dust = Dust.KEEP) -> ExitPolicy:
    """Shares and net profits, in percent."""
    return ExitPolicy(D(0), dust=dust, ladder=tuple(Rung(D(share), D(profit)) for share, profit in rungs))


_USUAL = market()


@dataclass(frozen=True)
class ExitCase:
    """`sells` in the order in which they are placed. `first` was bought, and its SELLs placed, before the rest."""

    what: str
    buys: tuple[Bought, ...]
    policy: ExitPolicy
    sells: tuple[Sells, ...]
    market: Market = _USUAL
    first: tuple[Bought, ...] = ()
    rest: str = "0"  # of the lot, in the end
    kept: str = "0"  # in coins, and what these cost
    kept_cost: str = "0"
    stops: tuple[str, ...] = ()  # from which price on each SELL follows the price; empty for a LIMIT


def keeping(percent: str, profit: str = "5", **more: object) -> ExitPolicy:
    """So much of the profit, in percent, is kept in coins."""
    return ExitPolicy(D(profit), keep_coins_pct=D(percent), **more)  # type: ignore[arg-type]


THIRDS = ladder(("50", "0.5"), ("30", "1"), ("20", "2"))

LADDERS = (
    # 50 * 1.005 / (0.5 * 0.999) = 50.25 / 0.4995 = 100.6006...
    # 30 * 1.01 / (0.3 * 0.999) = 30.3 / 0.2997 = 101.1011...
    # 20 * 1.02 / (0.2 * 0.999) = 20.4 / 0.1998 = 102.1021...
    ExitCase(
        "three parts at three profits",
        (Bought("1", "100"),),
        THIRDS,
        (
            Sells("100.61", "0.5", cost="50", profit="0.25"),
            Sells("101.11", "0.3", cost="30", profit="0.3"),
            Sells("102.11", "0.2", cost="20", profit="0.4"),
        ),
    ),
    # 7 USDT in all: 3.5, 2.1 and 1.4 are no orders. The third joins the second, which then is as near to the first, and
    # both are sold with the first: 7 * 1.005 / (0.07 * 0.999) = 7.035 / 0.06993 = 100.6006...
    ExitCase(
        "a lot too small for parts is sold as one, at the least profit",
        (Bought("0.07", "100"),),
        THIRDS,
        (Sells("100.61", "0.07", cost="7", profit="0.035"),),
    ),
    # 12, 1 and 7 USDT. 1 % is 0.5 from the first and 1 from the third: 13 * 1.005 / (0.13 * 0.999) = 13.065 / 0.12987 =
    # 100.6006...; 7 * 1.02 / (0.07 * 0.999) = 7.14 / 0.06993 = 102.1021...
    ExitCase(
        "a part too small for an order joins the nearest, here the one below",
        (Bought("0.2", "100"),),
        ladder(("60", "0.5"), ("5", "1"), ("35", "2")),
        (Sells("100.61", "0.13", cost="13", profit="0.065"), Sells("102.11", "0.07", cost="7", profit="0.14")),
    ),
    # 1.9 % is 0.1 from the third: 12 * 1.005 / (0.12 * 0.999) = 12.06 / 0.11988 = 100.6006...
    # 8 * 1.02 / (0.08 * 0.999) = 8.16 / 0.07992 = 102.1021...
    ExitCase(
        "a part too small for an order joins the nearest, here the one above",
        (Bought("0.2", "100"),),
        ladder(("60", "0.5"), ("5", "1.9"), ("35", "2")),
        (Sells("100.61", "0.12", cost="12", profit="0.06"), Sells("102.11", "0.08", cost="8", profit="0.16")),
    ),
    # received 0.999, of which 99 steps of 0.01 fit: half of them is 49.5, so 49 and 50
    # cost 100 * 0.49 / 0.999 = 49.049049049049..., profit 0.490490490490... (up)
    # 100 * 1.01 / (0.999 * 0.999) = 101 / 0.998001 = 101.2023...
    # together 100 * 0.99 / 0.999 = 99.099099099099..., less 49.049049049049: 50.050050050050..., profit 3 % (up)
    # 100 * 1.03 / (0.999 * 0.999) = 103 / 0.998001 = 103.2063...
    ExitCase(
        "shares are cut to whole steps, and what is no step stays with its cost",
        (Bought("1", "100", "0.001"),),
        ladder(("50", "1"), ("50", "3")),
        (
            Sells("101.21", "0.49", cost="49.049049049049", profit="0.490490490491"),
            Sells("103.21", "0.5", cost="50.05005005005", profit="1.501501501502"),
        ),
        market=market(step="0.01"),
        rest="0.009",
    ),
    # written off, the 99 steps bear all of the cost: 100 * 0.49 / 0.99 = 49.494949494949..., profit 0.494949494949...
    # 100 * 1.01 / (0.99 * 0.999) = 101 / 0.98901 = 102.1223...
    # the other takes the rest, 50.505050505051, of which 3 % is 1.51515151515153
    # 100 * 1.03 / 0.98901 = 104.1445...
    ExitCase(
        "parts bear the cost of dust that is written off",
        (Bought("1", "100", "0.001"),),
        ladder(("50", "1"), ("50", "3"), dust=Dust.WRITE_OFF),
        (
            Sells("102.13", "0.49", cost="49.494949494949", profit="0.494949494950"),
            Sells("104.15", "0.5", cost="50.505050505051", profit="1.515151515152"),
        ),
        market=market(step="0.01"),
        rest="0.009",
    ),
    # 0.07 was sold as one. Of 1 in all the parts get 0.5, 0.3 and 0.2, and the first has 0.07 of its 0.5
    # the parts without a SELL come first: 30.3 / 0.2997 = 101.1011..., 20.4 / 0.1998 = 102.1021...
    # 43 * 1.005 / (0.43 * 0.999) = 43.215 / 0.42957 = 100.6006...
    ExitCase(
        "what is bought later brings the lot to its ladder",
        (Bought("0.93", "100"),),
        THIRDS,
        (
            Sells("100.61", "0.07", cost="7", profit="0.035"),
            Sells("101.11", "0.3", cost="30", profit="0.3"),
            Sells("102.11", "0.2", cost="20", profit="0.4"),
            Sells("100.61", "0.43", cost="43", profit="0.215"),
        ),
        first=(Bought("0.07", "100"),),
    ),
    # 0.1 at 100 and 0.1 at 200, in halves: the first SELLs cover 0.05 each for 5, 5 * 1.01 / 0.04995 = 101.1011... and
    # 5 * 1.03 / 0.04995 = 103.1031...; all SELLs together bring their share of the whole at every moment: the third
    # bears 30 * 0.15 / 0.2 - 10 = 12.5: 12.625 / 0.04995 = 252.7527..., and the last 7.5: 7.725 / 0.04995 =
    # 154.6546...
    ExitCase(
        "a BUY that climbs: the SELLs bring their share of the whole at every moment",
        (Bought("0.1", "200"),),
        ladder(("50", "1"), ("50", "3")),
        (
            Sells("101.11", "0.05", cost="5", profit="0.05"),
            Sells("103.11", "0.05", cost="5", profit="0.15"),
            Sells("252.76", "0.05", cost="12.5", profit="0.125"),
            Sells("154.66", "0.05", cost="7.5", profit="0.225"),
        ),
        first=(Bought("0.1", "100"),),
    ),
    # at most 30 USDT an order: of the first part 30 / 100.61 = 0.2981..., so 0.298, then the rest of 0.202
    # 29.8 * 1.005 / (0.298 * 0.999) = 100.6006...; 50 % at 2 %: 51 / 0.4995 = 102.1021..., 30 / 102.11 = 0.2938...
    # after one SELL of each part the rest of the first, then of the second
    ExitCase(
        "a part beyond the largest order has as many as it needs",
        (Bought("1", "100"),),
        ladder(("50", "0.5"), ("50", "2")),
        (
            Sells("100.61", "0.298", cost="29.8", profit="0.149"),
            Sells("102.11", "0.293", cost="29.3", profit="0.586"),
            Sells("100.61", "0.202", cost="20.2", profit="0.101"),
            Sells("102.11", "0.207", cost="20.7", profit="0.414"),
        ),
        market=market(max_notional=D(30)),
    ),
    # without a fee and at no profit: 10 / 0.1 = 100 exactly; 10 * 1.5 / 0.1 = 150 exactly
    ExitCase(
        "exactly on a tick: not one higher",
        (Bought("0.2", "100"),),
        ladder(("50", "0"), ("50", "50")),
        (Sells("100", "0.1", cost="10"), Sells("150", "0.1", cost="10", profit="5")),
        market=market("0"),
    ),
)

KEPT_COINS = (
    # the profit is 5 of 105: of 1 that is 0.047619..., so 0.047 for 4.7. The rest at the price of the whole:
    # 95.3 * 1.05 / (0.953 * 0.999) = 100.065 / 0.952047 = 105.1051...; it brings 105.11 * 0.952047 = 100.0696...
    ExitCase(
        "all of the profit in coins: what is sold brings the cost of all",
        (Bought("1", "100"),),
        keeping("100"),
        (Sells("105.11", "0.953", cost="95.3", profit="4.765"),),
        kept="0.047",
        kept_cost="4.7",
    ),
    # 0.023809..., so 0.023 for 2.3: 97.7 * 1.05 / (0.977 * 0.999) = 102.585 / 0.976023 = 105.1051...
    ExitCase(
        "half of the profit in coins",
        (Bought("1", "100"),),
        keeping("50"),
        (Sells("105.11", "0.977", cost="97.7", profit="4.885"),),
        kept="0.023",
        kept_cost="2.3",
    ),
    # 0.05 * 0.5 / 100.5 = 0.000248...: no step. 5 * 1.005 / (0.05 * 0.999) = 5.025 / 0.04995 = 100.6006...
    ExitCase(
        "a profit of less than a step is brought in quote",
        (Bought("0.05", "100"),),
        keeping("100", "0.5"),
        (Sells("100.61", "0.05", cost="5", profit="0.025"),),
    ),
    # 0.049 * 5 / 105 = 0.002333..., so 0.002; but 0.047 * 105.11 = 4.94017 is no order, and 0.049 * 105.11 = 5.15039 is
    # 4.9 * 1.05 / (0.049 * 0.999) = 5.145 / 0.048951 = 105.1051...
    ExitCase(
        "nothing is kept where the rest would be no order",
        (Bought("0.049", "100"),),
        keeping("100"),
        (Sells("105.11", "0.049", cost="4.9", profit="0.245"),),
    ),
    # first 0.5: 0.0238..., so 0.023; then of 1 in all 0.047619..., so 0.024 more
    # 47.7 * 1.05 / (0.477 * 0.999) = 50.085 / 0.476523 = 105.1051...; 47.6 * 1.05 / (0.476 * 0.999) = 49.98 / 0.475524
    # = 105.1051...
    ExitCase(
        "what is bought later adds to what is kept",
        (Bought("0.5", "100"),),
        keeping("100"),
        (
            Sells("105.11", "0.477", cost="47.7", profit="2.385"),
            Sells("105.11", "0.476", cost="47.6", profit="2.38"),
        ),
        first=(Bought("0.5", "100"),),
        kept="0.047",
        kept_cost="4.7",
    ),
    # received 0.999, of which 0.99 fit: 0.999 * 5 / 105 = 0.04757..., so 0.04 at 100 * 0.04 / 0.999 = 4.004004004004...
    # left 0.959 for 95.995995995996, of which 0.95 fit: 95.995995995996 * 0.95 / 0.959 = 95.095095095095...
    # 5 % of that is 4.754754754754... (up); 100 * 1.05 / (0.999 * 0.999) = 105 / 0.998001 = 105.2103...
    ExitCase(
        "coins are kept in whole steps, and dust stays dust",
        (Bought("1", "100", "0.001"),),
        keeping("100"),
        (Sells("105.22", "0.95", cost="95.095095095095", profit="4.754754754755"),),
        market=market(step="0.01"),
        rest="0.009",
        kept="0.04",
        kept_cost="4.004004004004",
    ),
    # the least profit of 2 is more than 0.1 %: 0.1 * 2 / 102 = 0.00196..., so 0.001 for 1; what is left asks for the 2
    # 101 / (0.099 * 0.999) = 101 / 0.098901 = 1021.2232...
    ExitCase(
        "of a least profit in quote",
        (Bought("0.1", "1000"),),
        keeping("100", "0.1", min_net_profit=D(2)),
        (Sells("1021.23", "0.099", cost="99", profit="2"),),
        kept="0.001",
        kept_cost="1",
    ),
)


def trailing(share: str = "100", profit: str = "0.5", distance_bips: int = 150, **more: object) -> ExitPolicy:
    """So much of the lot, in percent, follows the price by 1.5 % where nothing else is said."""
    return ExitPolicy(D(profit), trailing_bips=distance_bips, trailing_share_pct=D(share), **more)  # type: ignore[arg-type]


TRAILING = (
    # 100 * 1.005 / 0.999 = 100.6006...; 100.61 / 0.985 = 102.1421...
    ExitCase(
        "all of a lot follows the price",
        (Bought("1", "100"),),
        trailing(),
        (Sells("100.61", "1", cost="100", profit="0.5"),),
        stops=("102.15",),
    ),
    # 70 * 1.005 / (0.7 * 0.999) = 70.35 / 0.6993 = 100.6006...
    # 30 * 1.005 / (0.3 * 0.999) = 30.15 / 0.2997 = 100.6006...
    ExitCase(
        "seven tenths follow, and the rest stands at the floor",
        (Bought("1", "100"),),
        trailing("70"),
        (Sells("100.61", "0.7", cost="70", profit="0.35"), Sells("100.61", "0.3", cost="30", profit="0.15")),
        stops=("102.15", ""),
    ),
    # 0.07 for 7 and 0.03 for 3, which is no order: 10 * 1.005 / (0.1 * 0.999) = 10.05 / 0.0999 = 100.6006...
    ExitCase(
        "a rest too small for an order follows with the part",
        (Bought("0.1", "100"),),
        trailing("70"),
        (Sells("100.61", "0.1", cost="10", profit="0.05"),),
        stops=("102.15",),
    ),
    # 0.03 for 3 is no order, and 0.07 for 7 is one: the sum as before
    ExitCase(
        "a part too small for an order stands at the floor with the rest",
        (Bought("0.1", "100"),),
        trailing("30"),
        (Sells("100.61", "0.1", cost="10", profit="0.05"),),
        stops=("",),
    ),
    # received 0.999, of which half is 0.4995, so 0.49 for 100 * 0.49 / 0.999 = 49.049049049049..., 0.5 % of it up
    # 100 * 1.005 / (0.999 * 0.999) = 100.5 / 0.998001 = 100.7013...; 100.71 / 0.985 = 102.2436...
    # together 100 * 0.99 / 0.999 = 99.099099099099..., less 49.049049049049: 50.050050050050..., and 0.5 % of it up
    ExitCase(
        "the share is cut to whole steps, and what is no step stays with its cost",
        (Bought("1", "100", "0.001"),),
        trailing("50"),
        (
            Sells("100.71", "0.49", cost="49.049049049049", profit="0.245245245246"),
            Sells("100.71", "0.5", cost="50.05005005005", profit="0.250250250251"),
        ),
        market=market(step="0.01"),
        rest="0.009",
        stops=("102.25", ""),
    ),
    # without a fee and at no profit: 98.5 / 0.985 = 100 exactly
    ExitCase(
        "a stop price exactly on a tick: not one higher",
        (Bought("1", "98.5"),),
        trailing(profit="0"),
        (Sells("98.5", "1", cost="98.5"),),
        market=market("0"),
        stops=("100",),
    ),
    # each half asks for half of the 1: 50.5 / (0.5 * 0.999) = 101.1011...; 101.11 / 0.9 = 112.3444...
    ExitCase(
        "of a least profit in quote, by a tenth",
        (Bought("1", "100"),),
        trailing("50", "0", 1000, min_net_profit=D(1)),
        (Sells("101.11", "0.5", cost="50", profit="0.5"), Sells("101.11", "0.5", cost="50", profit="0.5")),
        stops=("112.35", ""),
    ),
)

CASES = (*LADDERS, *KEPT_COINS, *TRAILING)


@dataclass(frozen=True)
class StopCase:
    """The SELL above, and the stop below: where it is triggered, and the least that it sells for then."""

    what: str
    buys: tuple[Bought, ...]
    below: str  # the cost, in percent
    slack: str  # of the limit below the trigger, in percent
    price: str
    trigger: str
    limit: str
    market: Market = _USUAL


STOPS = (
    # 100 * 1.01 / 0.999 = 101.1011...; 100 * 0.92 = 92; 92 * 0.995 = 91.54
    StopCase("eight percent under the cost", (Bought("1", "100"),), "8", "0.5", "101.11", "92", "91.54"),
    # received 0.999: 101 / (0.999 * 0.999) = 101.2023...; 100 * 0.92 / 0.999 = 92.0920...; 92.09 * 0.995 = 91.62955
    StopCase("the fee of the BUY counts", (Bought("1", "100", "0.001"),), "8", "0.5", "101.21", "92.09", "91.62"),
    # cost 30 + 70.7 = 100.7 for 1: 100.7 * 1.01 / 0.999 = 101.8088...; 100.7 * 0.97 = 97.679; 97.67 exactly
    StopCase(
        "of two fills at two prices", (Bought("0.3", "100"), Bought("0.7", "101")), "3", "0", "101.81", "97.67", "97.67"
    ),
    # 7 * 1.01 / (0.07 * 0.999) = 7.07 / 0.06993 = 101.1011...; 7 * 0.75 / 0.07 = 75; 75 * 0.97 = 72.75, worth 5.0925
    StopCase("a small lot", (Bought("0.07", "100"),), "25", "3", "101.11", "75", "72.75"),
    # tick 0.5: 101.1011... up to 101.5; 100 * 0.933 = 93.3 down to 93; 93 * 0.99 = 92.07 down to 92
    StopCase("a coarse tick", (Bought("1", "100"),), "6.7", "1", "101.5", "93", "92", market(tick=D("0.5"))),
)

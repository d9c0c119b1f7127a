"""Golden cases of break-even: at which bid it is armed, and where the stop stands then. The sums stand above each.

Unless a case says otherwise the fee is 0.1 %, the step 0.001, the tick 0.01.
"""

from dataclasses import dataclass
from decimal import Decimal as D

from lotkeeper.trading.policy import Market
from tests.lotkeeper.trading.golden.case import Bought, market

_USUAL = market()


@dataclass(frozen=True)
class BreakEvenCase:
    """`gain` and `slack` in percent: above the cost, and of the stop."""

    what: str
    buys: tuple[Bought, ...]
    gain: str
    slack: str
    level: str
    trigger: str
    limit: str
    market: Market = _USUAL


BREAK_EVEN = (
    # level 100 * 1.02 / 1 = 102; stop 100 / (1 * 0.999) = 100.1001..., so 100.11; 100.11 * 0.995 = 99.60945
    BreakEvenCase("one coin", (Bought("1", "100"),), "2", "0.5", "102", "100.11", "99.61"),
    # the same; without a slack it sells for the cost and its fees at least
    BreakEvenCase("never below the cost", (Bought("1", "100"),), "2", "0", "102", "100.11", "100.11"),
    # received 0.999: level 102 / 0.999 = 102.1021...; stop 100 / (0.999 * 0.999) = 100.2003..., so 100.21
    BreakEvenCase("a fee in the coin", (Bought("1", "100", "0.001"),), "2", "0", "102.11", "100.21", "100.21"),
    # 100 * 1.0005 = 100.05 is under the stop at 100.11: one tick above that
    BreakEvenCase("a gain that the fee eats", (Bought("1", "100"),), "0.05", "0", "100.12", "100.11", "100.11"),
    # cost 60 + 55 = 115 for 1.1: level 115 * 1.03 / 1.1 = 107.6818...; stop 115 / (1.1 * 0.999) = 104.6501...
    # 104.66 * 0.99 = 103.6134
    BreakEvenCase("two fills", (Bought("0.6", "100"), Bought("0.5", "110")), "3", "1", "107.69", "104.66", "103.62"),
    # without a fee: level 100 * 1.01 = 101 exactly; stop 100 exactly; 100 * 0.5 = 50
    BreakEvenCase("no fee", (Bought("1", "100"),), "1", "50", "101", "100", "50", market("0")),
    # a tick of 1: level 101.5, so 102; stop 100.1001..., so 101, of which 99.5 % is 100.495, so 101
    BreakEvenCase("a coarse tick", (Bought("1", "100"),), "1.5", "0.5", "102", "101", "101", market(tick=D(1))),
)

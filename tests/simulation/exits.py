"""Ways of selling beside the default: some schedules have one, drawn by dice of its own.

So the schedules without one stay as they were, and so do the other faults of those with one.
"""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from random import Random

from lotkeeper.trading.money import ZERO
from lotkeeper.trading.policy import AgeStep, ExitPolicy, Rung

EVERY, AMONG = 20, (1, 5, 8, 14)  # of so many schedules these
CHANGED_AMONG = (8, 14)  # of those that have one, these start again with another one
_LEAST_PROFITS = ("0.5", "0.5", "0.7", "1.5")  # of the judge's at least
TRAILING_AMONG = (3, 11)  # and these have lots that follow the price
BREAK_EVEN_AMONG = (9,)  # and these have a stop at break-even once the price has risen
_SELL_RATE = Fraction(1, 1000)
_PROFITS = ("0.5", "0.6", "1", "2", "5", "12")  # the judge asks for the first of all SELLs


def draw_exit(seed: int, policy: ExitPolicy, *, always: bool = False) -> ExitPolicy:
    """The policy of the schedule of this seed, which has `policy` without another way of selling."""
    trailing = Random(f"trailing {seed}")
    if seed % EVERY in TRAILING_AMONG or (always and trailing.random() < 1 / 3):
        return _with_trailing(policy, trailing)
    risen = Random(f"with break-even {seed}")
    if seed % EVERY in BREAK_EVEN_AMONG or (always and risen.random() < 1 / 3):
        return _with_break_even(policy, risen)
    if not always and seed % EVERY not in AMONG:
        return policy
    dice = Random(f"exits {seed}")  # the text is part of what a seed means
    changed = dice.choice((_with_ladder, _with_ladder, _with_kept_coins, _as_it_is))(policy, dice)
    aged = _with_age(changed, dice) if dice.random() < 0.5 else changed
    stops = Random(f"stops {seed}")
    return _with_stop_loss(aged, stops) if stops.random() < 0.4 else aged


def draw_changed_exit(seed: int, policy: ExitPolicy, *, always: bool = False) -> ExitPolicy | None:
    """The policy of the configuration from the second start of the whole system on; None if it stays the same."""
    dice = Random(f"changed exits {seed}")
    if seed % EVERY not in CHANGED_AMONG and not (always and dice.random() < 0.5):
        return None
    plain = replace(without_exits(policy), net_profit_pct=D(dice.choice(_LEAST_PROFITS)))
    changed = dice.choice((_with_ladder, _with_kept_coins, _as_it_is))(plain, dice)
    aged = _with_age(changed, dice) if dice.random() < 0.3 else changed
    waiting = Random(f"changed to orders that wait for a price {seed}")
    return waiting.choice((_with_trailing, _with_stop_loss))(plain, waiting) if waiting.random() < 0.3 else aged


def without_exits(policy: ExitPolicy) -> ExitPolicy:
    """The policy with one price for the whole lot."""
    return replace(
        policy, ladder=(), age=(), keep_coins_pct=ZERO, trailing_bips=0, stop_loss_pct=ZERO, break_even_gain_pct=ZERO
    )


def _with_ladder(policy: ExitPolicy, dice: Random) -> ExitPolicy:
    """Shares from one percent on, so that many parts are too small for an order."""
    count = dice.randint(2, 4)
    cuts = sorted(dice.sample(range(1, 100), count - 1))
    shares = [D(after - before) for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    profits = sorted(map(D, dice.sample(_PROFITS, count)))
    ladder = tuple(map(Rung, shares, profits))
    return replace(policy, min_net_profit=ZERO, ladder=ladder, max_sells=dice.randint(count, 6))


def _with_kept_coins(policy: ExitPolicy, dice: Random) -> ExitPolicy:
    """The judge knows how much of a lot may be kept."""
    return replace(policy, keep_coins_pct=D(dice.choice((20, 50, 100))))


def _with_age(policy: ExitPolicy, dice: Random) -> ExitPolicy:
    """Lots that grow old within the schedule, and ask for less and less, in the end for no profit."""
    first_s, second_s = sorted(dice.sample(range(1, 60), 2))
    return replace(policy, age=(AgeStep(first_s * 1000, D("0.2")), AgeStep(second_s * 1000, D(0))))


def _with_trailing(policy: ExitPolicy, dice: Random) -> ExitPolicy:
    """Distances that the market of the schedule goes often, and few slots, so that lots take them from each other."""
    changed = replace(
        policy,
        trailing_bips=dice.choice((10, 20, 50, 100)),
        trailing_share_pct=D(dice.choice((100, 100, 70, 30, 3))),
        free_algo_slots=dice.choice((0, 1, 3, 4)),
        max_sells=max(policy.max_sells, 2),
    )
    return _with_age(changed, dice) if dice.random() < 0.3 else changed


def _with_stop_loss(policy: ExitPolicy, dice: Random) -> ExitPolicy:
    """Most stops are so near that prices reach them; some so far that the exchange refuses them."""
    below, limit = dice.choice(("0.3", "0.3", "0.8", "1.5", "3", "90")), dice.choice(("0.1", "0.5", "2", "30"))
    return replace(policy, ladder=(), keep_coins_pct=ZERO, stop_loss_pct=D(below), stop_limit_pct=D(limit))


def _with_break_even(policy: ExitPolicy, dice: Random) -> ExitPolicy:
    """Targets so far that prices stay between them and the stops for a while; in some cases beside a stop loss."""
    changed = replace(
        policy,
        net_profit_pct=D(dice.choice(("2.5", "4", "6"))),
        break_even_gain_pct=D(dice.choice(("0.3", "0.5", "0.5", "0.9"))),
        break_even_limit_pct=D(dice.choice(("0", "0", "0.2", "1", "30"))),
        max_sells=dice.choice((policy.max_sells, 2)),
    )
    aged = _with_age(changed, dice) if dice.random() < 0.2 else changed
    return _with_stop_loss(aged, dice) if dice.random() < 0.25 else aged


def stop_share(policy: ExitPolicy) -> Fraction | None:
    """The part of its cost that the price of a stop is at least; None without one."""
    shares = []
    if policy.stop_loss_pct:
        shares.append((1 - Fraction(policy.stop_loss_pct) / 100) * (1 - Fraction(policy.stop_limit_pct) / 100))
    if policy.break_even_gain_pct:
        shares.append((1 - Fraction(policy.break_even_limit_pct) / 100) / (1 - _SELL_RATE))
    return min(shares, default=None)


def _as_it_is(policy: ExitPolicy, dice: Random) -> ExitPolicy:
    return policy

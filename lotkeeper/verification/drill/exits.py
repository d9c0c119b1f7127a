"""Ways of selling that the pairs of a round have, drawn from its seed by dice of their own.

A way is a function in `WAYS` that draws keys of a pair's `exit`; what the judge expects follows from the keys. Another
way is one function and one line more.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lotkeeper.verification.judge.verdict import ExpectedExit

ExitKeys = dict[str, Any]  # of one pair, as the configuration has them
Exits = Mapping[str, ExitKeys]  # by pair
_ONE_IN = 3  # so many rounds have mixed exits without being asked for them


def draw_exits(seed: int, pairs: tuple[str, ...], *, always: bool = False) -> Exits:
    """A way of selling for each pair but one, which sells by the default; none at all in two of three rounds."""
    if not always and seed % _ONE_IN:
        return {}
    dice = Random(f"drill/{seed}/exits")
    default = dice.choice(pairs)
    return {pair: _draw(dice) for pair in pairs if pair != default}


def expected_of(keys: ExitKeys, usual_pct: str) -> ExpectedExit:
    """The least that a pair with these keys may ask for, and how much of a lot its owner may keep."""
    most = Fraction(keys.get("net_profit_pct", usual_pct)) / 100
    parts = [Fraction(each["net_profit_pct"]) / 100 for each in keys.get("ladder", ())] or [most]
    steps = [Fraction(each["net_profit_pct"]) / 100 for each in keys.get("age", ())]
    kept = Fraction(keys.get("keep_coins_pct", 0)) / 100
    return ExpectedExit(profit=min(parts + steps), kept=kept * most / (1 + most), stop=_stop_of(keys))


def _stop_of(keys: ExitKeys) -> Fraction | None:
    """The part of its cost that a stop sells for at least; None without one."""
    loss, even = keys.get("stop_loss"), keys.get("break_even")
    shares = [] if loss is None else [_left(loss["below_cost_pct"]) * _left(loss["limit_below_pct"])]
    shares += [] if even is None else [_left(even["limit_below_pct"])]
    return min(shares, default=None)


def _left(percent: str) -> Fraction:
    return 1 - Fraction(percent) / 100


def _draw(dice: Random) -> ExitKeys:
    return WAYS[dice.choice(list(WAYS))](dice)


def _draw_ladder(dice: Random) -> ExitKeys:
    """Parts from one percent on, so that some are too small for an order."""
    cuts = sorted(dice.sample(range(1, 100), dice.randint(1, 3)))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    profits = sorted(dice.sample(("0.1", "0.2", "0.5", "1", "5"), len(shares)), key=float)
    return {"ladder": [{"share_pct": s, "net_profit_pct": p} for s, p in zip(shares, profits, strict=True)]}


def _draw_kept_coins(dice: Random) -> ExitKeys:
    return {"net_profit_pct": dice.choice(("0.2", "1", "10")), "keep_coins_pct": dice.choice((50, 100))}


def _draw_age(dice: Random) -> ExitKeys:
    """Lots that grow old while faults happen."""
    first_s = dice.randint(1, 4)
    steps = ((first_s, "0.2"), (first_s + dice.randint(1, 4), "0"))
    return {"net_profit_pct": "1", "age": [{"after": f"{s}s", "net_profit_pct": p} for s, p in steps]}


def _draw_old_ladder(dice: Random) -> ExitKeys:
    return _draw_ladder(dice) | {"age": _draw_age(dice)["age"]}


def _draw_trailing(dice: Random) -> ExitKeys:
    """Distances that the prices of a round go."""
    distance, share = dice.choice(("0.1", "0.2", "0.5")), dice.choice((100, 100, 60))
    return {"trailing": {"distance_pct": distance, "share_pct": share}}


def _draw_stop_loss(dice: Random) -> ExitKeys:
    """So near that many stops are triggered."""
    return {
        "stop_loss": {"below_cost_pct": dice.choice(("0.1", "0.3", "5")), "limit_below_pct": dice.choice(("0.5", "5"))}
    }


def _draw_break_even(dice: Random) -> ExitKeys:
    """Armed by a small rise, below a target that prices of a round hardly reach; beside a stop loss now and then."""
    even = {"after_gain_pct": dice.choice(("0.05", "0.3")), "limit_below_pct": dice.choice(("0", "0.5"))}
    keys: ExitKeys = {"net_profit_pct": dice.choice(("0.5", "2")), "break_even": even}
    return keys | _draw_stop_loss(dice) if dice.random() < 0.3 else keys


WAYS: dict[str, Callable[[Random], ExitKeys]] = {
    "ladder": _draw_ladder,
    "kept coins": _draw_kept_coins,
    "age": _draw_age,
    "a ladder with age": _draw_old_ladder,
    "trailing": _draw_trailing,
    "a stop loss": _draw_stop_loss,
    "break-even": _draw_break_even,
}

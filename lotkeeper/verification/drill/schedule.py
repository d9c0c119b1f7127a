"""The actions of a round, drawn from its seed: the same seed gives the same schedule."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lotkeeper.verification.drill.actions import Action, ExchangeFault, ProcessFault, SystemOutage, TraderAction
from lotkeeper.verification.drill.exits import Exits, draw_exits

PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
MANUAL_SALES_PAIR = PAIRS[0]  # a manual sale may excuse a missing SELL, so the other pairs have none
PROFIT_PCT = "0.1"
PING_EVERY_S = "1.5"  # of the exchange; its default of 20 s is longer than a round's `silent_after_s`
PLAY_S = 6.0
TITLES = (
    "PairKeeper",
    "PairKeeper",
    "Gateway",
    "Gateway",
    "UserStream",
    "Ledger",
    "Ledger",
    "PairSupervisor",
    "MarketStream",
    "PriceBroadcaster",
    "Monitor",
    "Guardian",
    "lotkeeper-admin",
    "",  # any
)
_OURS = {"method": "order.place", "newClientOrderId": "lk1-*"}
_FUNDS = {"USDT": "1000000", "BNB": "3"}  # no coins of MANUAL_SALES_PAIR: the trader can sell only what it bought


@dataclass(frozen=True, slots=True)
class DrillSchedule:
    seed: int
    exchange_arguments: tuple[str, ...]
    actions: tuple[Action, ...]  # in the order of their times
    longest_lag_s: float = 0.0  # as it was asked for; 0: only the lags that the dice draw among other faults
    # All queries are so far behind the matching, from the start of the round and for so long after it.
    lag_s: float = 0.0
    exits: Exits = field(default_factory=dict)  # of the pairs that do not sell by the default
    has_exits: bool = False  # whether they were asked for; else the dice decided


def draw_schedule(
    seed: int, play_s: float = PLAY_S, longest_lag_s: float = 0.0, *, has_exits: bool = False
) -> DrillSchedule:
    """The schedule of this seed. With `longest_lag_s` all queries lag, and replies and events of SELLs are lost.

    Pairs are sold in other ways than the default if it `has_exits`, and in one of three rounds anyway.
    """
    dice, lag_dice = Random(f"drill/{seed}"), Random(f"drill/{seed}/lag")
    actions = [*_draw_trades(dice, play_s), *_draw_faults(dice, play_s), *_draw_kills(dice, play_s)]
    arguments = _exchange_arguments(dice, seed)
    lag_s = round(longest_lag_s * lag_dice.uniform(0.2, 1), 1)
    actions += _draw_losses(lag_dice, lag_s, play_s) if lag_s else []
    in_order = tuple(sorted(actions, key=lambda each: each.at_s))
    exits = draw_exits(seed, PAIRS, always=has_exits)
    return DrillSchedule(seed, arguments, in_order, longest_lag_s, lag_s, exits, has_exits)


def _exchange_arguments(dice: Random, seed: int) -> tuple[str, ...]:
    arguments = ["--seed", str(seed), "--ping-every", PING_EVERY_S]
    for symbol in PAIRS:
        arguments += ["--symbol", symbol]
    for asset, amount in _FUNDS.items():
        arguments += ["--balance", f"{asset}={amount}"]
    choices = (["--bnb-fees"], 0.25), (["--depth", "3"], 0.4), (["--reply-first"], 0.5)
    return (*arguments, *(each for more, chance in choices if dice.random() < chance for each in more))


def _draw_time(dice: Random, play_s: float) -> float:
    return round(dice.uniform(0, play_s), 2)


# The trader

_ANYWHERE = (("buy", 8), ("bid", 4), ("cancel-bid", 1), ("amend-bid", 1), ("cancel-sell", 1), ("amend-sell", 1))
_WITH_MANUAL_SALES = (*_ANYWHERE, ("sell", 2), ("sell-freed", 2))


def _draw_trades(dice: Random, play_s: float) -> list[Action]:
    """About three a second."""
    return [_draw_trade(dice, _draw_time(dice, play_s)) for _ in range(round(play_s * dice.uniform(2, 4)))]


def _draw_trade(dice: Random, at_s: float) -> TraderAction:
    symbol = dice.choice(PAIRS)
    kinds = _WITH_MANUAL_SALES if symbol == MANUAL_SALES_PAIR else _ANYWHERE
    kind = dice.choices([name for name, _ in kinds], [weight for _, weight in kinds])[0]
    quote = str(round(dice.uniform(6, 400), 2)) if kind in ("buy", "bid", "sell") else ""
    return TraderAction(at_s, kind, symbol, round(dice.random(), 3), quote)


# Faults

FaultFields = Callable[[Random], dict[str, Any]]


def _lose_reply_fields(dice: Random) -> dict[str, Any]:
    how = dice.choice(("cut", "silence", "504", "502", "-1007", "-1006", "-1001"))
    return {"how": how, "where": _OURS, "times": dice.randint(1, 3)}


def _refuse_fields(dice: Random) -> dict[str, Any]:
    return {"how": dice.choice(("cut", "-1008", "403", "-1007", "504")), "where": _OURS, "times": dice.randint(1, 3)}


def _late_fields(dice: Random) -> dict[str, Any]:
    return {"seconds": round(dice.uniform(0.2, 4), 1), "where": _OURS, "times": dice.randint(1, 2)}


def _event_fields(dice: Random) -> dict[str, Any]:
    return {"where": {"e": "executionReport"}, "times": dice.randint(1, 5), "chance": 0.7}


def _late_event_fields(dice: Random) -> dict[str, Any]:
    return {**_event_fields(dice), "seconds": round(dice.uniform(0.1, 3), 1)}


def _socket_fields(dice: Random) -> dict[str, Any]:
    return {"socket": dice.choice(("user", "market", "all")), "how": dice.choice(("abort", "drop", "close"))}


FAULTS: dict[str, FaultFields] = {
    "lose-reply": _lose_reply_fields,
    "refuse": _refuse_fields,
    "accept-late": _late_fields,
    "answer-then-accept": _late_fields,
    "reply-late": _late_fields,
    "lag": lambda dice: {"seconds": round(dice.uniform(0.5, 60), 1), "times": dice.randint(1, 6)},
    "lose-event": _event_fields,
    "duplicate-event": _late_event_fields,
    "delay-event": _late_event_fields,
    "reorder-event": lambda dice: {**_event_fields(dice), "seconds": 2.0, "events": dice.randint(1, 5)},
    "cut": _socket_fields,
    "mute": lambda dice: {"socket": dice.choice(("user", "market")), "seconds": round(dice.uniform(1, 8), 1)},
    "server-shutdown": lambda dice: {"seconds": round(dice.uniform(0.5, 3), 1)},
    "refuse-connection": lambda dice: {"times": dice.randint(1, 6), "for_s": 4.0},
    "garbage": lambda dice: {"socket": dice.choice(("user", "market")), "frames": 50},
    "too-many-requests": lambda dice: {"seconds": dice.choice((1.0, 3.0))},
    "ban": lambda dice: {"seconds": dice.choice((1.0, 3.0))},
    "too-many-orders": lambda dice: {},
    "clock-skew": lambda dice: {"ms": dice.choice((-6000, -1500, 1500, 6000))},
    "status": lambda dice: {"symbol": dice.choice(PAIRS), "status": dice.choice(("HALT", "BREAK", "CANCEL_ONLY"))},
    "maintenance-cancel": lambda dice: {"symbol": dice.choice(PAIRS)},
    "fees": lambda dice: {"standard": {"maker": dice.choice(("0.0005", "0.0015")), "taker": "0.001"}},
    "bnb-runs-out": lambda dice: {"after_fills": dice.randint(0, 5)},
}


def _draw_faults(dice: Random, play_s: float) -> list[Action]:
    names = [dice.choice(list(FAULTS)) for _ in range(dice.randint(1, 5))]
    return [ExchangeFault(_draw_time(dice, play_s), name, FAULTS[name](dice)) for name in names]


def _draw_losses(dice: Random, lag_s: float, play_s: float) -> list[Action]:
    """What only a second witness can settle: SELLs of which neither reply nor event tells, while queries lag."""
    losses = [("lose-reply", {"how": dice.choice(("cut", "silence", "504", "-1007")), "where": _OURS, "times": 1})]
    losses += [("lose-event", {"where": {"e": "executionReport"}, "times": 4})]
    at_s = [_draw_time(dice, play_s * 2 / 3) for _ in range(2)]
    both = [ExchangeFault(each, name, dict(fields)) for each in at_s for name, fields in losses]
    return [ExchangeFault(0.0, "lag", {"seconds": lag_s, "times": 0}), *both]


# Kills


def _draw_kills(dice: Random, play_s: float) -> list[Action]:
    actions: list[Action] = []
    for _ in range(dice.randint(0, 3)):
        stops_s = round(dice.uniform(0.3, 3), 1) if dice.random() < 0.3 else 0.0
        actions.append(ProcessFault(_draw_time(dice, play_s), dice.choice(TITLES), round(dice.random(), 3), stops_s))
    if dice.random() < 0.2:
        actions.append(SystemOutage(_draw_time(dice, play_s), round(dice.uniform(0.2, 2), 1)))
    return actions

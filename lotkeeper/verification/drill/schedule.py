"""What a round plays, drawn from its seed: the same seed, the same schedule, down to the tenth of a second."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from lotkeeper.verification.drill.actions import Act, Break, Outage, Strike, Trade

PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT")
BY_HAND = PAIRS[0]  # the trader sells by hand on this pair alone, so that nothing excuses a lot of the others
PROFIT_PCT = "0.1"
PING_EVERY_S = "1.5"  # of the exchange: where silence is death after seconds, twenty of them are too long
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
_FUNDS = {"USDT": "1000000", "BNB": "3"}  # nothing of BY_HAND: what a hand sells there was bought here


@dataclass(frozen=True, slots=True)
class Schedule:
    """The exchange's arguments, and the acts in the order of their times."""

    seed: int
    paper: tuple[str, ...]
    acts: tuple[Act, ...]


def schedule(seed: int, play_s: float = PLAY_S) -> Schedule:
    """The round of this seed."""
    dice = Random(f"drill/{seed}")
    acts = [*_trades(dice, play_s), *_faults(dice, play_s), *_kills(dice, play_s)]
    return Schedule(seed, _paper(dice, seed), tuple(sorted(acts, key=lambda act: act.at_s)))


def _paper(dice: Random, seed: int) -> tuple[str, ...]:
    arguments = ["--seed", str(seed), "--ping-every", PING_EVERY_S]
    for symbol in PAIRS:
        arguments += ["--symbol", symbol]
    for asset, amount in _FUNDS.items():
        arguments += ["--balance", f"{asset}={amount}"]
    choices = (["--bnb-fees"], 0.25), (["--depth", "3"], 0.4), (["--reply-first"], 0.5)
    return (*arguments, *(each for more, chance in choices if dice.random() < chance for each in more))


def _at(dice: Random, play_s: float) -> float:
    return round(dice.uniform(0, play_s), 2)


# The trader

_ANYWHERE = (("buy", 8), ("bid", 4), ("cancel-bid", 1), ("amend-bid", 1), ("cancel-sell", 1), ("amend-sell", 1))
_HANDS = (*_ANYWHERE, ("sell", 2), ("sell-freed", 2))


def _trades(dice: Random, play_s: float) -> list[Act]:
    """Some three a second."""
    return [_trade(dice, _at(dice, play_s)) for _ in range(round(play_s * dice.uniform(2, 4)))]


def _trade(dice: Random, at_s: float) -> Trade:
    symbol = dice.choice(PAIRS)
    kinds = _HANDS if symbol == BY_HAND else _ANYWHERE
    kind = dice.choices([name for name, _ in kinds], [weight for _, weight in kinds])[0]
    quote = str(round(dice.uniform(6, 400), 2)) if kind in ("buy", "bid", "sell") else ""
    return Trade(at_s, kind, symbol, round(dice.random(), 3), quote)


# Faults

Draw = Callable[[Random], dict[str, Any]]


def _lost_reply(dice: Random) -> dict[str, Any]:
    how = dice.choice(("cut", "silence", "504", "502", "-1007", "-1006", "-1001"))
    return {"how": how, "where": _OURS, "times": dice.randint(1, 3)}


def _refused(dice: Random) -> dict[str, Any]:
    return {"how": dice.choice(("cut", "-1008", "403", "-1007", "504")), "where": _OURS, "times": dice.randint(1, 3)}


def _late(dice: Random) -> dict[str, Any]:
    return {"seconds": round(dice.uniform(0.2, 4), 1), "where": _OURS, "times": dice.randint(1, 2)}


def _event(dice: Random) -> dict[str, Any]:
    return {"where": {"e": "executionReport"}, "times": dice.randint(1, 5), "chance": 0.7}


def _late_event(dice: Random) -> dict[str, Any]:
    return {**_event(dice), "seconds": round(dice.uniform(0.1, 3), 1)}


def _socket(dice: Random) -> dict[str, Any]:
    return {"socket": dice.choice(("user", "market", "all")), "how": dice.choice(("abort", "drop", "close"))}


FAULTS: dict[str, Draw] = {
    "lose-reply": _lost_reply,
    "refuse": _refused,
    "accept-late": _late,
    "answer-then-accept": _late,
    "reply-late": _late,
    "lag": lambda dice: {"seconds": round(dice.uniform(0.5, 3), 1), "times": dice.randint(1, 6)},
    "lose-event": _event,
    "duplicate-event": _late_event,
    "delay-event": _late_event,
    "reorder-event": lambda dice: {**_event(dice), "seconds": 2.0, "events": dice.randint(1, 5)},
    "cut": _socket,
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


def _faults(dice: Random, play_s: float) -> list[Act]:
    names = [dice.choice(list(FAULTS)) for _ in range(dice.randint(1, 5))]
    return [Break(_at(dice, play_s), name, FAULTS[name](dice)) for name in names]


# Kills


def _kills(dice: Random, play_s: float) -> list[Act]:
    acts: list[Act] = []
    for _ in range(dice.randint(0, 3)):
        stops_s = round(dice.uniform(0.3, 3), 1) if dice.random() < 0.3 else 0.0
        acts.append(Strike(_at(dice, play_s), dice.choice(TITLES), round(dice.random(), 3), stops_s))
    if dice.random() < 0.2:
        acts.append(Outage(_at(dice, play_s), round(dice.uniform(0.2, 2), 1)))
    return acts

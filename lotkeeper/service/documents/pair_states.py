"""In which state a pair of the status is, in one word; and what keeps it from being proven complete."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

Json = Mapping[str, Any]


class PairState(StrEnum):
    """The first that holds, in this order."""

    STARTING = "starting"  # not compared with the exchange since the start
    WATCH_ONLY = "watch-only"  # its book is not trusted: no SELL is placed
    PAUSED = "paused"  # by a person
    TROUBLE = "trouble"
    OLD = "old"  # its last comparison proves nothing about now
    PROVEN = "proven"


def state_of(pair: Json) -> PairState:
    """Of a pair of the status document."""
    if pair.get("complete_age_seconds") is None:
        return PairState.STARTING
    if pair["watch_only"]:
        return PairState.WATCH_ONLY
    if pair["paused"]:
        return PairState.PAUSED
    if pair["trouble"]:
        return PairState.TROUBLE
    return PairState.OLD if _is_old(pair) else PairState.PROVEN


def missing_proof(pair: Json) -> str:
    """Why not all trades of the pair are known to be accounted for; empty where they are, also while it is paused."""
    if pair.get("complete_age_seconds") is None:
        phase = str(pair.get("phase", "starting"))
        return f"{phase}: {pair['trouble']}" if pair.get("trouble") else phase
    if pair["watch_only"]:
        return f"watch-only: {pair['watch_only']}"
    if pair["trouble"]:
        return str(pair["trouble"])
    return f"accounted for up to {pair['complete_age_seconds']:.0f} s ago" if _is_old(pair) else ""


def missing_proofs(status: Json, pairs: Iterable[str] = ()) -> dict[str, str]:
    """What `missing_proof` says of each of these pairs, or of all; without those that are proven."""
    wanted = tuple(pairs) or tuple(status["pairs"])
    found = {symbol: missing_proof(status["pairs"].get(symbol, {})) for symbol in wanted}
    return {symbol: why for symbol, why in found.items() if why}


def _is_old(pair: Json) -> bool:
    from lotkeeper.trading.book.holdings import COMPLETE_WITHIN_MS

    return bool(pair["complete_age_seconds"] * 1000 > COMPLETE_WITHIN_MS)

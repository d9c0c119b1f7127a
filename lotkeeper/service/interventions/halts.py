"""Pause and resume, of one pair or of all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lotkeeper.service.client import Ask
from lotkeeper.service.documents.open_orders import MOST_LOTS
from lotkeeper.service.documents.pauses import shown_ms
from lotkeeper.service.errors import ConfigurationError, ServiceError, ServiceNotRunningError, UnknownNameError

Json = Mapping[str, Any]
Seen = Mapping[str, int | None]  # by pair: since when it was shown to be paused, 0 for not at all; None: not shown
Message = Callable[[str, int | None], object]  # of a pair, with since when the person saw it paused
Plan = Callable[[str, Json, Sequence[Json] | None], str]  # of a pair, its status, and its open lots


def plans_of(
    ask: Ask, plan: Plan, symbol: str, configured: Iterable[str]
) -> tuple[dict[str, str], dict[str, int | None]]:
    """What becomes of each pair, and what was shown of it. `symbol` is empty for all pairs."""
    pairs = _pairs(ask, symbol, configured)
    plans = {each: plan(each, pair, _lots(ask, each)) for each, pair in pairs.items()}
    return plans, {each: _seen(pair) for each, pair in pairs.items()}


def halt_each(ask: Ask, message: Message, seen: Seen) -> list[dict[str, Any]]:
    """What each pair has answered: one that is refused keeps no other from it."""
    return [_try(ask, message, symbol, shown) for symbol, shown in seen.items()]


def _pairs(ask: Ask, symbol: str, configured: Iterable[str]) -> dict[str, Json]:
    """The pairs that are meant, as the status has them; nothing is known of any while the Monitor restarts."""
    from lotkeeper.trading.nearest_names import not_configured
    from messages.control import AskStatus

    try:
        pairs: dict[str, Json] = ask(AskStatus()).document["pairs"]
    except (ConfigurationError, ServiceNotRunningError):
        raise
    except ServiceError:
        return {each: {} for each in ([symbol] if symbol else configured)}
    if symbol and symbol not in pairs:
        raise UnknownNameError(not_configured(symbol, pairs))
    return {symbol: pairs[symbol]} if symbol else pairs


def _lots(ask: Ask, symbol: str) -> Sequence[Json] | None:
    """None while the database cannot be read."""
    from messages.control import AskPositions

    try:
        lots: Sequence[Json] = ask(AskPositions(symbol, True, MOST_LOTS)).positions
    except (ConfigurationError, ServiceNotRunningError):
        raise
    except ServiceError:
        return None
    return lots


def _seen(pair: Json) -> int | None:
    """None where nothing was shown."""
    return shown_ms(pair["pause"], is_on=pair["paused"]) if "paused" in pair else None


def _try(ask: Ask, message: Message, symbol: str, shown: int | None) -> dict[str, Any]:
    try:
        return {"pair": symbol, "done": ask(message(symbol, shown)).text}
    except (ConfigurationError, ServiceNotRunningError):
        raise
    except ServiceError as error:
        return {"pair": symbol, "error": str(error)}

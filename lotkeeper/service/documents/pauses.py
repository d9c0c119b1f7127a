"""What a pause and a resume do, in numbers, before a person is asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lotkeeper.service.documents.formats import moment
from lotkeeper.service.documents.open_orders import LIVE

Json = Mapping[str, Any]


def pause_plan(symbol: str, pair: Json, lots: Iterable[Json] | None, until: str | None) -> str:
    """`pair` is of the status, empty where nothing is known; `lots` are those of the Ledger, None likewise."""
    lasts = f"until {moment(until)} UTC, or until it is resumed" if until else "until it is resumed"
    return (
        f"{_now(symbol, pair)}From now on no SELL is placed on {symbol} {lasts}: {_standing(lots)}"
        f"{_without(pair)}what is bought meanwhile gets none."
    )


def resume_plan(symbol: str, pair: Json, lots: Iterable[Json] | None) -> str:
    """As `pause_plan`."""
    held = pair.get("lots_held", 0)
    freed = f"; {_lots(held)} held, of which those that a person holds back are sold again" if held else ""
    return f"{_now(symbol, pair)}From now on SELLs are placed on {symbol}: {_standing(lots)}{_missing(pair)}{freed}."


def shown_ms(halt: Json | None, *, is_on: bool) -> int:
    """Since when it is halted as the status has it; 0 where it is not."""
    since = (halt or {}).get("since") if is_on else None
    return round(datetime.fromisoformat(since).timestamp() * 1000) if since else 0


def _now(symbol: str, pair: Json) -> str:
    """Nothing where nothing is known of the pair."""
    if "paused" not in pair:
        return ""
    if not pair["paused"]:
        return f"{symbol} is not paused. "
    pause = pair["pause"] or {}
    since = f" since {moment(pause['since'])} UTC" if pause.get("since") else ""
    until = f" until {moment(pause['until'])} UTC" if pause.get("until") else ""
    by = f" by {pause['who']}" if pause.get("who") else ""
    why = f" ({pause['why']})" if pause.get("why") else ""
    return f"{symbol} is paused{since}{until}{by}{why}. "


def _standing(lots: Iterable[Json] | None) -> str:
    """Nothing where the database cannot tell."""
    if lots is None:
        return ""
    states = [[each["state"] in LIVE for each in lot["sells"]] for lot in lots]
    sells, of = sum(map(sum, states)), sum(map(any, states))
    stand = "1 SELL stays" if sells == 1 else f"{sells} SELLs stay"
    return f"{stand} on the book, of {_lots(of)}; "


def _without(pair: Json) -> str:
    count = _waiting(pair)
    return "" if count is None else f"{_lots(count)} without a SELL, and "


def _missing(pair: Json) -> str:
    count = _waiting(pair)
    return "what has no SELL gets one" if count is None else f"{_lots(count)} without a SELL may get one"


def _waiting(pair: Json) -> int | None:
    """Lots that are parked, queued or held: at least a part of each has no SELL."""
    if "lots_parked" not in pair:
        return None
    return int(pair["lots_parked"] + pair["lots_queued"] + pair["lots_held"])


def _lots(count: int) -> str:
    return "1 lot" if count == 1 else f"{count} lots"

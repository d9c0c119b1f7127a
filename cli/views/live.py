"""Status and lots as they are watched: what needs a look comes first, and all fits the terminal."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.text import Text

from cli.views.lots import lots_table
from cli.views.responsive_table import BLANK
from cli.views.status import headline, lines_below_pairs, pairs_table
from lotkeeper.service.documents.pair_rows import bids_by_pair
from lotkeeper.service.documents.triggers import nearest_away

Json = Mapping[str, Any]
_TABLE_LINES = 4  # head, rule, and the empty lines around them
_FEWEST = 3  # rows: the table always shows something
_FAR = Decimal("Infinity")


def live_status(status: Json, width: int, height: int) -> RenderableType:
    """The status; pairs with trouble before the others, then those with open lots, and as many as there is room for."""
    below = lines_below_pairs(status)
    room = _room(height, [headline(status), *below], width)
    symbols = sorted(status["pairs"], key=lambda symbol: _urgency(symbol, status["pairs"][symbol]))
    shown = {symbol: status["pairs"][symbol] for symbol in symbols[:room]}
    left = "pairs, all of them well" if _are_well(status, symbols[room:]) else "pairs"
    more = [_more(len(symbols) - room, left)] if len(symbols) > room else []
    return Group(headline(status), BLANK, pairs_table({"pairs": shown}), BLANK, *more, *below)


def _urgency(symbol: str, pair: Json) -> tuple[bool, bool, int, str]:
    """What sorts a pair before others."""
    return not _has_trouble(pair), pair.get("complete_age_seconds") is not None, -pair.get("lots_open", 0), symbol


def _has_trouble(pair: Json) -> bool:
    return bool(pair.get("trouble") or pair.get("paused") or pair.get("watch_only"))


def _are_well(status: Json, symbols: Sequence[str]) -> bool:
    pairs = [status["pairs"][symbol] for symbol in symbols]
    return not any(_has_trouble(pair) or pair.get("complete_age_seconds") is None for pair in pairs)


def live_lots(positions: Sequence[Json], status: Json, width: int, height: int) -> RenderableType:
    """The lots, those whose SELL or stop is nearest to the market first; lots that wait come before all others."""
    bids = bids_by_pair(status)
    first = headline(status)
    lots = sorted(positions, key=lambda lot: _distance(lot, bids.get(lot["pair"])))
    if not lots:
        return Group(first, Text("no open lots", "dim"))
    table = lots_table(lots, bids, _room(height, [first], width))
    return Group(first, BLANK, table, BLANK, Text(f"{len(lots)} lots; the nearest first; Ctrl-C ends it", "dim"))


def _distance(lot: Json, bid: Decimal | None) -> tuple[bool, Decimal, str]:
    away = nearest_away(lot, bid)
    is_waiting = lot["state"] in {"HELD", "PARKED", "QUEUED"}
    return not is_waiting, _FAR if away is None else abs(Decimal(away)), lot["lot"]


def _room(height: int, lines: Sequence[Text], width: int) -> int:
    """How many rows fit beside these lines, which may be wider than the terminal."""
    taken = sum(max(1, -(-cell_len(line.plain) // width)) for line in lines)
    return max(_FEWEST, height - taken - _TABLE_LINES - 2)


def _more(count: int, what: str) -> Text:
    return Text(f"and {count} more {what}", "dim")


def change_line(before: Json | None, status: Json) -> Text | None:
    """Health, and the problems that came or went; None where nothing of it has changed. For what is no terminal."""
    was, now = set(before["problems"]) if before else set(), set(status["problems"])
    if before is not None and before["health"] == status["health"] and was == now:
        return None
    line = headline(status)
    for text in sorted(now - was):
        line.append(f"\n  ! {text}", "red")
    for text in sorted(was - now):
        line.append(f"\n  gone: {text}", "green")
    return line

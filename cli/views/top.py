"""The running actors as a table: the tree, what each does, and what has died."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.views.actor_cells import ACTOR_COLUMNS, has_trouble
from cli.views.responsive_table import BLANK, ResponsiveTable, plain_table
from lotkeeper.service.documents.formats import duration, moment

Json = Mapping[str, Any]
_LEAST_IMPORTANT = ("max ms", "Pid", "p50 ms", "PSS", "In hand", "Age", "CPU", "p99 ms", "Oldest", "Restarts")
_TIMES = ("p50 ms", "p99 ms", "max ms")
_MAX_LINES = 4  # deaths, and dead letters
_TABLE_LINES = 4
_FEWEST = 5


def top_view(report: Json, height: int | None = None) -> RenderableType:
    """The report; in `height` lines if one is given, then what is quiet is left out first."""
    below = lines_of_losses(report)
    actors = list(report["actors"])
    room = len(actors) if height is None else max(_FEWEST, height - len(below) - _TABLE_LINES - 1)
    shown = _fitting(actors, room)
    *numbers, last = ACTOR_COLUMNS
    table = plain_table("Actor", *numbers)
    table.add_column(last, max_width=40, no_wrap=True)
    for actor in shown:
        table.add_row(*_row(actor))
    more = [Text(f"and {len(actors) - len(shown)} more that are quiet", "dim")] if len(shown) < len(actors) else []
    return Group(ResponsiveTable(table, _LEAST_IMPORTANT), *([BLANK] if more or below else []), *more, *below)


def _fitting(actors: Sequence[Json], room: int) -> list[Json]:
    """Those with trouble, then the busiest; in the order of the tree."""
    busiest = sorted(actors, key=lambda each: (not has_trouble(each), -(each["cpu_pct"] or 0.0), each["depth"]))
    chosen = {id(each) for each in busiest[:room]}
    return [each for each in actors if id(each) in chosen]


def _row(actor: Json) -> Sequence[RenderableType]:
    return "  " * actor["depth"] + actor["name"], *(column.cell(actor) for column in ACTOR_COLUMNS.values())


def lines_of_losses(report: Json) -> list[Text]:
    """Deaths, dead letters and messages that were not handled: the last ones, in a few lines."""
    return [*_death_lines(report), *_letter_lines(report), *_trouble_lines(report)]


def _death_lines(report: Json) -> list[Text]:
    lines = [Text(death_text(each), "yellow") for each in report["deaths"][:_MAX_LINES]]
    more = len(report["deaths"]) - len(lines)
    return [*lines, Text(f"and {more} more deaths", "yellow")] if more > 0 else lines


def death_text(death: Json) -> str:
    """When it ended, how, and what it was handling."""
    handling = f", handling {death['in_hand']}" if death["in_hand"] else ""
    return f"{moment(death['at'])} {death['name']} {death['how']} after {duration(death['ran_seconds'])}{handling}"


def _letter_lines(report: Json) -> list[Text]:
    letters = report["dead_letters"]
    total = sum(letters["counts"].values())
    if not total:
        return []
    last = [f"{each['message']} to {each['to']}" for each in letters["last"][-_MAX_LINES:]]
    return [Text(f"{total} dead letters, the last: {', '.join(reversed(last))}", "yellow")]


def _trouble_lines(report: Json) -> list[Text]:
    """Messages that were refused, or for which there is no handler."""
    lines = []
    for actor in report["actors"]:
        for kind, count in actor["undelivered"].items():
            lines.append(Text(f"{actor['name']}: {count} {kind} not delivered, for too many wait", "red"))
        for kind in actor["unknown"]:
            lines.append(Text(f"{actor['name']} has no handler for {kind}", "yellow"))
    return lines[:_MAX_LINES]


def handlers_view(report: Json, most: int = 12) -> ResponsiveTable:
    """The messages that took the most time, over all actors."""
    table = plain_table("Actor", "Message", "Count", *_TIMES)
    found = [(actor, each) for actor in report["actors"] for each in actor["handlers"]]
    found.sort(key=lambda pair: -time_taken(pair[1]))
    for actor, each in found[:most]:
        table.add_row(actor["name"], each["message"], *handler_cells(each))
    return ResponsiveTable(table, ("max ms", "p99 ms", "Count"))


def time_taken(handler: Json) -> float:
    """About how long all handlers of a message took together, in milliseconds."""
    return float(handler["p50_ms"] * handler["count"])


def handler_cells(handler: Json) -> list[str]:
    """How many, and how long they took."""
    return [str(handler["count"]), *(f"{handler[name]:.2f}" for name in ("p50_ms", "p99_ms", "max_ms"))]

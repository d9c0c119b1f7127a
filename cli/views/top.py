"""The running actors as a table: the tree, what each does, and what has died."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.views.formats import NONE, duration, moment
from cli.views.responsive_table import ResponsiveTable, plain_table

Json = Mapping[str, Any]
_STATE_STYLE = {
    "idle": "dim",
    "busy": "green",
    "stuck": "bold red",
    "stopped": "bold red",
    "lost": "yellow",
    "given up": "bold red",
}
_COLUMNS = ("State", "Pid", "Age", "Restarts", "Mailbox", "Oldest", "Msg/s", "p50 ms", "p99 ms", "max ms", "CPU", "PSS")
_LEAST_IMPORTANT = ("max ms", "Age", "Pid", "p50 ms", "Oldest", "Restarts", "In hand", "p99 ms", "PSS")
_MAILBOX_MUCH, _OLDEST_S, _MIB = 100, 1.0, 1 << 20
_MAX_LINES = 4  # deaths, and dead letters
_TABLE_LINES = 4
_FEWEST = 5


def top_view(report: Json, height: int | None = None) -> RenderableType:
    """The report; in `height` lines if one is given, then what is quiet is left out first."""
    below = [*_death_lines(report), *_letter_lines(report), *_trouble_lines(report)]
    actors = list(report["actors"])
    room = len(actors) if height is None else max(_FEWEST, height - len(below) - _TABLE_LINES - 1)
    shown = _fitting(actors, room)
    table = plain_table("Actor", *_COLUMNS)
    table.add_column("In hand", style="cyan", max_width=40, no_wrap=True)
    for actor in shown:
        table.add_row(*_row(actor))
    more = [Text(f"and {len(actors) - len(shown)} more that are quiet", "dim")] if len(shown) < len(actors) else []
    return Group(ResponsiveTable(table, _LEAST_IMPORTANT), *more, *below)


def _fitting(actors: Sequence[Json], room: int) -> list[Json]:
    """Those with trouble, then the busiest; in the order of the tree."""
    busiest = sorted(actors, key=lambda each: (not _has_trouble(each), -(each["cpu_pct"] or 0.0), each["depth"]))
    chosen = {id(each) for each in busiest[:room]}
    return [each for each in actors if id(each) in chosen]


def _has_trouble(actor: Json) -> bool:
    return actor["state"] not in {"idle", "busy"} or actor["mailbox"] >= _MAILBOX_MUCH


def _row(actor: Json) -> Sequence[RenderableType]:
    slowest = max((each for each in actor["handlers"]), key=lambda each: each["max_ms"], default=None)
    times = [NONE] * 3 if slowest is None else [f"{slowest[name]:.2f}" for name in ("p50_ms", "p99_ms", "max_ms")]
    return (
        "  " * actor["depth"] + actor["name"],
        Text(actor["state"], _STATE_STYLE.get(actor["state"], "")),
        NONE if actor["pid"] is None else str(actor["pid"]),
        NONE if actor["age_seconds"] is None else duration(actor["age_seconds"]),
        Text(str(actor["restarts"]), "yellow" if actor["restarts"] else "dim"),
        Text(str(actor["mailbox"]), "red" if actor["mailbox"] >= _MAILBOX_MUCH else ""),
        _oldest(actor),
        NONE if actor["per_second"] is None else f"{actor['per_second']:.1f}",
        *times,
        NONE if actor["cpu_pct"] is None else f"{actor['cpu_pct']:.1f} %",
        NONE if actor["pss_bytes"] is None else f"{actor['pss_bytes'] / _MIB:.1f} MB",
        _in_hand(actor),
    )


def _oldest(actor: Json) -> Text:
    """How long the oldest message waits, at least."""
    if not actor["mailbox"]:
        return Text(NONE, "dim")
    return Text(f"{actor['oldest_seconds']:.1f} s", "red" if actor["oldest_seconds"] >= _OLDEST_S else "")


def _in_hand(actor: Json) -> str:
    in_hand, busy = str(actor["in_hand"]), actor["busy_seconds"]
    return f"{in_hand} for {busy:.1f} s" if in_hand and busy else in_hand


def _death_lines(report: Json) -> list[Text]:
    lines = [Text(_death_text(each), "yellow") for each in report["deaths"][:_MAX_LINES]]
    more = len(report["deaths"]) - len(lines)
    return [*lines, Text(f"and {more} more deaths", "yellow")] if more > 0 else lines


def _death_text(death: Json) -> str:
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


def handlers_view(report: Json, most: int = 12) -> RenderableType:
    """The messages that took the most time, over all actors."""
    table = plain_table("Actor", "Message", "Count", "p50 ms", "p99 ms", "max ms")
    table.columns[1].justify = "left"
    found = [(actor, each) for actor in report["actors"] for each in actor["handlers"]]
    found.sort(key=lambda pair: -pair[1]["p50_ms"] * pair[1]["count"])
    for actor, each in found[:most]:
        times = (f"{each[name]:.2f}" for name in ("p50_ms", "p99_ms", "max_ms"))
        table.add_row(actor["name"], each["message"], str(each["count"]), *times)
    return table

"""The columns of the running actors: what a cell shows, and by what its column is sorted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from cli.views.formats import NONE
from lotkeeper.service.documents.formats import duration

Json = Mapping[str, Any]
Value = float | str | None
MAILBOX_MUCH, _OLDEST_S, _MIB = 100, 1.0, 1 << 20
_STATE_STYLE = {
    "idle": "dim",
    "busy": "green",
    "stuck": "bold red",
    "stopped": "bold red",
    "lost": "yellow",
    "given up": "bold red",
}
_WORST_FIRST = ("given up", "stopped", "lost", "stuck", "busy", "idle")


@dataclass(frozen=True, slots=True)
class ActorColumn:
    """A column beside the name."""

    title: str
    width: int  # characters that its widest usual cell needs
    cell: Callable[[Json], Text]
    value: Callable[[Json], Value]  # what it is sorted by; None comes last
    is_text: bool = False  # text stands left and is sorted from A to Z, numbers stand right, the largest first


def has_trouble(actor: Json) -> bool:
    """Whether a person should look at it first."""
    return actor["state"] not in {"idle", "busy"} or actor["mailbox"] >= MAILBOX_MUCH


def _plain(name: str, form: Callable[[Any], str]) -> Callable[[Json], Text]:
    def cell(actor: Json) -> Text:
        return Text(NONE, "dim") if actor[name] is None else Text(form(actor[name]))

    return cell


def _value(name: str) -> Callable[[Json], Value]:
    return lambda actor: actor[name]


def _state(actor: Json) -> Text:
    return Text(actor["state"], _STATE_STYLE.get(actor["state"], ""))


def _badness(actor: Json) -> Value:
    state = actor["state"]
    return float(_WORST_FIRST.index(state)) if state in _WORST_FIRST else None


def _restarts(actor: Json) -> Text:
    return Text(str(actor["restarts"]), "yellow" if actor["restarts"] else "dim")


def _mailbox(actor: Json) -> Text:
    waiting = actor["mailbox"]
    return Text(str(waiting), "red" if waiting >= MAILBOX_MUCH else "" if waiting else "dim")


def _oldest(actor: Json) -> Text:
    """How long the oldest message waits, at least."""
    if not actor["mailbox"]:
        return Text(NONE, "dim")
    return Text(f"{actor['oldest_seconds']:.1f} s", "red" if actor["oldest_seconds"] >= _OLDEST_S else "")


def _slowest(name: str) -> Callable[[Json], Value]:
    """A time (ms) of the message whose handler took longest."""

    def value(actor: Json) -> Value:
        slowest = max(actor["handlers"], key=lambda each: each["max_ms"], default=None)
        return None if slowest is None else float(slowest[name])

    return value


def _time_column(title: str, name: str) -> ActorColumn:
    value = _slowest(name)

    def cell(actor: Json) -> Text:
        found = value(actor)
        return Text(NONE, "dim") if found is None else Text(f"{found:.2f}")

    return ActorColumn(title, 7, cell, value)


def _in_hand(actor: Json) -> Text:
    in_hand, busy = str(actor["in_hand"]), actor["busy_seconds"]
    return Text(f"{in_hand} for {busy:.1f} s" if in_hand and busy else in_hand, "cyan")


ACTOR_COLUMNS = {
    column.title: column
    for column in (
        ActorColumn("State", 8, _state, _badness, is_text=True),
        ActorColumn("Pid", 7, _plain("pid", str), _value("pid")),
        ActorColumn("Age", 9, _plain("age_seconds", duration), _value("age_seconds")),
        ActorColumn("Restarts", 9, _restarts, _value("restarts")),
        ActorColumn("Mailbox", 8, _mailbox, _value("mailbox")),
        ActorColumn("Oldest", 7, _oldest, _value("oldest_seconds")),
        ActorColumn("Msg/s", 7, _plain("per_second", "{:.1f}".format), _value("per_second")),
        _time_column("p50 ms", "p50_ms"),
        _time_column("p99 ms", "p99_ms"),
        _time_column("max ms", "max_ms"),
        ActorColumn("CPU", 7, _plain("cpu_pct", "{:.1f} %".format), _value("cpu_pct")),
        ActorColumn("PSS", 8, _plain("pss_bytes", lambda size: f"{size / _MIB:.1f} MB"), _value("pss_bytes")),
        ActorColumn("In hand", 14, _in_hand, lambda actor: actor["in_hand"] or None, is_text=True),
    )
}

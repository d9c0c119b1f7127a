"""The rows and columns of the table: which actors, in which order, and what fits the width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from cli.actor_console.settings import NAME, Settings
from cli.views.actor_cells import ACTOR_COLUMNS, ActorColumn, Value, has_trouble

Json = Mapping[str, Any]
_LEAST_IMPORTANT = ("max ms", "Pid", "p50 ms", "PSS", "In hand", "Age", "CPU", "p99 ms", "Oldest", "Restarts", "Msg/s")
_MARKS = {False: "▼", True: "▲"}
_PADDING = 2  # the characters on both sides of a cell
_SCROLL_BAR = 1
_NARROWEST_NAME = 12
_IN_HAND = "In hand"


@dataclass(frozen=True, slots=True)
class ActorRow:
    """An actor where it stands in the table; its key stays the same from look to look."""

    key: str
    name: Text  # with the branches of the tree
    actor: Json


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as it is shown."""

    title: str
    label: Text
    width: int


def actor_rows(report: Json, settings: Settings) -> list[ActorRow]:
    """The wanted actors, as a tree or sorted."""
    found = [(key, actor) for key, actor in keyed_actors(report) if _is_wanted(key, settings.wanted)]
    if settings.sort is None:
        branches = _branches([actor["depth"] for _, actor in found])
    else:
        found = _sorted(found, settings)
        branches = [""] * len(found)
    return [ActorRow(key, _name(branch, actor), actor) for branch, (key, actor) in zip(branches, found, strict=True)]


def keyed_actors(report: Json) -> list[tuple[str, Json]]:
    """Each actor with its place in the tree: the names on the way to it, without the root's."""
    path: list[str] = []
    found = []
    for actor in report["actors"]:
        path = [*path[: actor["depth"]], actor["name"]]
        found.append(("/".join(path[1:]), actor))
    return found


def _is_wanted(key: str, wanted: str) -> bool:
    return wanted.lower() in key.lower()


def _name(branch: str, actor: Json) -> Text:
    style = "bold red" if has_trouble(actor) else "bold" if not actor["depth"] else ""
    return Text.assemble((branch, "dim"), (actor["name"], style))


def _branches(depths: Sequence[int]) -> list[str]:
    """The lines that stand before the names of a tree."""
    return [
        "".join(
            ("├ " if _goes_on(depths, row, level) else "└ ")
            if level == depth
            else ("│ " if _goes_on(depths, row, level) else "  ")
            for level in range(1, depth + 1)
        )
        for row, depth in enumerate(depths)
    ]


def _goes_on(depths: Sequence[int], row: int, level: int) -> bool:
    """Whether another actor of this level follows under the same supervisor."""
    for depth in depths[row + 1 :]:
        if depth <= level:
            return depth == level
    return False


def _sorted(found: Sequence[tuple[str, Json]], settings: Settings) -> list[tuple[str, Json]]:
    """Those without a value stand last both ways; equal ones stay in the order of the tree."""
    column = ACTOR_COLUMNS.get(settings.sort or "")
    values = [(_value(column, actor), key, actor) for key, actor in found]
    known = [each for each in values if each[0] is not None]
    is_descending = (column is not None and not column.is_text) != settings.is_reversed
    known.sort(key=lambda each: each[0], reverse=is_descending)  # type: ignore[arg-type, return-value]
    return [(key, actor) for _, key, actor in (*known, *(each for each in values if each[0] is None))]


def _value(column: ActorColumn | None, actor: Json) -> Value:
    return str(actor["name"]) if column is None else column.value(actor)


def headings(rows: Sequence[ActorRow], settings: Settings, width: int) -> list[Heading]:
    """The columns that fit; the one that it is sorted by is never left out."""
    name = max([_NARROWEST_NAME, *(row.name.cell_len for row in rows)])
    titles = list(ACTOR_COLUMNS)
    room = width - _SCROLL_BAR - name - _PADDING
    for title in _LEAST_IMPORTANT:
        if _taken(titles) <= room:
            break
        if title != settings.sort:
            titles.remove(title)
    widths = {title: ACTOR_COLUMNS[title].width for title in titles}
    if _IN_HAND in widths:
        widths[_IN_HAND] += max(0, room - _taken(titles))
    return [_heading(NAME, name, settings), *(_heading(title, wide, settings) for title, wide in widths.items())]


def _taken(titles: Sequence[str]) -> int:
    return sum(ACTOR_COLUMNS[title].width + _PADDING for title in titles)


def _heading(title: str, width: int, settings: Settings) -> Heading:
    column = ACTOR_COLUMNS.get(title)
    is_sorted = title == settings.sort
    is_text = column is None or column.is_text
    mark = _MARKS[is_text != settings.is_reversed] if is_sorted else ""
    label = Text(title + mark, "bold reverse" if is_sorted else "bold", justify="left" if is_text else "right")
    return Heading(title, label, width)


def cells(row: ActorRow, shown: Sequence[Heading]) -> list[Text]:
    """What stands in the row, in the order of the headings."""
    return [row.name if each.title == NAME else _cell(row.actor, each) for each in shown]


def _cell(actor: Json, heading: Heading) -> Text:
    column = ACTOR_COLUMNS[heading.title]
    text = column.cell(actor)
    text.truncate(heading.width, overflow="ellipsis")
    text.justify = "left" if column.is_text else "right"
    return text

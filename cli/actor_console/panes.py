"""What stands around the table: the line above it, the pane of one actor, and what was lost."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.actor_console.rows import keyed_actors
from cli.actor_console.settings import Pane, Settings
from cli.views.actor_cells import ACTOR_COLUMNS
from cli.views.formats import NONE
from cli.views.responsive_table import BLANK, plain_table
from cli.views.top import death_text, handler_cells, handlers_view, lines_of_losses, time_taken
from lotkeeper.engine.supervision import LifeState
from lotkeeper.service.documents.formats import moment

Json = Mapping[str, Any]
_FACTS = (("Age", "Restarts"), ("Mailbox", "Oldest"), ("CPU", "PSS"))
_MOST_HANDLERS = 40


def summary(report: Json | None, settings: Settings) -> Text:
    """One line: how many actors are in which state, and what the settings are."""
    if report is None:
        return Text("no look yet", "dim")
    states = Counter(actor["state"] for actor in report["actors"])
    line = Text(f"{len(report['actors'])} actors: ", "bold")
    line.append(", ".join(f"{count} {state}" for state, count in states.most_common()))
    line.append(f"  every {settings.every_s:g} s", "dim")
    if settings.wanted:
        line.append(f"  only {settings.wanted}", "cyan")
    if settings.is_paused:
        line.append("  paused", "bold yellow")
    return line


def losses(report: Json | None) -> Text:
    """The last deaths, dead letters and messages that were not handled; a line each."""
    return Text("\n").join(lines_of_losses(report)) if report is not None else Text()


def pane_view(report: Json, settings: Settings, key: str | None) -> RenderableType:
    """What the chosen pane shows; `key` is the actor under the cursor."""
    if settings.pane == Pane.HANDLERS:
        return handlers_view(report, _MOST_HANDLERS)
    if settings.pane == Pane.LOSSES:
        return _all_losses(report)
    actor = None if key is None else dict(keyed_actors(report)).get(key)
    return Text("this actor does not exist any more", "dim") if actor is None else _actor_view(report, actor)


def _actor_view(report: Json, actor: Json) -> RenderableType:
    facts = Table.grid(padding=(0, 2))
    facts.add_row("State", _state(actor), "Process", _process(actor))
    for left, right in _FACTS:
        facts.add_row(left, ACTOR_COLUMNS[left].cell(actor), right, ACTOR_COLUMNS[right].cell(actor))
    in_hand = Text.assemble("In hand  ", ACTOR_COLUMNS["In hand"].cell(actor) or Text(NONE, "dim"))
    name = Text.assemble((actor["name"], "bold"), (f"  {actor['actor'] or 'does not answer'}", "dim"))
    return Group(name, facts, in_hand, *_handlers(actor), *_troubles(report, actor))


def _state(actor: Json) -> Text:
    state = ACTOR_COLUMNS["State"].cell(actor)
    if not actor["reason"]:
        return state
    who = "it" if actor["state"] == LifeState.GIVEN_UP else "the last process"
    return state.append(f"; {who} {actor['reason']}")


def _process(actor: Json) -> str:
    return NONE if actor["pid"] is None else str(actor["pid"])


def _handlers(actor: Json) -> list[RenderableType]:
    """Its messages, those that took the most time first."""
    if not actor["handlers"]:
        return [Text("handled no message since it is watched", "dim")]
    table = plain_table("Message", "Count", "p50 ms", "p99 ms", "max ms")
    for each in sorted(actor["handlers"], key=lambda each: -time_taken(each)):
        table.add_row(each["message"], *handler_cells(each))
    return [BLANK, table]


def _troubles(report: Json, actor: Json) -> list[Text]:
    refused = [f"{count} {kind} not delivered, for too many wait" for kind, count in actor["undelivered"].items()]
    unknown = [f"no handler for {kind}" for kind in actor["unknown"]]
    deaths = [death_text(each) for each in report["deaths"] if each["name"] == actor["name"]]
    letters = [_letter(each) for each in report["dead_letters"]["last"] if each["to"] == actor["name"]]
    return [*(Text(each, "red") for each in refused), *(Text(each, "yellow") for each in (*unknown, *deaths, *letters))]


def _all_losses(report: Json) -> RenderableType:
    """Every death and dead letter that is known, not only the last ones."""
    deaths = [Text(death_text(each), "yellow") for each in report["deaths"]]
    letters = report["dead_letters"]
    counts = [Text(f"{count} dead letters {kind} since the start") for kind, count in letters["counts"].items()]
    last = [Text(_letter(each), "yellow") for each in reversed(letters["last"])]
    return Group(*(deaths or [Text("no actor has died", "dim")]), *(counts or [Text("no dead letters", "dim")]), *last)


def _letter(letter: Json) -> str:
    return f"{moment(letter['at'])} {letter['message']} to {letter['to']} was not handled"

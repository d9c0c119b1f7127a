"""Makes docs/troubleshooting.md from docs/troubleshooting.yaml and the sources; --check says if it is stale."""

import sys
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from sentences import doctor_lines, log_events, sentences

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from lotkeeper.engine.log_events import EngineEvent  # noqa: E402 (found by the line above)
from lotkeeper.trading.log_events import LogEvent  # noqa: E402
from lotkeeper.trading.trouble_kinds import RULES, TOLD  # noqa: E402

PAGE = Path("docs/troubleshooting.md")
ADVICE = Path("docs/troubleshooting.yaml")
_AS_IT_SAYS = "as it says"
HEAD = """# Messages

Every message of the program, by what it is about, and what to do; `...` stands for what varies. Search this page for
two or three words of yours that are no names. By what you see instead: [what to do when](guide/what-to-do-when.md).

The page is made from the sources and from `docs/troubleshooting.yaml` by `python docs/make_troubleshooting.py`; a test
compares them. Texts of the exchange itself stand behind a colon in some of these; [the
runbook](operations.md#runbook) has those that matter.
"""
ALERTS = """## Alerts, and lines with `!` of the status

Each has a kind, which `lotkeeper todo` and `lotkeeper alerts` show. [The table of alerts](operations.md#alerts) has
their severities, and the [runbook](operations.md#runbook) more of each.
"""
DOCTOR = """## What `lotkeeper doctor` finds

Each line that is not `ok` ends with its fix behind `->`.
"""
LOG = """## Warnings and errors of the log

By their event, which stands in each line; `lotkeeper logs --level warning` shows them.
[Lines of the log](reference/log-events.md) has all events.
"""


@dataclass(frozen=True, slots=True)
class Family:
    """Messages about one thing; a message without advice says itself what to do."""

    title: str
    do: str
    messages: dict[str, str | None]


def families() -> list[Family]:
    """Those of errors and refusals, as they are written down."""
    return [Family(each["family"], each["do"], each["messages"]) for each in _advice() if "family" in each]


def advice_for(kind: str) -> dict[str, str | None]:
    """`doctor` or `log`: by the line or the event."""
    found: dict[str, str | None] = next(each[kind] for each in _advice() if kind in each)
    return found


def differences() -> list[str]:
    """What the sources say and nobody has written down, and the other way round."""
    written = [text for family in families() for text in family.messages]
    pairs = (
        ("message", {each.text for each in sentences()}, written),
        ("line of the doctor", {each.text for each in doctor_lines()}, list(advice_for("doctor"))),
        ("logged event", set(log_events()), list(advice_for("log"))),
    )
    found = []
    for what, said, known in pairs:
        found += [f"{what} without an entry: {text}" for text in sorted(said - set(known))]
        found += [f"entry without a {what}: {text}" for text in sorted(set(known) - said)]
        found += [f"two entries for: {text}" for text in sorted({text for text in known if known.count(text) > 1})]
    return found


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for family in families():
        parts += [f"## {family.title}\n", _filled(family.do), _table(family.messages.items(), "Message")]
    told = ((kind, RULES[kind].means, _command(kind)) for kind in TOLD)
    parts += [ALERTS, "| Kind | Means | Do |\n|---|---|---|", *(f"| `{a}` | {b} | {c} |" for a, b, c in told), ""]
    parts += [DOCTOR, _table(advice_for("doctor").items(), "Line")]
    levels, meanings = log_events(), {each.name: each.meaning for each in (*LogEvent, *EngineEvent)}
    rows = (f"| `{name}` | {levels[name]} | {meanings[name]} | {do} |" for name, do in advice_for("log").items())
    parts += [LOG, "| Event | Level | Says that | Do |\n|---|---|---|---|", *rows, ""]
    return "\n".join(parts)


def _advice() -> list[dict]:
    return list(yaml.safe_load((ROOT / ADVICE).read_text()))


def _command(kind: str) -> str:
    command = RULES[kind].command
    return f"`{command}`" if command else "nothing"


def _table(rows: Iterable[tuple[str, str | None]], head: str) -> str:
    lines = [f"| {_shown(text)} | {_cell(do or _AS_IT_SAYS)} |" for text, do in rows]
    return "\n".join((f"| {head} | Do |", "|---|---|", *lines)) + "\n"


def _shown(text: str) -> str:
    """As code, which a backtick within needs two of."""
    mark = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{mark}{space}{_cell(text)}{space}{mark}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 118, break_long_words=False, break_on_hyphens=False) + "\n"


def main() -> int:
    """Writes the page, or with --check returns 1 if it is not what would be written; 1 where an entry is missing."""
    if missing := differences():
        sys.stderr.write("".join(f"{ADVICE}: {each}\n" for each in missing))
        return 1
    path = ROOT / PAGE
    if "--check" not in sys.argv[1:]:
        path.write_text(page())
        return 0
    is_stale = not path.exists() or path.read_text() != page()
    if is_stale:
        sys.stderr.write(f"{PAGE} is not up to date: python docs/make_troubleshooting.py\n")
    return int(is_stale)


if __name__ == "__main__":
    sys.exit(main())

"""Makes docs/reference/log-events.md from the names of the events of the log; --check says if it is stale."""

import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from lotkeeper.engine.log_events import EngineEvent  # noqa: E402 (found by the line above)
from lotkeeper.trading.journal import DecisionKind  # noqa: E402
from lotkeeper.trading.log_events import LogEvent  # noqa: E402

PAGE = Path("docs/reference/log-events.md")
HEAD = """# Lines of the log

This page has a name for each event of the log; the tables are made by `python docs/make_log_events.py`. How the files
are kept, and how to read them: [operations](../operations.md#the-logs).

Each line is one JSON object with these fields, in this order. Its schema is
[json/log-line.v1.json](json/log-line.v1.json) (`lotkeeper schema log line`); a test holds every line of a
real run against it.

| Field | Meaning |
|---|---|
| `ts` | when it happened, UTC, with microseconds; a line may be written a quarter of a second later |
| `level` | `debug`, `info`, `warning`, `error`, `critical` |
| `event` | what happened: a name of the tables below |
| `text` | the same for people |
| `actor`, `pid` | the class of the actor, or `launcher`, `web`; the process id |
| `logger` | the part of the code |
| `pair`, `lot`, `order` | what it concerns: trade pair, lot, client order id; `null` where it concerns none |
| `facts` | figures and other facts; amounts are texts in plain digits |
| `exception` | of an error, else absent: a list, the last one first, each with `exc_type`, `exc_value`, `frames` |

`lot` is the thread through all actors: from the arrival of a fill to the SELL, its answer, the sale, and each record in
the database, before and after a restart. The lot of a line about one of our SELLs follows from its client order id.
Before a BUY that a person asked for has an order id, `order` holds its lines together.

A line of an earlier version, whose `event` was the text, is shown by `lotkeeper logs` with the fields of this one and
the event `OTHER`; half a line, as a power failure leaves it, has the event `UNREADABLE` and a text.
"""


def page() -> str:
    """The whole page."""
    parts = [
        HEAD,
        "## Events\n",
        _table((str(each), each.meaning) for each in LogEvent),
        "## Events of the actor engine\n",
        _table((str(each), each.meaning) for each in EngineEvent),
        "## Decisions\n\nA line that tells of a decision has the name of its kind. "
        "[`lotkeeper decisions`](cli.md#lotkeeper-decisions) shows\nthem from the database.\n",
        _wrapped(", ".join(f"`{each}`" for each in DecisionKind) + "."),
    ]
    return "\n".join(parts)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| `{name}` | {meaning} |" for name, meaning in rows]
    return "\n".join(("| Event | Says that |", "|---|---|", *lines)) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 118, break_long_words=False) + "\n"


def main() -> int:
    """Writes the page, or with --check returns 1 if it is not what would be written."""
    path = ROOT / PAGE
    if "--check" not in sys.argv[1:]:
        path.write_text(page())
        return 0
    is_stale = not path.exists() or path.read_text() != page()
    if is_stale:
        sys.stderr.write(f"{PAGE} is not up to date: python docs/make_log_events.py\n")
    return int(is_stale)


if __name__ == "__main__":
    sys.exit(main())

"""Writes the tables of docs/operations.md and the alert rules of Prometheus that follow from tables in the code.

--check says which of them is stale.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from lotkeeper.trading.alerts.heartbeat_effects import HEARTBEAT
from lotkeeper.trading.trouble_kinds import INCIDENTS, RULES, TODO, TOLD, TroubleKind
from lotkeeper.verification.drill.red_times import RED_TIMES, RedTime

ROOT = Path(__file__).parents[1]
PAGE = Path("docs/operations.md")
PROMETHEUS = Path("deploy/prometheus/lotkeeper.rules.yml")
TOLD_HEAD = "| Kind | Severity | Means | Do | Incident |\n|---|---|---|---|---|\n"
HEARTBEAT_HEAD = "| Kind | The heartbeat | Because |\n|---|---|---|\n"
RED_HEAD = "| Fault of the drill | Red within | Because |\n|---|---|---|\n"
RECORDED_HEAD = "| Incident | Severity | Means | Do |\n|---|---|---|---|\n"
DESCRIPTION = "`lotkeeper todo` says which, since when, and what ends it."
GROUP_HEAD = (
    "  # One for each kind of `lotkeeper todo`: made by docs/make_alerts.py.\n  - name: lotkeeper-todo\n    rules:\n"
)


def main() -> int:
    """Writes them, or with --check returns 1 if one is not what would be written."""
    made = {PAGE: with_tables((ROOT / PAGE).read_text()), PROMETHEUS: with_group((ROOT / PROMETHEUS).read_text())}
    stale = [path for path, text in made.items() if (ROOT / path).read_text() != text]
    if "--check" not in sys.argv[1:]:
        for path in stale:
            (ROOT / path).write_text(made[path])
        return 0
    for path in stale:
        sys.stderr.write(f"{path} is not up to date: python docs/make_alerts.py\n")
    return 1 if stale else 0


def with_tables(page: str) -> str:
    """The page with its tables as they follow from the code."""
    page = _with_rows(page, TOLD_HEAD, (_told_row(kind) for kind in TOLD))
    page = _with_rows(page, HEARTBEAT_HEAD, (_heartbeat_row(kind) for kind in TOLD))
    page = _with_rows(page, RED_HEAD, (_red_row(name, red) for name, red in RED_TIMES.items()))
    return _with_rows(page, RECORDED_HEAD, (_recorded_row(kind) for kind in INCIDENTS if kind not in TOLD))


def with_group(rules: str) -> str:
    """The rules with the group that follows from the kinds at their end."""
    hand_written = rules.partition(GROUP_HEAD)[0]
    return hand_written + GROUP_HEAD + "".join(_alert(kind) for kind in TODO)


def alert_name(kind: TroubleKind) -> str:
    """Such as LotkeeperKillSwitch."""
    return "Lotkeeper" + kind.title().replace("-", "")


def summary(kind: TroubleKind) -> str:
    """What the kind means, with a capital letter."""
    means = RULES[kind].means
    return means[:1].upper() + means[1:]


def _with_rows(page: str, head: str, rows: Iterator[str]) -> str:
    before, found, after = page.partition(head)
    if not found:
        raise ValueError(f"{PAGE} has no table with the head {head.partition(chr(10))[0]}")
    return before + head + "".join(rows) + re.sub(r"\A(?:\|.*\n)*", "", after)


def _told_row(kind: TroubleKind) -> str:
    rule = RULES[kind]
    incident = f"`{_word(rule.incident)}`" if rule.incident else "-"
    return f"| `{kind}` | {rule.severity} | {rule.means} | {_do(kind)} | {incident} |\n"


def _recorded_row(kind: TroubleKind) -> str:
    rule = RULES[kind]
    return f"| `{_word(rule.incident)}` | {rule.severity} | {rule.means} | {_do(kind)} |\n"


def _heartbeat_row(kind: TroubleKind) -> str:
    rule = HEARTBEAT[kind]
    return f"| `{kind}` | {rule.effect} | {rule.why} |\n"


def _red_row(name: str, red: RedTime) -> str:
    within = "not red" if red.within_s is None else f"{red.within_s:g} s"
    return f"| `{name}` | {within} | {red.why} |\n"


def _word(incident: str) -> str:
    return incident.lower().replace("_", "-")


def _do(kind: TroubleKind) -> str:
    rule = RULES[kind]
    command = f"`{rule.command}`" if rule.command else "nothing"
    return f"{command}; {rule.hint}" if rule.hint else command


def _alert(kind: TroubleKind) -> str:
    rule = RULES[kind]
    return f"""\
      - alert: {alert_name(kind)}
        expr: 'lotkeeper_todo{{kind="{kind}"}} > 0'
        for: 1m
        labels:
          severity: {rule.severity}
        annotations:
          summary: '{summary(kind).replace("'", "''")}'
          description: '{DESCRIPTION}'
          command: '{rule.command}'
"""


if __name__ == "__main__":
    sys.exit(main())

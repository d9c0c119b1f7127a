"""Which document each command prints, and in which version."""

from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from lotkeeper.service.schemas import actors, alerts, fleet, interventions, log_lines, lots, rows, service, status
from lotkeeper.service.schemas.base import Done, ErrorDocument

LOG_LINE = "log line"
_TITLES = {"error": "the error of any command", LOG_LINE: "a line of the log files"}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Schema(NamedTuple):
    """A command's document. Its version grows when a field is taken away or changes its meaning, not when one comes."""

    kind: Any
    version: int = 1


SCHEMAS: dict[str, Schema] = {
    "demo": Schema(service.Demonstrated),
    "init": Schema(service.WrittenConfig),
    "doctor": Schema(service.Doctor),
    "start": Schema(Done),
    "stop": Schema(Done),
    "restart": Schema(Done),
    "status": Schema(status.Status | status.WaitingHost),
    "todo": Schema(list[status.TodoListed]),
    "alerts list": Schema(list[alerts.AlertListed]),
    "alerts test": Schema(list[alerts.TriedChannel]),
    "alerts ack": Schema(Done),
    "pairs": Schema(list[rows.PairListed]),
    "positions": Schema(list[lots.Position]),
    "orders": Schema(list[rows.OrderListed]),
    "fills": Schema(list[rows.FillListed]),
    "decisions": Schema(list[rows.DecisionListed]),
    "incidents": Schema(list[rows.IncidentListed]),
    "profit": Schema(rows.Profit),
    "tax": Schema(list[rows.SaleTaxed]),
    "explain": Schema(lots.Explained),
    "config show": Schema(dict[str, Any]),
    "config check": Schema(service.CheckedConfig),
    "config reload": Schema(service.ReloadedConfig),
    "wait": Schema(service.Proven),
    "changes": Schema(list[rows.ChangeListed]),
    "logs": Schema(list[log_lines.LogLine | log_lines.UnreadableLine], 2),
    "page": Schema(service.PageAddresses),
    "log-level": Schema(service.LogLevelsShown),
    "top": Schema(actors.RunningActors),
    "trace": Schema(actors.Traced),
    "pause": Schema(Done | list[interventions.PairAnswer]),
    "resume": Schema(Done | list[interventions.PairAnswer]),
    "kill-switch": Schema(Done | status.KillSwitchStatus | None),
    "buy": Schema(interventions.PlannedBuy | interventions.FoundBuy),
    "sell": Schema(interventions.Sale | list[interventions.Sale]),
    "flatten": Schema(list[interventions.Sale]),
    "cancel": Schema(Done),
    "adopt": Schema(Done),
    "dismiss": Schema(Done),
    "release": Schema(Done),
    "reconcile": Schema(list[interventions.ComparedPair]),
    "resolve": Schema(Done | list[interventions.UnresolvedOrderListed]),
    "bugreport": Schema(service.BugReport),
    "db backup": Schema(service.CopiedFile),
    "db restore": Schema(service.RestoredFile),
    "db copy": Schema(service.CopiedDatabase),
    "db check": Schema(service.CheckedDatabase),
    "db upgrade": Schema(service.UpgradedDatabase),
    "fleet status": Schema(fleet.FleetStatus),
    "drill": Schema(service.DrilledRounds | service.DrilledFault | dict[str, str]),
    "error": Schema(ErrorDocument),
    LOG_LINE: Schema(log_lines.LogLine),
}


def file_name(command: str) -> str:
    """Such as `config-show.v1.json`."""
    return f"{command.replace(' ', '-')}.v{SCHEMAS[command].version}.json"


def json_schema(command: str) -> dict[str, Any]:
    """The schema of what a command prints with --json, in the JSON Schema of 2020-12."""
    found, title = SCHEMAS[command], _TITLES.get(command, f"lotkeeper {command} --json")
    body = _adapter(command).json_schema()
    return {"$schema": DIALECT, "$id": file_name(command), "title": title, "x-version": found.version, **_body(body)}


def _body(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "title"}


def problems(command: str, content: bytes) -> list[str]:
    """Where a document breaks the schema of its command; a refusal has the schema of errors."""
    from pydantic import ValidationError

    try:
        _adapter(command).validate_json(content)
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    return []


@cache
def _adapter(command: str) -> TypeAdapter[Any]:
    return TypeAdapter(SCHEMAS[command].kind)

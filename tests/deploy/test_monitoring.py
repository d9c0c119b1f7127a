"""The alert rules and the dashboard: they are valid, each rule is raised by its cause, and each metric exists."""

import json
import re
import shutil
import subprocess
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cli.group import lotkeeper
from lotkeeper.engine.inspection.questions import DeadLetters
from lotkeeper.service.actor_report import ActorReport
from lotkeeper.service.process_usage import ProcessUsage
from lotkeeper.trading.fee_reserve.reserve import FeePayer, Reserve
from lotkeeper.trading.trouble_kinds import RULES as KINDS
from lotkeeper.trading.trouble_kinds import TODO, TOLD, TroubleKind
from lotkeeper.web.metrics.exposition import exposition
from messages.fees import FeeReserveReported
from messages.health import LimitUse, OldestLot, PricesReported
from tests.actors.monitor import reports
from tests.lotkeeper.service.actors_seen import look
from tests.lotkeeper.web.metrics.scraped import status

FOLDER = Path(__file__).parents[2] / "deploy"
RULES = FOLDER / "prometheus" / "lotkeeper.rules.yml"
TRIALS = FOLDER / "prometheus" / "lotkeeper.rules.test.yml"
DASHBOARD = json.loads((FOLDER / "grafana" / "lotkeeper.json").read_text())
needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus"
)


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def expressions() -> list[str]:
    """Of the rules, of the panels and of the variables."""
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    variables = [each["definition"] for each in DASHBOARD["templating"]["list"] if "definition" in each]
    return [*(rule["expr"] for rule in rules()), *panels, *variables]


@pytest.fixture(scope="module")
def scraped() -> dict[str, set[str]]:
    """The labels of each metric of a service in which everything has a sample."""
    fees = FeeReserveReported(0, Reserve(D(1), D(2), FeePayer.BNB, D(0), None))
    limits = (LimitUse("ORDERS", "in 10 s", 10, 5, 100),)
    gateway = reports.gateway(limits=limits, broker=reports.broker())
    oldest = OldestLot("BTCUSDT-7", 0, D(1))
    pairs = {**reports.view().pairs, "BTCUSDT": reports.pair(oldest=oldest)}
    whole = status(pairs=pairs, fees=fees, gateway=gateway, broadcast=PricesReported(0, 1, 0, 0, ""))
    seen = look(letters=DeadLetters({"OrderReported": 1}, ()))
    text, _ = exposition(whole, ActorReport(lambda _: ProcessUsage(1.0, 1.0, 1)).document(seen), "")
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(lotkeeper_\w+)(?:\{(.*)\})? ", text.decode(), re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


@needs_promtool
def test_the_rules_are_valid() -> None:
    checked = subprocess.run(["promtool", "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@needs_promtool
def test_each_rule_is_raised_by_its_cause_and_a_service_that_is_well_raises_none() -> None:
    tried = subprocess.run(["promtool", "test", "rules", str(TRIALS)], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stdout + tried.stderr


def of_todo(rule: dict[str, Any]) -> str:
    """The kind of a rule that follows from the table of kinds; empty for one that is written by hand."""
    found = re.fullmatch(r'lotkeeper_todo\{kind="([\w-]+)"\} > 0', rule["expr"])
    return "" if found is None else found[1]


def todo_trial(rule: dict[str, Any], value: int) -> dict[str, Any]:
    """Raised by something of its kind, and by nothing else."""
    kind = of_todo(rule)
    raised = {"exp_labels": {**rule["labels"], "kind": kind}, "exp_annotations": rule["annotations"]}
    return {
        "name": f"{rule['alert']} {value}",
        "interval": "1m",
        "input_series": [
            {"series": f'lotkeeper_todo{{kind="{each}"}}', "values": f"{value if each == kind else 1 - value}x9"}
            for each in TODO
        ],
        "alert_rule_test": [{"eval_time": "5m", "alertname": rule["alert"], "exp_alerts": [raised] * value}],
    }


@needs_promtool
def test_each_kind_that_needs_a_person_raises_its_rule_and_no_other_does(tmp_path: Path) -> None:
    trials = [todo_trial(rule, value) for rule in rules() if of_todo(rule) for value in (0, 1)]
    file = tmp_path / "trials.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": trials}))
    tried = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stdout + tried.stderr


def test_each_rule_that_is_written_by_hand_is_tried_both_ways() -> None:
    trials = yaml.safe_load(TRIALS.read_text())["tests"]
    asked = [(each["alertname"], bool(each["exp_alerts"])) for trial in trials for each in trial["alert_rule_test"]]
    names = [rule["alert"] for rule in rules() if not of_todo(rule)]
    assert len(names) > 10
    assert sorted(asked) == sorted((name, is_raised) for name in names for is_raised in (True, False))


def test_rules_have_a_name_of_their_own_and_the_severity_and_command_of_their_kind() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        kind = of_todo(rule) or rule["labels"].get("kind")
        if kind:
            of_kind = KINDS[TroubleKind(kind)]
            said = rule["annotations"]["command"]
            assert (rule["labels"]["severity"], said) == (str(of_kind.severity), of_kind.command)


def test_each_kind_that_is_told_but_news_has_a_rule() -> None:
    kinds = {of_todo(rule) or rule["labels"].get("kind") for rule in rules()} - {None}
    assert kinds == {str(kind) for kind in TOLD} - {"started", "sale"}


def test_the_documents_have_each_rule_that_is_written_by_hand_with_its_severity() -> None:
    page = (FOLDER.parent / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| `(Lotkeeper\w+)` \| (\w+) \| .+ \| .+ \|$", page, re.MULTILINE)
    assert rows == [(rule["alert"], rule["labels"]["severity"]) for rule in rules() if not of_todo(rule)]


@pytest.mark.parametrize("expression", expressions())
def test_each_metric_and_each_label_exists(expression: str, scraped: dict[str, set[str]]) -> None:
    for name, labels in re.findall(r"(lotkeeper_\w+)(?:\{(.*?)\})?", expression):
        assert name in scraped
        assert set(re.findall(r"(\w+)=", labels)) <= scraped[name] | {"le"}
    grouped = {word for words in re.findall(r"by \((.*?)\)", expression) for word in words.split(", ")}
    assert grouped <= set().union(*scraped.values()) | {"le"}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_each_alert_says_what_is_wrong_and_which_command_is_next(rule: dict[str, Any]) -> None:
    said = rule["annotations"]
    assert rule["labels"]["severity"] in ("info", "warning", "critical")
    assert said["summary"]
    assert said["description"].endswith(".")
    words = said["command"].split()
    if words[0] == "lotkeeper":
        command = lotkeeper.get_command(click.Context(lotkeeper), words[1])
        assert command is not None
        options = {option for each in command.params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])

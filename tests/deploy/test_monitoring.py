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
from lotkeeper.trading.reports.todo import TodoKind
from lotkeeper.web.metrics.exposition import exposition
from messages.fees import FeeReserveReported
from messages.health import LimitUse, PricesReported
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
    whole = status(fees=fees, gateway=reports.gateway(limits=limits), broadcast=PricesReported(0, 1, 0, 0, ""))
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


def test_each_rule_is_tried_both_ways() -> None:
    trials = yaml.safe_load(TRIALS.read_text())["tests"]
    asked = [(each["alertname"], bool(each["exp_alerts"])) for trial in trials for each in trial["alert_rule_test"]]
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) > 20
    assert sorted(asked) == sorted((name, is_raised) for name in names for is_raised in (True, False))


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


def test_kinds_of_todo_in_rules_exist() -> None:
    named = {kind for rule in rules() for kind in re.findall(r'kind="(.*?)"', rule["expr"])}
    assert len(named) > 5
    assert named <= {str(kind) for kind in TodoKind}


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])

"""`lotkeeper alerts`."""

import csv
import getpass
import io
import json
from datetime import UTC, datetime

from rich.console import Console

from actors.alerts.alert import Told
from actors.alerts.book import RECOVERED_AFTER_MS, AlertBook
from actors.alerts.listing import listed
from cli.commands import alerts as module
from cli.views.alerts import alerts_text
from lotkeeper.service.errors import ServiceNotRunningError
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from messages.control import AcknowledgeAlerts, AlertsListed, AskAlerts, ChannelsTried, CommandDone
from tests.actors.alerts.examples import NOW_MS, cause


def busy(*, is_open_only: bool = True) -> AlertsListed:
    book = AlertBook()
    book.take([cause(), cause(TroubleKind.HELD, "BTCUSDT-7"), cause(TroubleKind.PAUSED)], NOW_MS)
    book.note_delivered("phone", {1: Told(NOW_MS, Severity.CRITICAL)})
    book.acknowledge([1], "kim", NOW_MS + 1000)
    book.take([cause(), cause(TroubleKind.HELD, "BTCUSDT-7")], NOW_MS + RECOVERED_AFTER_MS)
    return listed(book, (), is_open_only=is_open_only)


def test_an_empty_list_says_so(run, service):
    service(AskAlerts=AlertsListed((), ()))
    result = run("alerts")
    assert (result.exit_code, result.output) == (0, "no alert is open\n")
    assert json.loads(run("alerts", "--json").output) == []


def test_without_a_further_word_it_lists(run, service):
    asked = service(AskAlerts=busy())
    found = json.loads(run("alerts", "--json").output)
    assert [(each["alert"], each["state"]) for each in found] == [(1, "acknowledged"), (2, "raised")]
    assert asked == [AskAlerts(True)]
    for part in ("1 critical kill-switch", "seen by kim", "held BTCUSDT-7", "lotkeeper status", "not delivered"):
        assert part in run("alerts", "list").output


def test_as_rows_and_with_those_that_are_over(run, service):
    asked = service(AskAlerts=busy(is_open_only=False))
    rows = list(csv.DictReader(io.StringIO(run("alerts", "list", "--all", "--csv").output)))
    assert [(each["kind"], each["recovered"] != "") for each in rows][2] == ("paused", True)
    assert asked == [AskAlerts(False)]
    assert run("alerts", "--csv", "--json").exit_code == 2


def test_how_long_it_has_been_so():
    console = Console(width=100, file=io.StringIO())
    console.print(alerts_text(busy(is_open_only=False).alerts, datetime.fromtimestamp(NOW_MS / 1000 + 3600, UTC)))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "1 h 0 m" in text
    assert " to " in text


def test_acknowledged(run, service):
    asked = service(AcknowledgeAlerts=CommandDone("acknowledged: 1"))
    assert run("alerts", "ack", "3", "4", "--yes", "--why", "a fork").output == "acknowledged: 1\n"
    assert json.loads(run("alerts", "ack", "--all", "--json", "--yes").output) == {"done": "acknowledged: 1"}
    who = getpass.getuser()
    assert asked == [AcknowledgeAlerts((3, 4), who, "a fork"), AcknowledgeAlerts((), who)]
    for words in (("ack",), ("ack", "3", "--all"), ("ack", "x"), ("nosuch",)):
        assert run("alerts", *words).exit_code == 2


def test_it_says_first_which_and_asks(run, service):
    """What is raised after the question is not among them."""
    asked = service(AskAlerts=busy(is_open_only=True), AcknowledgeAlerts=CommandDone("acknowledged: 1"))
    shown = run("alerts", "ack", "--all", answer="y\n").output
    assert shown.startswith("1 alert is not told again until worse or over:\n  2 ")
    assert [(each.ids, len(each.shown)) for each in asked if isinstance(each, AcknowledgeAlerts)] == [((2,), 1)]
    for words, said in ((("--all",), "give --yes"), (("--all", "--json"), "with --json give --yes")):
        result = run("alerts", "ack", *words)
        assert (result.exit_code, said in result.stderr + result.stdout) == (1, True)


def test_a_dry_run_only_says_it(run, service):
    asked = service(AskAlerts=busy(is_open_only=True))
    assert run("alerts", "ack", "1", "2", "--dry-run").output.startswith("2 alerts are not told again")
    assert "the number 9" in run("alerts", "ack", "9", "--dry-run").stderr
    assert asked == [AskAlerts(True), AskAlerts(True)]
    service(AskAlerts=AlertsListed((), ()))
    assert run("alerts", "ack", "--all").output == "No open alert waits to be seen: nothing changes.\n"


def test_what_came_back_is_said_and_a_failure_is_one(run, service):
    service(TryChannels=ChannelsTried((("mail", False, "HTTP 401"), ("phone", True, "delivered"))))
    result = run("alerts", "test")
    assert (result.exit_code, result.output) == (1, "mail: NOT delivered: HTTP 401\nphone: delivered\n")
    service(TryChannels=ChannelsTried((("phone", True, "delivered"),)))
    result = run("alerts", "test", "phone", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == [{"channel": "phone", "delivered": True, "text": "delivered"}]


def test_while_no_service_runs_the_command_sends_itself(run, service, monkeypatch):
    service(TryChannels=ServiceNotRunningError("not running"))
    result = run("alerts", "test")
    assert (result.exit_code, "no channel is configured" in result.stderr) == (1, True)
    assert module.alerts.name == "alerts"

"""The commands that ask a running service, with its answers given."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from actors.ledger.explanation import explanation
from actors.ledger.positions import position
from actors.monitor.status import View, status_document
from cli.commands import control, explain, positions, status
from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.reports.explaining import explained
from messages.control import (
    AskPositions,
    AskStatus,
    Done,
    ExplainLot,
    LotExplained,
    PausePair,
    PositionsReport,
    ResumePair,
    StatusReport,
)
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS
from tests.persistence import lots

STATUS = status_document(
    View(("BTCUSDT",), NOW_MS, {"BTCUSDT": reports.pair()}, prices={"BTCUSDT": reports.price()}), NOW_MS
)
LOTS = (position(lots.lot(7)), position(lots.sold(20)))


@pytest.fixture
def service(monkeypatch, config) -> Callable[[Any], list[Any]]:
    """Answers of a service: one that raises instead is given as the error. What it was asked is returned."""

    def given(**answers: Any) -> list[Any]:
        asked: list[Any] = []

        def answer(_: object, message: Any) -> Any:
            asked.append(message)
            found = answers[type(message).__name__]
            if isinstance(found, Exception):
                raise found
            return found

        for module in (control, explain, positions, status):
            monkeypatch.setattr(module, "ask_service", answer)
        return asked

    return given


def test_pause_and_resume_say_what_is_now_true(run, service):
    asked = service(PausePair=Done("BTCUSDT is paused"), ResumePair=Done("BTCUSDT is resumed"))
    assert run("pause", "btcusdt").output == "BTCUSDT is paused\n"
    assert json.loads(run("resume", "BTCUSDT", "--json").output) == {"done": "BTCUSDT is resumed"}
    assert asked == [PausePair("BTCUSDT"), ResumePair("BTCUSDT")]


def test_what_the_service_refuses_is_1(run, service):
    refusal = "DOGEUSDT is not a configured pair; configured: BTCUSDT"
    service(PausePair=ServiceError(refusal))
    result = run("pause", "DOGEUSDT")
    assert (result.exit_code, result.stderr) == (1, f"Error: {refusal}\n")


def test_status_for_people_and_for_programs(run, service):
    asked = service(AskStatus=StatusReport(STATUS))
    assert "BTCUSDT" in run("status").output
    assert json.loads(run("status", "--json").output) == STATUS
    assert asked == [AskStatus(), AskStatus()]


def test_positions_for_people(run, service):
    asked = service(AskPositions=PositionsReport(LOTS), AskStatus=StatusReport(STATUS))
    result = run("positions", "--all", "--pair", "btcusdt", "--limit", "5", COLUMNS="140")
    assert result.exit_code == 0
    assert "BTCUSDT-7" in result.output
    assert "60100" in result.output
    assert asked == [AskPositions("BTCUSDT", False, 5), AskStatus()]


def test_positions_do_not_need_the_monitor(run, service):
    service(AskPositions=PositionsReport(LOTS), AskStatus=ServiceError("the monitor is being restarted"))
    assert "BTCUSDT-7" in run("positions", COLUMNS="140").output


def test_no_positions_are_said_in_words(run, service):
    service(AskPositions=PositionsReport(()))
    assert run("positions").output.startswith("no lots")
    assert json.loads(run("positions", "--json").output) == []


def test_positions_for_programs(run, service):
    asked = service(AskPositions=PositionsReport(LOTS))
    assert json.loads(run("positions", "--json").output) == list(LOTS)
    assert asked == [AskPositions("", True, 1000)]


def test_positions_for_spreadsheets(run, service):
    service(AskPositions=PositionsReport(LOTS))
    rows = list(csv.DictReader(io.StringIO(run("positions", "--csv").output)))
    assert [row["lot"] for row in rows] == ["BTCUSDT-7", "BTCUSDT-20"]
    assert rows[0]["cost"] == "32000.05"
    assert (rows[0]["closed"], rows[1]["state"]) == ("", "CLOSED")
    assert "sells" not in rows[0]


def test_no_positions_for_spreadsheets_have_their_heads(run, service):
    service(AskPositions=PositionsReport(()))
    assert run("positions", "--csv").output.startswith("lot,pair,base,quote,state")


def test_explain_for_people_and_for_programs(run, service):
    document = explanation(explained(lots.sold(20), None, NOW_MS))
    asked = service(ExplainLot=LotExplained(document))
    assert "Lot BTCUSDT-20  closed" in run("explain", "btcusdt-20").output
    assert json.loads(run("explain", "BTCUSDT-20", "--json").output) == document
    assert asked == [ExplainLot(lot="BTCUSDT-20"), ExplainLot(lot="BTCUSDT-20")]


def test_a_lot_that_is_not_there_is_1(run, service):
    service(ExplainLot=ServiceError("there is no lot X-1; `lotkeeper positions --all` lists them"))
    result = run("explain", "x-1")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)

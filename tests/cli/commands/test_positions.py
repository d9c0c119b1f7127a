"""`lotkeeper positions`."""

import csv
import io
import json

from actors.ledger.positions import position
from lotkeeper.service.errors import ServiceError
from messages.control import (
    AskPositions,
    AskStatus,
    PositionsReported,
    StatusReported,
)
from tests.cli.views.rendering import sample_status
from tests.persistence import lots

LOTS = (position(lots.lot(7)), position(lots.sold(20)))


def test_positions_for_people(run, service):
    asked = service(AskPositions=PositionsReported(LOTS), AskStatus=StatusReported(sample_status()))
    result = run("positions", "--all", "--pair", "btcusdt", "--limit", "5", COLUMNS="140")
    assert result.exit_code == 0
    assert "BTCUSDT-7" in result.output
    assert "60100" in result.output
    assert asked == [AskPositions("BTCUSDT", False, 5), AskStatus()]


def test_positions_do_not_need_the_monitor(run, service):
    service(AskPositions=PositionsReported(LOTS), AskStatus=ServiceError("the monitor is being restarted"))
    assert "BTCUSDT-7" in run("positions", COLUMNS="140").output


def test_no_positions_are_said_in_words(run, service):
    service(AskPositions=PositionsReported(()))
    assert run("positions").output.startswith("no lots")
    assert json.loads(run("positions", "--json").output) == []


def test_positions_for_programs(run, service):
    """Each lot with its nearest trigger, and how far that is from the bid of its pair."""
    asked = service(AskPositions=PositionsReported(LOTS), AskStatus=StatusReported(sample_status()))
    found = json.loads(run("positions", "--json").output)
    assert [{key: value for key, value in each.items() if key != "away_pct"} for each in found] == list(LOTS)
    # the SELL at 70000 is 16.4725... % above the bid of 60100
    assert [(each["nearest_trigger"], each["away_pct"]) for each in found] == [("70000", "16.47"), (None, None)]
    assert asked == [AskPositions("", True, 1000), AskStatus()]


def test_positions_for_spreadsheets(run, service):
    service(AskPositions=PositionsReported(LOTS), AskStatus=ServiceError("the monitor is being restarted"))
    rows = list(csv.DictReader(io.StringIO(run("positions", "--csv").output)))
    assert [row["lot"] for row in rows] == ["BTCUSDT-7", "BTCUSDT-20"]
    assert rows[0]["cost"] == "32000.05"
    assert (rows[0]["closed"], rows[1]["state"]) == ("", "CLOSED")
    assert "sells" not in rows[0]


def test_no_positions_for_spreadsheets_have_their_heads(run, service):
    service(AskPositions=PositionsReported(()))
    assert run("positions", "--csv").output.startswith("lot,pair,base,quote,state")

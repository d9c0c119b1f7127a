"""`lotkeeper positions`."""

import csv
import io
import json
from dataclasses import replace

import pytest

from actors.ledger.positions import position
from lotkeeper.service.errors import ServiceError
from messages.control import AskPositions, AskStatus, PositionsReported, StatusReported
from tests.cli.views.rendering import sample_status
from tests.persistence import lots

OPEN, CLOSED = lots.lot(7), lots.sold(20)
LOTS = (position(OPEN), position(CLOSED))
DAY_MS = 86_400_000


def later(known, days):
    """The lot, bought so many days later."""
    return replace(known, buys=tuple(replace(each, time_ms=each.time_ms + days * DAY_MS) for each in known.buys))


@pytest.fixture
def found(store):
    """A database with an open lot and a closed one, which was bought a day later."""
    lots.record(store, OPEN, later(CLOSED, 1))
    return store


def names(result):
    return [each["lot"] for each in json.loads(result.output)]


def test_positions_for_people(run, service):
    asked = service(AskPositions=PositionsReported(LOTS), AskStatus=StatusReported(sample_status()))
    result = run("positions", "--all", "--pair", "btcusdt", "--limit", "5", COLUMNS="140")
    assert result.exit_code == 0
    assert "BTCUSDT-7" in result.output
    assert "60100" in result.output
    assert asked == [AskPositions("BTCUSDT", False, 6), AskStatus()]


def test_positions_do_not_need_the_monitor(run, service):
    service(AskPositions=PositionsReported(LOTS), AskStatus=ServiceError("the monitor is being restarted"))
    assert "BTCUSDT-7" in run("positions", COLUMNS="140").output


def test_without_a_running_service_they_are_those_of_the_database_for_who_asks_for_a_state(run, found):
    assert run("positions").exit_code == 3
    assert "BTCUSDT-7" in run("positions", "--state", "selling", COLUMNS="140").output


def test_nothing_was_recorded_yet(run, config):
    result = run("positions", "--state", "closed")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no database" in result.stderr
    assert not list(config.parent.glob("*.sqlite*"))


def test_no_positions_are_said_in_words(run, service, store):
    service(AskPositions=PositionsReported(()))
    assert run("positions").output.startswith("no lots")
    assert run("positions", "--pair", "ETHUSDT").output == "no such lots\n"
    assert run("positions", "--state", "closed").output == "no such lots\n"
    assert json.loads(run("positions", "--json").output) == []


def test_positions_for_programs(run, service):
    """Each lot with its nearest trigger, and how far that is from the bid of its pair."""
    asked = service(AskPositions=PositionsReported(LOTS), AskStatus=StatusReported(sample_status()))
    listed = json.loads(run("positions", "--json").output)
    assert [{key: value for key, value in each.items() if key != "away_pct"} for each in listed] == list(LOTS)
    # the SELL at 70000 is 16.4725... % above the bid of 60100
    assert [(each["nearest_trigger"], each["away_pct"]) for each in listed] == [("70000", "16.47"), (None, None)]
    assert asked == [AskPositions("", True, 1001), AskStatus()]


def test_only_those_of_a_pair_a_state_or_a_time(run, found):
    assert names(run("positions", "--json", "--since", "2000-01-01")) == ["BTCUSDT-7"]
    assert names(run("positions", "--json", "--state", "closed")) == ["BTCUSDT-20"]
    assert names(run("positions", "--json", "--state", "SELLING", "--state", "closed")) == ["BTCUSDT-20", "BTCUSDT-7"]
    assert run("positions", "--json", "--all", "--since", "2000-01-01", "--pair", "ethusdt").exit_code == 1
    assert names(run("positions", "--json", "--all", "--pair", "btcusdt", "--until", "2023-11-14")) == ["BTCUSDT-7"]
    assert names(run("positions", "--json", "--all", "--since", "2023-11-15")) == ["BTCUSDT-20"]


def test_a_page_after_the_other(run, store):
    lots.record(store, *(later(lots.lot(number), number) for number in range(1, 6)))
    first = run("positions", "--since", "2000-01-01", "--limit", "2", COLUMNS="200").output
    assert first.splitlines()[-1] == "there are older ones: --before BTCUSDT-4"
    assert names(run("positions", "--since", "2000-01-01", "--json", "--limit", "2")) == ["BTCUSDT-5", "BTCUSDT-4"]
    lots.record(store, later(lots.lot(9), 9))  # what comes meanwhile moves no page
    assert names(run("positions", "--json", "--limit", "2", "--before", "btcusdt-4")) == ["BTCUSDT-3", "BTCUSDT-2"]
    last = run("positions", "--limit", "2", "--before", "BTCUSDT-2", COLUMNS="200").output
    assert "BTCUSDT-1" in last
    assert "older" not in last


def test_a_page_after_a_lot_that_is_not_there(run, found):
    result = run("positions", "--before", "BTCUSDT-99")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--before: there is no lot BTCUSDT-99" in result.stderr


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


def test_a_file_gets_every_column_also_where_reasons_are_long(run, service):
    """Of a terminal the width counts; a pipe has none."""
    reason = "no stop: nearer lots have the few that the exchange takes, or it refused the last ones"
    service(AskPositions=PositionsReported(({**LOTS[0], "reason": reason},)), AskStatus=StatusReported(sample_status()))
    heads = " ".join(run("positions", COLUMNS="80").output.splitlines()[0].split())
    assert heads == "Lot State Received Cost SELL at Away Sold Bid Realised Held Why"

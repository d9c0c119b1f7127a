"""`lotkeeper orders`."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal as D

from actors.ledger.positions import position
from lotkeeper.service.errors import ServiceError
from messages.control import AskPositions, AskStatus, PositionsReported, StatusReported
from tests.actors.gateway.exchange_memory import NOW_MS
from tests.actors.monitor import reports
from tests.cli.views.rendering import sample_status
from tests.lotkeeper.trading import make
from tests.persistence import lots

BUY = replace(make.buy_report(8, "0.4", "PARTIALLY_FILLED"), quantity=D(1), created_ms=NOW_MS)
WAITING = replace(make.buy_report(9, "0", "NEW"), quantity=D(2), price=D(90))
LOTS = (position(lots.lot(7)), position(lots.sold(20)))


def answers(*buys, lots=LOTS):
    pairs = {"BTCUSDT": reports.pair(open_buys=buys)}
    return {"AskPositions": PositionsReported(lots), "AskStatus": StatusReported(sample_status(pairs=pairs))}


def test_our_sells_and_every_open_buy_are_listed_as_in_an_order_book(run, service):
    asked = service(**answers(WAITING, BUY))
    found = json.loads(run("orders", "--json").output)
    assert [(each["side"], each["price"], each["executed"], each["lot"]) for each in found] == [
        ("SELL", "70000", "0", "BTCUSDT-7"),
        ("BUY", "100", "0.4", "BTCUSDT-8"),
        ("BUY", "90", "0", None),
    ]
    assert found[1] == {
        "pair": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "client_order_id": "web_1",
        "order_id": 8,
        "lot": "BTCUSDT-8",
        "state": "PARTIALLY_FILLED",
        "price": "100",
        "stop_price": None,
        "quantity": "1",
        "executed": "0.4",
        "sent": "2023-11-14T22:13:20.000+00:00",
    }
    assert asked == [AskPositions("", True, 100_000), AskStatus()]


def test_a_person_sees_them_in_a_table(run, service):
    service(**answers(BUY))
    lines = run("orders", COLUMNS="160").output.splitlines()
    row = next(line for line in lines if "web_1" in line)
    assert " ".join(row.split()[:10]) == "BTCUSDT BUY limit 100 1 0.4 partially filled web_1 BTCUSDT-8"


def test_only_those_of_one_pair(run, service):
    service(**answers(BUY, lots=()))
    assert run("orders", "--pair", "ethusdt").output == "no open orders\n"
    assert len(json.loads(run("orders", "--pair", "btcusdt", "--json").output)) == 1


def test_orders_for_spreadsheets(run, service):
    service(**answers(BUY))
    rows = list(csv.DictReader(io.StringIO(run("orders", "--csv").output)))
    assert [(row["side"], row["quantity"]) for row in rows] == [("SELL", "0.4995"), ("BUY", "1")]
    assert run("orders", "--csv", "--json").exit_code == 2


def test_without_the_monitor_nothing_is_said_of_buys(run, service):
    service(AskPositions=PositionsReported(LOTS), AskStatus=ServiceError("the monitor is being restarted"))
    assert run("orders").exit_code == 1

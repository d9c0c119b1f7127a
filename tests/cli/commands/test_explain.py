"""`lotkeeper explain`."""

import json

from actors.ledger.explanation import explanation
from actors.ledger.positions import position
from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.reports.explanation import explain
from messages.control import AskPositions, AskStatus, ExplainLot, LotExplained, PositionsReported, StatusReported
from tests.actors.monitor.reports import NOW_MS
from tests.cli.views.rendering import sample_status
from tests.persistence import lots


def test_explain_for_people_and_for_programs(run, service):
    document = explanation(explain(lots.sold(20), None, NOW_MS))
    asked = service(ExplainLot=LotExplained(document))
    assert "Lot BTCUSDT-20  closed" in run("explain", "btcusdt-20").output
    assert json.loads(run("explain", "BTCUSDT-20", "--json").output) == document
    assert asked == [ExplainLot(lot="BTCUSDT-20"), ExplainLot(lot="BTCUSDT-20")]


def test_a_lot_that_is_not_there_is_1(run, service):
    refused = ServiceError("there is no lot BTCUSDT-70; `lotkeeper positions --all` lists them")
    asked = service(ExplainLot=refused, AskPositions=PositionsReported((position(lots.lot(7)), position(lots.lot(1)))))
    result = run("explain", "btcusdt-70")
    assert (result.exit_code, result.stderr) == (1, f"Error: {refused}; did you mean BTCUSDT-7 or BTCUSDT-1?\n")
    assert asked == [ExplainLot("BTCUSDT-70"), AskPositions("BTCUSDT", False, 500)]


def test_the_exits_of_an_open_lot_say_how_far_the_bid_is_from_them(run, service):
    document = explanation(explain(lots.lot(7), None, NOW_MS))
    asked = service(ExplainLot=LotExplained(document), AskStatus=StatusReported(sample_status()))
    (found,) = json.loads(run("explain", "BTCUSDT-7", "--json").output)["exits"]
    assert (found["client_order_id"], found["trigger"], found["away_pct"]) == ("lk1-7-1", "70000", "16.47")
    assert "+16.47 % from the bid" in run("explain", "BTCUSDT-7", COLUMNS="140").output
    assert asked.count(AskStatus()) == 2


def test_without_the_monitor_the_distance_is_left_out(run, service):
    document = explanation(explain(lots.lot(7), None, NOW_MS))
    service(ExplainLot=LotExplained(document), AskStatus=ServiceError("the monitor is being restarted"))
    assert "from the bid" not in run("explain", "BTCUSDT-7", COLUMNS="140").output

"""`lotkeeper explain`."""

import json

from actors.ledger.explanation import explanation
from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.reports.explanation import explain
from messages.control import (
    ExplainLot,
    LotExplained,
)
from tests.actors.monitor.reports import NOW_MS
from tests.persistence import lots


def test_explain_for_people_and_for_programs(run, service):
    document = explanation(explain(lots.sold(20), None, NOW_MS))
    asked = service(ExplainLot=LotExplained(document))
    assert "Lot BTCUSDT-20  closed" in run("explain", "btcusdt-20").output
    assert json.loads(run("explain", "BTCUSDT-20", "--json").output) == document
    assert asked == [ExplainLot(lot="BTCUSDT-20"), ExplainLot(lot="BTCUSDT-20")]


def test_a_lot_that_is_not_there_is_1(run, service):
    service(ExplainLot=ServiceError("there is no lot X-1; `lotkeeper positions --all` lists them"))
    result = run("explain", "x-1")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)

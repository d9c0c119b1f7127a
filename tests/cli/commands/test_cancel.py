"""`lotkeeper cancel`."""

import getpass
import json
from dataclasses import replace
from decimal import Decimal as D

from actors.ledger.positions import position
from messages.control import CommandDone, PositionsReported, StatusReported
from messages.pair_commands import CancelOrder, WithdrawSale
from tests.actors.monitor import reports
from tests.cli.views.rendering import sample_status
from tests.lotkeeper.trading import make
from tests.persistence import lots

BUY = replace(make.buy_report(18, "0.4", "PARTIALLY_FILLED"), quantity=D(1))
LOTS = PositionsReported((position(lots.lot(7)),))
WHO = getpass.getuser()


def answers(*buys, **more):
    pairs = {"BTCUSDT": reports.pair(open_buys=buys or (BUY,)), "ETHUSDT": reports.pair("ETHUSDT", **more)}
    status = StatusReported(sample_status(pairs=pairs))
    done = {each: CommandDone("it is done") for each in ("CancelOrder", "WithdrawSale")}
    return {"AskPositions": LOTS, "AskStatus": status, **done}


def test_an_order_is_found_by_either_id_and_asked_about_before_it_is_cancelled(run, service):
    for name in ("web_1", "18", "lk1-7-1"):
        asked = service(**answers())
        result = run("cancel", name, "--why", "news", answer="y\n")
        assert (result.exit_code, "To be done: it is done." in result.output) == (0, True)
        dry, done = (CancelOrder("BTCUSDT", name, WHO, "news", each) for each in (True, False))
        assert asked[2:] == [dry, replace(done, shown="it is done")]


def test_a_lot_by_its_name_has_its_sale_withdrawn(run, service):
    asked = service(**answers())
    assert json.loads(run("cancel", "btcusdt-7", "--yes", "--json").output) == {"done": "it is done"}
    assert asked[1:] == [WithdrawSale("BTCUSDT", "BTCUSDT-7", WHO, "", False)]


def test_a_dry_run_only_says_it(run, service):
    asked = service(**answers())
    assert run("cancel", "web_1", "--dry-run").output == "it is done\n"
    assert asked[2:] == [CancelOrder("BTCUSDT", "web_1", WHO, "", True)]


def test_an_order_that_is_not_open_and_an_id_of_two_orders_are_1(run, service):
    service(**answers())
    assert "is no open order" in run("cancel", "web_9").output
    service(**answers(open_buys=(BUY,)))
    assert "an order of BTCUSDT and of ETHUSDT" in run("cancel", "18").output

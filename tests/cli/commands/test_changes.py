"""`lotkeeper changes`."""

import json
from decimal import Decimal as D

from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.policy import ExitPolicy
from messages.configuration import AskChanges, ChangesReported

CHANGE = {
    "lot": "BTCUSDT-7",
    "pair": "BTCUSDT",
    "base": "BTC",
    "quote": "USDT",
    "client_order_id": "lk1-7-1",
    "quantity": "1",
    "price": "101.11",
    "new_price": "103.11",
    "wanted_profit": "1",
    "new_wanted_profit": "3",
}


def test_each_sell_stands_in_a_row_with_both_prices(run, service):
    service(AskChanges=ChangesReported((CHANGE,)))
    row = next(line for line in run("changes").output.splitlines() if "BTCUSDT-7" in line)
    assert row.split() == ["BTCUSDT-7", "lk1-7-1", "1", "BTC", "101.11", "103.11", "1", "USDT", "3", "USDT"]


def test_programs_get_them_as_they_are(run, service):
    service(AskChanges=ChangesReported((CHANGE,)))
    assert json.loads(run("changes", "--json").output) == [CHANGE]


def test_the_exits_of_the_configuration_file_are_asked_about(run, service):
    asked = service(AskChanges=ChangesReported(()))
    assert run("changes").output == "no standing SELL would be placed again\n"
    (message,) = asked
    assert isinstance(message, AskChanges)
    assert all(isinstance(policy, ExitPolicy) for _, policy in message.policies)
    assert {policy.net_profit_pct for _, policy in message.policies} == {D("0.5")}


def test_a_service_that_refuses_is_1(run, service):
    service(AskChanges=ServiceError("the database cannot be opened"))
    assert run("changes").exit_code == 1


def test_a_spreadsheet_gets_a_line_each(run, service):
    service(AskChanges=ChangesReported((CHANGE,)))
    head, line = run("changes", "--csv").output.splitlines()
    assert head.split(",") == list(CHANGE)
    assert line.split(",") == list(CHANGE.values())

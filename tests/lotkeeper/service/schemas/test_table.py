"""Each command that prints JSON has a schema, and the schemas find what breaks them."""

import click
import orjson
import pytest

from cli.group import lotkeeper
from lotkeeper.service.schemas.table import LOG_LINE, SCHEMAS, file_name, json_schema, problems
from tests.actors.monitor import reports
from tests.cli.views.rendering import sample_status
from tests.docs.test_cli_page import COMMANDS
from tests.lotkeeper.service.schemas.checking import broken_schema, command_of

WITH_JSON = [name for name, command in COMMANDS.items() if any("--json" in each.opts for each in command.params)]
NO_COMMANDS = {"error", LOG_LINE}
CHECKED_ELSEWHERE = {"paper"}  # the judge's document is that of the exchange simulator (docs/reference/simulator.md)


def test_every_command_with_json_has_its_schema_and_no_other_has_one():
    assert set(WITH_JSON) - CHECKED_ELSEWHERE == SCHEMAS.keys() - NO_COMMANDS


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_names_its_command_and_its_version(name):
    found = json_schema(name)
    assert found["$id"] == file_name(name)
    assert found["x-version"] == SCHEMAS[name].version
    assert (name in found["title"]) or name in NO_COMMANDS
    assert orjson.loads(orjson.dumps(found)) == found


def status(**changes):
    return orjson.dumps(sample_status(pairs={"BTCUSDT": reports.pair()}) | changes)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (status(), ""),
        (status(health=1), "health"),
        (status(more="x"), "more"),
        (status(started="yesterday"), "started"),
        (b'{"health": "ok"}', "problems"),
        (b"nonsense", ""),
    ],
)
def test_what_breaks_a_schema_is_found(content, where):
    found = problems("status", content)
    assert (found == []) == (content == status())
    assert any(where in each for each in found) or content == status()


def test_an_amount_is_a_text_of_plain_digits():
    row = {"quote": "USDT", "sales": 1, "fees": {}, **dict.fromkeys(("cost", "proceeds", "sell_fees", "profit"), "1")}
    document = {"by": "pair", "time_zone": "UTC", "since": None, "until": None, "totals": [], "uncounted_lots": 0}
    for amount, is_right in (("-0.001", True), ("1E-7", False), ("", False), (1, False)):
        rows = [{**row, "by_hand": amount}]
        found = problems("profit", orjson.dumps({**document, "rows": rows, "impossible_lots": []}))
        assert (found == []) is is_right, amount


def test_the_tests_of_commands_check_what_is_printed():
    assert command_of(("db", "check", "--json")) == "db check"
    assert command_of(("--version",)) == ""
    assert broken_schema(("stop", "--json"), 0, b'{"done": 7}')
    assert broken_schema(("stop", "--json"), 3, b'{"error": "not running"}') == []
    assert broken_schema(("stop", "--json"), 3, b'{"error": 7}')
    assert broken_schema(("stop",), 0, b"lotkeeper is stopped\n") == []


def test_the_table_is_of_commands_that_exist():
    context = click.Context(lotkeeper)
    assert {name.split()[0] for name in SCHEMAS.keys() - NO_COMMANDS} <= set(lotkeeper.list_commands(context))

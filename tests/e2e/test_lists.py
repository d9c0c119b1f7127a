"""Every list of a running service, as one JSON document that keeps its schema, and as comma-separated values."""

import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

YEAR = str(datetime.now(UTC).year)
LISTS: tuple[tuple[str, ...], ...] = (
    ("todo",),
    ("pairs",),
    ("positions", "--all"),
    ("orders", "--all"),
    ("fills",),
    ("decisions",),
    ("profit",),
    ("tax", "--year", YEAR),
    ("changes",),
)


def test_each_list_is_printed_for_programs_and_for_spreadsheets(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--depth", "100000"], profit_pct="5") as system:
        system.run()
        sold = f"BTCUSDT-{system.buy('BTCUSDT')}"
        wait_for("its lot", lambda: len(system.positions()) == 1)
        assert system.command("sell", sold, "--market", "--below-floor", "--yes").returncode == 0
        wait_for("it is sold", lambda: system.positions() == [])
        system.buy("BTCUSDT")
        wait_for("its SELL", lambda: [each["state"] for lot in system.positions() for each in lot["sells"]] == ["OPEN"])
        for words in LISTS:
            _check_list(system, words)
        shown = orjson.loads(system.command("config", "show", "--json").stdout)
        assert list(shown["pairs"]) == ["BTCUSDT"]
        assert system.command("config", "check").returncode == 0


def _check_list(system: SystemUnderTest, words: tuple[str, ...]) -> None:
    """`command` checks the schema."""
    printed = system.command(*words, "--json")
    assert printed.returncode == 0, (words, printed.stderr)
    found = orjson.loads(printed.stdout)
    rows = found["rows"] if isinstance(found, dict) else found
    values = system.command(*words, "--csv")
    assert values.returncode == 0, (words, values.stderr)
    lines = list(csv.DictReader(StringIO(values.stdout)))
    assert len(lines) == len(rows), words

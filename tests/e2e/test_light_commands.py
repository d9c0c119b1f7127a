"""The commands that a person types most often import only what they need, against a service that runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.cli.test_group import HEAVY, LOADED
from tests.e2e.environment import ROOT, SystemUnderTest

pytestmark = pytest.mark.e2e

# Each of these takes longer to import than the whole answer takes.
NOT_TO_ASK = HEAVY | {"logging", "lotkeeper.config", "messages.lifecycle", "pydantic", "thespian", "yaml"}
NOT_WITHOUT_A_TABLE = NOT_TO_ASK | {"rich"}
NO_EMOJI = {"rich._emoji_codes"}


def test_what_asks_the_service_reads_no_configuration_and_needs_no_thespian(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        system.buy("BTCUSDT")
        wait_for("the lot", system.positions)
        (lot,) = (each["lot"] for each in system.positions())
        for words in (("status",), ("positions",), ("todo",), ("pairs",), ("explain", lot)):
            assert loaded(system, *words, "--json") & NOT_WITHOUT_A_TABLE == set(), words
        for words in (("pause", "BTCUSDT", "--yes"), ("resume", "BTCUSDT", "--yes")):
            assert loaded(system, *words, "--json") & NOT_WITHOUT_A_TABLE == set(), words
        for words in (("status",), ("positions",), ("pairs",)):
            assert loaded(system, *words) & (NOT_TO_ASK | NO_EMOJI) == set(), words


def test_a_changed_configuration_is_read(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        text = system.config.read_text()
        assert "pydantic" in loaded(system, "status", "--json", LOTKEEPER_EXIT__NET_PROFIT_PCT="2")
        system.config.write_text(f"{text}\n# changed\n")
        assert "pydantic" in loaded(system, "status", "--json")
        assert "pydantic" in loaded(system, "config", "reload", "--yes")
        assert "pydantic" not in loaded(system, "status", "--json")
        system.config.write_text(text.replace('net_profit_pct: "50"', 'net_profit_pct: "many"'))
        broken = system.command("status")
        system.config.write_text(text)
        assert (broken.returncode, "net_profit_pct" in broken.stderr) == (2, True), broken.stderr


def loaded(system: SystemUnderTest, *words: str, **env: str) -> set[str]:
    """The modules that the command has imported at its end."""
    command = [sys.executable, "-c", LOADED, *words, "--config", str(system.config)]
    environment = {**system.service.environment(), **env}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(result.stderr.splitlines()[-1].split())

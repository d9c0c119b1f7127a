"""Several services: of one address at one budget broker, which hangs and ends; and one that is read over ssh."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from benchmarks.fleet.figures import read_figures
from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.service.schemas.table import problems
from lotkeeper.verification.drill.actions import TraderAction
from lotkeeper.verification.drill.trader_client import TraderClient
from lotkeeper.verification.staging.fleet import StagedFleet
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import ROOT, lotkeeper
from tests.lotkeeper.service.fleet.sshd import LoopbackSshd, is_there

pytestmark = pytest.mark.e2e
ARGUMENTS = ("--symbol", "BTCUSDT", "--weight-limit", "1200", "--step-ms", "500", "--depth", "100000")
BUYS = 5


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[StagedFleet]:
    with StagedFleet(tmp_path, 3, ARGUMENTS, profit_pct="0.5") as staged:
        yield staged


@pytest.fixture
def traders(fleet: StagedFleet) -> list[TraderClient]:
    pairs = parse_exchange_info(fleet.exchange_info()).pairs
    return [TraderClient(fleet.exchange, pairs, member.name) for member in fleet.members]


def buy(traders: list[TraderClient]) -> int:
    """A BUY of each account; how many the exchange took."""
    return sum(trader.perform(TraderAction(0, "buy", "BTCUSDT", 0.5, "50")) for trader in traders)


def shares(fleet: StagedFleet) -> list[dict[str, object]]:
    return [member.status().get("gateway", {}).get("broker", {}) for member in fleet.members]


def test_services_of_one_address_stay_within_its_limit(fleet: StagedFleet, traders: list[TraderClient]) -> None:
    fleet.start_broker()
    for member in fleet.members:
        member.service.start()
    wait_for("all are well", lambda: all(member.is_well() for member in fleet.members))
    wait_for("all share", lambda: [each.get("services") for each in shares(fleet)] == [3, 3, 3])
    accounts = {"account-1", "account-2", "account-3"}
    known = {each["service"] for each in fleet.members[0].status()["gateway"]["broker"]["shares"]}
    assert known - {f"{each}:start" for each in accounts} == accounts  # what a start has asked is told for a minute
    done = lotkeeper("broker", "--socket", str(fleet.socket))
    assert (done.returncode, done.stderr) == (1, f"Error: a broker listens on {fleet.socket} already\n")

    configs = [word for member in fleet.members for word in ("--config", str(member.config))]
    done = lotkeeper("fleet", "status", "--json", "--within", "60", *configs)
    document = orjson.loads(done.stdout)
    assert (done.returncode, document["well"], problems("fleet status", done.stdout.encode())) == (0, True, [])
    assert [row["name"] for row in document["services"]] == ["account-1", "account-2", "account-3"]
    assert all(row["budget"]["broker"] and row["budget"]["share"] for row in document["services"])

    bought = sum(buy(traders) for _ in range(BUYS))
    fleet.controls.fault("cut", socket="all")
    bought += sum(buy(traders) for _ in range(BUYS))
    wait_for("all are well again", lambda: all(member.is_well() for member in fleet.members))

    os.kill(fleet.broker_pid(), signal.SIGSTOP)
    wait_for("all say that it hangs", lambda: not any(each.get("connected") for each in shares(fleet)))
    bought += buy(traders)
    os.kill(fleet.broker_pid(), signal.SIGCONT)
    wait_for("all share again", lambda: all(each.get("connected") for each in shares(fleet)))

    fleet.stop_broker()
    wait_for("all say that it is gone", lambda: not any(each.get("connected") for each in shares(fleet)))
    assert "budget broker: " in " ".join(fleet.members[0].status()["problems"])
    bought += buy(traders)
    fleet.start_broker()
    wait_for("all share again", lambda: all(each.get("connected") for each in shares(fleet)))

    def is_all_for_sale() -> bool:
        fleet.controls.summary()  # makes the exchange write its whole journal
        figures = read_figures(fleet.journal)
        return len(figures.buys) == bought and not figures.unsold

    wait_for("every BUY has its SELL", is_all_for_sale)
    assert bought == 3 * (2 * BUYS + 2)
    figures = read_figures(fleet.journal)
    assert (dict(figures.refusals), figures.violations) == ({}, ())
    assert figures.most_weight <= 1200


@pytest.mark.skipif(not is_there(), reason="sshd, ssh or ssh-keygen is not installed")
def test_a_service_is_read_over_ssh(tmp_path: Path) -> None:
    program = tmp_path / "lotkeeper"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m cli.main "$@"\n')
    program.chmod(0o755)
    with StagedFleet(tmp_path / "fleet", 1, ARGUMENTS, profit_pct="0.5", has_broker=False) as fleet:
        (member,) = fleet.members
        fleet.start(member)
        listed = tmp_path / "fleet.yaml"
        listed.write_text(f"services: [{{host: here, config: {member.config}, program: {program}}}]\n")
        with LoopbackSshd(tmp_path / "ssh") as server:
            words = ("--fleet", str(listed), "--ssh-config", str(server.config), "--within", "60", "--json")
            done = lotkeeper("fleet", "status", *words)
    (row,) = orjson.loads(done.stdout)["services"]
    assert (done.returncode, row["name"], row["host"], row["health"]) == (0, "here:account-1", "here", "ok")
    assert (row["pairs"], row["budget"]["broker"]) == (1, None)

"""Wrong usages against a running service: each has its exit code and its one sentence, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from cli.group import lotkeeper as command
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest, lotkeeper

pytestmark = pytest.mark.e2e

NO_PAIR = "is not a configured pair; configured: BTCUSDT, ETHUSDT"


class Wrong(NamedTuple):
    """`{lot}` is an open lot of BTCUSDT, `{sold}` a closed one of ETHUSDT, `{order}` the BUY of the first."""

    words: str
    sentence: str


REFUSED = [
    Wrong("pause DOGEUSDT", f"DOGEUSDT {NO_PAIR}"),
    Wrong("resume btcust", f"BTCUST {NO_PAIR}"),
    Wrong("positions --pair X", f"X {NO_PAIR}"),
    Wrong("reconcile X", f"X {NO_PAIR}"),
    Wrong("buy X --quote 50", f"X {NO_PAIR}"),
    Wrong("adopt X --order 1", f"X {NO_PAIR}"),
    Wrong("wait --proven --pair X", f"X {NO_PAIR}"),
    Wrong("todo --pair X", f"X {NO_PAIR}"),
    Wrong("fills --pair X", "X is not a configured pair, and nothing of it is recorded"),
    Wrong("fills --pair BTCUSDC", "; did you mean BTCUSDT?"),
    Wrong("explain {lot}9", "there is no lot {lot}9; `lotkeeper positions --all` lists them; did you mean {lot}?"),
    Wrong("sell {lot}9 --market", "{lot}9 is no open lot; `lotkeeper positions` lists them; did you mean {lot}?"),
    Wrong("sell {sold} --market", "; `lotkeeper explain {sold}` shows what it earned"),
    Wrong(
        "sell {lot} --at 70000.001",
        "a price of 70000.001 is no multiple of the tick 0.01; the nearest are 70000 and 70000.01",
    ),
    Wrong("sell {lot} --market --quantity 0.00000001", "0.00000001 BTC is no multiple of the step 0.00001"),
    Wrong("sell {lot} --market --quantity 5", "left to sell, less than 5"),
    Wrong("sell {lot} --at 100", "--below-floor sells all the same"),
    Wrong("sell {lot} --market", "--below-floor sells all the same"),
    Wrong(
        "cancel {lot}9", "{lot}9 is no open order and no open lot; `lotkeeper orders` lists them; did you mean {lot}"
    ),
    Wrong("resolve lk1-1-1", "lk1-1-1 is not an order of unknown outcome; these are: none"),
    Wrong("buy BTCUSDT --quote 0.5", "NOTIONAL: notional 0.5; the nearest allowed is 5"),
    Wrong("buy BTCUSDT --quantity 0.001 --at 50000.001", "PRICE_FILTER: price 50000.001; the nearest allowed is 50000"),
    Wrong("buy BTCUSDT --quantity 0.001 --at 900000000", "it would buy from your own SELL at"),
    Wrong("buy BTCUSDT --quote 100000000 --yes", "insufficient balance"),
    Wrong("adopt BTCUSDT --order 999999", "the exchange has no trades of a BUY order 999999 on BTCUSDT"),
    Wrong("adopt BTCUSDT --order {order}", "order {order} is lot {lot} already"),
    Wrong(
        "adopt BTCUSDT --quantity 5 --cost 100", "the account holds nothing that no lot has, and 5 BTC was asked for"
    ),
    Wrong("dismiss BTCUSDT", "no coins are known to have come to BTCUSDT without a trade"),
    Wrong("start", "lotkeeper is already running with this configuration"),
    Wrong("db restore x.sqlite", "the service runs with this database: `lotkeeper stop` first"),
    Wrong("db backup {config}", "exists, and is not overwritten: give another name, or remove it"),
]


class Running(NamedTuple):
    system: SystemUnderTest
    names: dict[str, str]

    def run(self, words: str) -> Result:
        arguments = [word.format(**self.names) for word in words.split()]
        return CliRunner().invoke(
            command,
            [*arguments, "--config", str(self.system.config)],
            env=self.system.service.environment(),
            prog_name="lotkeeper",
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("wrong")
    arguments = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT", "--depth", "100000"]
    with SystemUnderTest(folder, arguments, profit_pct="5") as system:
        system.run()
        order, sold = system.buy("BTCUSDT"), f"ETHUSDT-{system.buy('ETHUSDT')}"
        wait_for("both lots", lambda: len(system.positions()) == 2)
        assert system.command("sell", sold, "--market", "--below-floor", "--yes").returncode == 0
        wait_for("one is sold", lambda: [each["pair"] for each in system.positions()] == ["BTCUSDT"])
        names = {"lot": f"BTCUSDT-{order}", "order": str(order), "sold": sold, "config": str(system.config)}
        yield Running(system, names)


@pytest.mark.parametrize("wrong", REFUSED, ids=lambda wrong: wrong.words)
def test_it_is_refused_in_one_sentence(running: Running, wrong: Wrong) -> None:
    result = running.run(wrong.words)
    assert result.exit_code == 1, result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert wrong.sentence.format(**running.names) in line
    assert result.stdout == ""


@pytest.mark.parametrize("words", ["sell {lot} --at-floor", "buy BTCUSDT --quote 50", "pause BTCUSDT"])
def test_a_program_that_does_not_say_yes_is_told_to(running: Running, words: str) -> None:
    result = running.run(f"{words} --json")
    assert result.exit_code == 1
    assert "Nothing was done: with --json give --yes" in result.stdout


def test_a_second_service_for_the_account_is_refused(running: Running, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = running.system.config.read_text().replace("lots.sqlite", "other.sqlite")
    other.write_text(text.replace(str(running.system.runtime_dir), f"{running.system.runtime_dir}2"))
    refused = lotkeeper("run", "--config", str(other), env=running.system.service.environment())
    assert refused.returncode == 1, refused.stderr
    (line,) = refused.stderr.splitlines()
    assert "another lotkeeper on this machine uses this account" in line


def test_nothing_was_changed_by_any_of_it(running: Running) -> None:
    assert [each["lot"] for each in running.system.positions()] == [running.names["lot"]]
    (sell,) = running.system.positions()[0]["sells"]
    assert sell["state"] == "OPEN"
    assert running.system.controls.summary()["symbols"]["BTCUSDT"]["buys"][1:] == []

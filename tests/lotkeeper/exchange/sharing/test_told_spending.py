"""A program that runs for a moment tells the broker what it spends, and waits for nothing."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.budget.limits import MINUTE_MS, LimitKind
from lotkeeper.exchange.sharing import told_spending
from lotkeeper.exchange.sharing.broker_link import BrokerLink
from lotkeeper.exchange.sharing.lines import Hello, Report, WindowReport
from lotkeeper.exchange.sharing.told_spending import ToldSpending
from lotkeeper.verification.staging.waiting import wait_for
from tests.lotkeeper.exchange.sharing.served import ServedBroker, SilentBroker

NOW = 1_700_000_070_000
EXCHANGE, CEILING = "api.binance.com", 5_400
HELLO, COST = Hello("alice:start", EXCHANGE), Cost(weight=47)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told_spending.time, "time_ns", lambda: NOW * 1_000_000)


@pytest.fixture
def path() -> Iterator[Path]:
    """Short enough for a socket."""
    with TemporaryDirectory(prefix="lkb-", dir="/tmp") as folder:
        yield Path(folder) / "budget.sock"


def granted(broker: ServedBroker, wanted: int) -> int:
    """What another service gets of the same window."""
    before, link = broker.said.count("bob has left"), BrokerLink(broker.path)
    link.send(Hello("bob", EXCHANGE))
    window = WindowReport(LimitKind.WEIGHT, MINUTE_MS, NOW // MINUTE_MS, 6_000, 0, 0, 0, 0, wanted)
    link.send(Report(NOW, (window,)))
    (answer,) = wait_for("an answer", link.receive)
    link.close()
    wait_for("its end", lambda: broker.said.count("bob has left") > before)
    return answer.grants[0].share


def test_what_it_spends_is_granted_to_nobody_else_in_that_window(path: Path) -> None:
    with ServedBroker(path) as broker:
        with ToldSpending(path, HELLO, COST):
            wait_for("it is known", lambda: any("alice:start shares" in said for said in broker.said))
            assert granted(broker, CEILING) == 0
        wait_for("it has left", lambda: "alice:start has left" in broker.said)
        assert granted(broker, CEILING - 46) == 0
        assert granted(broker, CEILING - 47) == CEILING - 47


def test_without_a_broker_and_beside_one_that_hangs_nothing_is_waited_for(path: Path) -> None:
    with ToldSpending(path, HELLO, COST) as alone:
        assert alone._link is None
    silent = SilentBroker(path)
    with ToldSpending(path, HELLO, COST) as unheard:
        assert unheard._link is not None
    silent.close()


def test_a_broker_that_ends_meanwhile_is_no_error(path: Path) -> None:
    with ServedBroker(path) as broker, ToldSpending(path, HELLO, COST):
        broker.stop()


def test_near_the_end_of_a_window_it_counts_in_the_next_one_too() -> None:
    told = ToldSpending(Path("none"), HELLO, Cost(weight=47, connections=2))
    for at_ms, windows in ((NOW, [1, 1]), (NOW - 39_000, [2, 1]), (NOW + 21_000, [2, 2])):
        told._at_ms = at_ms
        found = [each.kind for each in told._report(is_answered=False).windows]
        assert [found.count(kind) for kind in (LimitKind.WEIGHT, LimitKind.CONNECTIONS)] == windows

"""What a start and the doctor ask is known to a broker, which is a process as in operation."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lotkeeper.config import Config, Secrets, load_config
from lotkeeper.exchange.budget.limits import MINUTE_MS, LimitKind
from lotkeeper.exchange.sharing.broker_link import BrokerLink, BrokerLostError
from lotkeeper.exchange.sharing.lines import Hello, Report
from lotkeeper.service.configuration import broker_place
from lotkeeper.service.doctor import ask_exchange as doctor
from lotkeeper.service.exchange_at_start import ask_exchange
from lotkeeper.verification.staging.waiting import wait_for
from tests.lotkeeper.exchange.http_peer import HttpPeer, answer
from tests.lotkeeper.service.test_configuration import listed, write_config

TIME = answer({"serverTime": 1_700_000_000_000})
SECRETS = Secrets("the-key")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket."""
    with TemporaryDirectory(prefix="lkb-", dir="/tmp") as path:
        yield Path(path)


def configured(folder: Path, url: str) -> tuple[Config, Path]:
    _, path = write_config(folder, url)
    nowhere = {f"LOTKEEPER_EXCHANGE__{each}_URL": "ws://127.0.0.1:9" for each in ("WS_API", "STREAM")}
    more = {
        "LOTKEEPER_EXCHANGE__BUDGET_SOCKET": str(folder / "budget.sock"),
        "LOTKEEPER_EXCHANGE__BUDGET_NAME": "alice",
    }
    return load_config(path, {**nowhere, **more}), path


@pytest.fixture
def broker(folder: Path) -> Iterator[Path]:
    """The path of its socket."""
    path = folder / "budget.sock"
    process = subprocess.Popen([sys.executable, "-m", "cli.main", "broker", "--socket", str(path)])
    try:
        wait_for("the broker", path.exists, 100)
        yield path
    finally:
        process.terminate()
        process.wait()


def spent(config: Config, name: str, since_ms: int) -> dict[LimitKind, int]:
    """What the broker knows of one that asked since then, in whichever window that was."""
    place, found = broker_place(config), dict[LimitKind, int]()
    assert place is not None
    link = BrokerLink(Path(place.socket))
    link.send(Hello("bob", place.exchange))
    for at_ms in (*range(since_ms, now_ms(), MINUTE_MS), now_ms()):
        link.send(Report(at_ms, ()))
        (answered,) = wait_for("an answer", link.receive)
        found |= {use.kind: use.spent for use in answered.usage if use.name == name}
    link.close()
    return found


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def test_what_a_start_asks_is_known_to_the_broker(folder: Path, broker: Path) -> None:
    with HttpPeer(TIME, *[listed("BTCUSDT", "ETHUSDT")] * 3) as peer:
        (config, path), since_ms = configured(folder, peer.url), now_ms()
        assert ask_exchange(config, path, SECRETS, needs_time=False).trouble == ""
        assert spent(config, "alice:start", since_ms)[LimitKind.WEIGHT] == 47


def test_what_the_doctor_asks_is_known_to_the_broker(folder: Path, broker: Path) -> None:
    with HttpPeer(*[TIME] * 3, listed("BTCUSDT", "ETHUSDT")) as peer:
        (config, _), since_ms = configured(folder, peer.url), now_ms()
        doctor.ask_exchange(config, None)
        found = spent(config, "alice:doctor", since_ms)
        assert (found[LimitKind.WEIGHT], found[LimitKind.CONNECTIONS]) == (49, 2)


def test_without_the_broker_a_start_asks_as_it_does_without_one(folder: Path) -> None:
    with HttpPeer(TIME, *[listed("BTCUSDT", "ETHUSDT")] * 3) as peer:
        config, path = configured(folder, peer.url)
        with pytest.raises(BrokerLostError):
            BrokerLink(folder / "budget.sock")
        assert ask_exchange(config, path, SECRETS, needs_time=False).trouble == ""

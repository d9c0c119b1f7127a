"""The HTTP server beside a real service: red while a fault is on, green only after proof, in nobody's way."""

import os
import signal
import socket
from collections.abc import Iterator

import pytest

from lotkeeper.config import load_config, web_token_file
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest
from tests.lotkeeper.web.serving import Got, bearer, get

pytestmark = pytest.mark.e2e
PAIR = "BTCUSDT"
CONFIG = "streams: {{silent_after_s: 4}}\nweb: {{loopback_port: {port}}}\n"
LONGEST_S = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class WatchedSystem:
    """A system with its HTTP server."""

    def __init__(self, system: SystemUnderTest, port: int) -> None:
        self.system, self._port = system, port

    def get(self, path: str) -> Got | None:
        """None while nobody listens."""
        try:
            token = web_token_file(load_config(self.system.config, {})).read_text().strip()
            return get(self._port, path, bearer(token))
        except OSError:
            return None

    def is_red(self) -> bool:
        """Red is 503; a connection that fails is neither."""
        got = self.get("/readyz")
        return got is not None and got.status == 503

    def is_green(self) -> bool:
        got = self.get("/readyz")
        return got is not None and got.status == 200

    def server(self) -> int:
        """The id of the process of the HTTP server."""
        (process,) = self.system.processes("WebServer")
        return process.pid


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedSystem]:
    port = free_port()
    arguments = ["--symbol", PAIR, "--ping-every", "1"]
    config = CONFIG.format(port=port)
    with SystemUnderTest(tmp_path_factory.mktemp("web"), arguments, profit_pct="50", more_config=config) as running:
        running.run()
        found = WatchedSystem(running, port)
        wait_for("a green answer", found.is_green, LONGEST_S)
        yield found


def test_it_tells_the_truth_of_the_status_and_nothing_without_the_token(watched: WatchedSystem) -> None:
    alive, ready, status = watched.get("/healthz"), watched.get("/readyz"), watched.system.status()
    assert alive is not None
    assert ready is not None
    assert status is not None
    assert (alive.status, alive.json) == (200, {"alive": True, "reasons": []})
    assert ready.json == status["readiness"] == {"ready": True, "reasons": []}
    for path in ("/healthz", "/readyz", "/metrics", "/"):
        assert get(watched._port, path).status == 401


def cut_user_stream(system: SystemUnderTest) -> None:
    system.control("faults", name="refuse-connection", times=0, for_s=5.0)
    system.control("faults", name="cut", socket="user", how="drop")


def mute_market_stream(system: SystemUnderTest) -> None:
    system.control("faults", name="mute", socket="market", seconds=20.0)
    system.control("faults", name="refuse-connection", times=0, for_s=15.0)


def kill_guardian(system: SystemUnderTest) -> None:
    (process,) = system.processes("Guardian")
    os.kill(process.pid, signal.SIGKILL)


def stop_monitor(system: SystemUnderTest) -> None:
    """It hangs; its supervisor kills it and starts another one."""
    (process,) = system.processes("Monitor")
    os.kill(process.pid, signal.SIGSTOP)


FAULTS = (cut_user_stream, mute_market_stream, kill_guardian, stop_monitor)


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_red_while_a_fault_is_on_and_green_after_proof(watched: WatchedSystem, fault) -> None:
    wait_for("a green answer", watched.is_green, LONGEST_S)
    server = watched.server()
    fault(watched.system)
    wait_for("a red answer", watched.is_red, LONGEST_S)
    wait_for("a green answer", watched.is_green, LONGEST_S)
    status = watched.system.status()
    assert status is not None
    assert status["pairs"][PAIR]["complete_as_of"] is not None
    assert watched.server() == server  # it outlives what it reports on


def test_its_end_is_nobody_elses_and_it_comes_again(watched: WatchedSystem) -> None:
    wait_for("a green answer", watched.is_green, LONGEST_S)
    keepers, server = watched.system.processes("PairKeeper"), watched.server()
    os.kill(server, signal.SIGKILL)
    bought = watched.system.buy(PAIR)
    wait_for("its SELL", lambda: watched.system.sells_of(PAIR, bought))
    wait_for("a green answer", watched.is_green, LONGEST_S)
    assert watched.server() != server
    assert watched.system.processes("PairKeeper") == keepers


def test_one_that_is_stopped_holds_up_no_trading(watched: WatchedSystem) -> None:
    server = watched.server()
    os.kill(server, signal.SIGSTOP)
    try:
        bought = watched.system.buy(PAIR)
        wait_for("its SELL", lambda: watched.system.sells_of(PAIR, bought))
    finally:
        os.kill(server, signal.SIGCONT)
    wait_for("a green answer", watched.is_green, LONGEST_S)

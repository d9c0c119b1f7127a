"""The HTTP server beside a real service: red while a fault is on, green only after proof, in nobody's way."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from actors.streams.frame_kinds import MARKET_KINDS, USER_KINDS
from lotkeeper.config import load_config, web_token_file
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest
from tests.lotkeeper.web.serving import Got, bearer, get
from tests.ports import free_port

pytestmark = pytest.mark.e2e
PAIR = "BTCUSDT"
CONFIG = "streams: {{silent_after_s: 4}}\nweb: {{loopback_port: {port}}}\n"
LONGEST_S = 60.0


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

    def is_not_green(self) -> bool:
        """Red, or nobody listens: then who asks knows, too."""
        return not self.is_green()

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
    arguments = ["--symbol", PAIR, "--ping-every", "1", "--depth", "100000"]  # one trade, and so one SELL, for each BUY
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


def test_a_scrape_has_the_numbers_of_the_status(watched: WatchedSystem) -> None:
    bought = watched.system.buy(PAIR)
    wait_for("its SELL", lambda: watched.system.sells_of(PAIR, bought))
    count = len(watched.system.controls.summary()["symbols"][PAIR]["sells"])  # another test may have bought before
    wait_for("its lot in a scrape", lambda: sample(watched, "lotkeeper_buys_total", pair=PAIR) == count)
    wait_for("its first SELL in a scrape", lambda: first_sells(watched) == [count, count, count])
    wait_for("the Gateway's report of it", lambda: sample(watched, "lotkeeper_sell_orders_total") == count)
    status = watched.system.status()
    assert status is not None
    pair = status["pairs"][PAIR]
    for name, key in (("lots_open", "lots_open"), ("open_quantity", "open_quantity"), ("sells_placed_total", "buys")):
        assert sample(watched, f"lotkeeper_{name}", pair=PAIR) == float(pair[key])
    assert sample(watched, "lotkeeper_nearest_floor", pair=PAIR, quote="USDT") == float(pair["nearest_sell"])
    assert status["gateway"]["orders"] == count
    assert sample(watched, "lotkeeper_stream_proven", stream="user") == 1
    for actor, of in (("gateway", ""), ("pair_keeper", PAIR), ("market_stream_1", "")):
        assert sample(watched, "lotkeeper_actor_up", actor=actor, pair=of) == 1
        memory, cpu_s = (sample(watched, f"lotkeeper_actor_{each}", actor=actor, pair=of) for each in FIGURES)
        assert memory is None or memory > 1 << 20
        assert cpu_s is not None


def test_a_scrape_has_the_frames_of_each_stream_by_event_type(watched: WatchedSystem) -> None:
    """Of a BUY that is filled and its SELL there are three at least."""
    bought = watched.system.buy(PAIR)
    wait_for("its SELL", lambda: watched.system.sells_of(PAIR, bought))
    wait_for("its events in a scrape", lambda: frames(watched, "user")["executionReport"] >= 3)
    counted = frames(watched, "user")
    assert counted.keys() == set(USER_KINDS)
    assert (counted["reply"], counted["externalLockUpdate"], counted["other"]) == (1, 0, 0)
    status = watched.system.status()
    assert status is not None
    assert sum(counted.values()) <= sum(status["user_stream"]["kinds"].values()) <= status["user_stream"]["frames"]
    wait_for("frames of the market", lambda: frames(watched, "market_1").get("bookTicker", 0) > 0)
    assert frames(watched, "market_1").keys() == set(MARKET_KINDS)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus")
def test_promtool_has_nothing_against_a_scrape(watched: WatchedSystem) -> None:
    got = watched.get("/metrics")
    assert got is not None
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=got.text, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


FIGURES = ("memory_bytes", "cpu_seconds_total")


def sample(watched: WatchedSystem, name: str, **labels: str) -> float | None:
    """None for a sample that a scrape does not have."""
    got = watched.get("/metrics")
    families = text_string_to_metric_families("" if got is None else got.text)
    found = (each for family in families for each in family.samples if each.name == name and each.labels == labels)
    return next((float(each.value) for each in found), None)


def frames(watched: WatchedSystem, stream: str) -> dict[str, float]:
    """How many frames came on the stream, by event type, of one scrape."""
    got = watched.get("/metrics")
    families = text_string_to_metric_families("" if got is None else got.text)
    name = "lotkeeper_stream_frames_total"
    samples = (each for family in families for each in family.samples if each.name == name)
    return {each.labels["kind"]: each.value for each in samples if each.labels["stream"] == stream}


def first_sells(watched: WatchedSystem) -> list[float | None]:
    name = "lotkeeper_fill_to_sell_seconds_count"
    return [sample(watched, name, pair=PAIR, stage=stage) for stage in ("to_send", "to_answer", "total")]


def cut_user_stream(system: SystemUnderTest) -> None:
    system.control("faults", name="refuse-connection", times=0, for_s=5.0)
    system.control("faults", name="cut", socket="user", how="drop")


def mute_market_stream(system: SystemUnderTest) -> None:
    system.control("faults", name="mute", socket="market", seconds=20.0)
    system.control("faults", name="refuse-connection", times=0, for_s=15.0)


def kill_guardian(system: SystemUnderTest) -> None:
    process = system.process("Guardian")
    os.kill(process.pid, signal.SIGKILL)


def stop_monitor(system: SystemUnderTest) -> None:
    """It hangs; its supervisor kills it and starts another one."""
    process = system.process("Monitor")
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

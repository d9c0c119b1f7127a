"""Recorded markets through the real actors: every final price right, none ever stale, each frame accounted for."""

import lzma
import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import orjson
import pytest
import websocket

from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.engine.service import start
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import ROOT
from tests.e2e.market_actors import AskHeard, Heard, MarketRoot, StartMarkets

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

DATA = ROOT.parent / "shared" / "data" / "ws"
SPEED = os.environ.get("CAPTURE_SPEED", "40")
CAPTURES = {
    "BTC and ETH, 2024-08-08": [DATA / f"hftbacktest_{symbol}_20240808.txt.gz" for symbol in ("btcusdt", "ethusdt")],
    "cryptofeed, 2021-04-17": [DATA / "cryptofeed_2021-04-17_BINANCE.ws.1.0.txt.xz"],
    "cryptofeed, 2021-10-12": [DATA / "cryptofeed_2021-10-12_BINANCE.ws.1.0.txt.xz"],
}


class Witness:
    """A bare client that listens to what the actor is asked for of a pair, believes everything and counts."""

    def __init__(self, url: str, symbol: str) -> None:
        names = "/".join(f"{symbol.lower()}@{stream}" for stream in ("bookTicker", "miniTicker"))
        self.frames: Counter[str] = Counter()
        self.last: dict[str, Any] = {}
        self._socket = websocket.create_connection(f"{url}/stream?streams={names}")
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                frame = orjson.loads(self._socket.recv())
            except (websocket.WebSocketException, OSError, orjson.JSONDecodeError):
                return  # closed, by us
            kind = frame["stream"].partition("@")[2]
            self.frames[kind] += 1
            self.last[kind] = frame["data"]

    def close(self) -> None:
        self._socket.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._socket.shutdown()

    @property
    def bid_and_ask(self) -> tuple[D, D]:
        return D(self.last["bookTicker"]["b"]), D(self.last["bookTicker"]["a"])


@contextmanager
def witnesses(paper: SimulatorProcess) -> Iterator[dict[str, Witness]]:
    found = {symbol: Witness(paper.stream_url, symbol) for symbol in paper.symbols}
    try:
        yield found
    finally:
        for witness in found.values():
            witness.close()


@pytest.mark.parametrize("files", CAPTURES.values(), ids=CAPTURES.keys())
def test_a_recorded_market_ends_at_its_last_prices(tmp_path: Path, files: list[Path]) -> None:
    if not all(map(Path.exists, files)):
        pytest.skip("the recorded captures are not in ../shared/data")
    arguments = [part for file in files for part in ("--replay", str(file))] + _description(tmp_path, files)
    with start_simulator([*arguments, "--speed", SPEED, "--paused"]) as paper, witnesses(paper) as seen:
        start_markets = StartMarkets(tuple(paper.symbols), paper.stream_url, paper.rest_url)
        with start(tmp_path / "run", MarketRoot, start_markets) as system:
            controls = paper.controls()
            wait_for("the stream is connected", lambda: system.ask(AskHeard(), 10).is_connected)
            controls.ask("POST", "source/start")
            wait_for("the end of the recording", lambda: controls.summary()["source"]["replay_done"], 200)
            controls.ask("POST", "source/stop")  # or the statistics of each second would never be counted out
            _check_counts(system, seen)
            heard: Heard = system.ask(AskHeard(), 10)
    assert heard.stale == 0
    for symbol, witness in seen.items():
        if "bookTicker" in witness.last:
            _check_price(heard, symbol, witness)


def _description(folder: Path, files: list[Path]) -> list[str]:
    """The recorded rules of the pairs whose best prices were recorded, where both stand beside each other."""
    (file, *others) = files
    rules = file.with_name(file.name.replace(".ws.1.0.", ".0."))
    if others or not rules.exists():
        return []
    first, _, _ = lzma.decompress(rules.read_bytes()).partition(b"\n")
    info = orjson.loads(first.split(b": ", 1)[1])
    recorded = lzma.decompress(file.read_bytes())
    info["symbols"] = [each for each in info["symbols"] if f'"{each["symbol"].lower()}@bookTicker'.encode() in recorded]
    (folder / "rules.json").write_bytes(orjson.dumps(info))
    return ["--symbols", str(folder / "rules.json")]


def _check_counts(system: Any, seen: dict[str, Witness]) -> None:
    """What the exchange sent to another is what the actor counted: taken, superseded, or refused for a reason."""

    def same() -> bool:
        heard: Heard = system.ask(AskHeard(), 10)
        return all(_count_frames(heard, symbol) == witness.frames.total() for symbol, witness in seen.items())

    wait_for("all frames counted", same)


def _count_frames(heard: Heard, symbol: str) -> int:
    frames = heard.frames.get(symbol)
    if frames is None:
        return -1
    return frames.taken + frames.superseded + sum(count for _, _, count in frames.refused)


def _check_price(heard: Heard, symbol: str, witness: Witness) -> None:
    price = heard.prices[symbol]
    assert (price.best.bid, price.best.ask) == witness.bid_and_ask
    assert price.is_confirmed
    if "miniTicker" in witness.last:
        assert price.last == D(witness.last["miniTicker"]["c"])

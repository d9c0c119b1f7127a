"""Frames a second through a MarketStream, beside a bare loop of websocket-client and orjson, turn by turn in one run.

Each takes the same recording from the same kind of source. The processor time for a frame is steadier than the clock
when the machine has other things to do.
"""

import statistics
import tempfile
import time
from pathlib import Path

import orjson
import websocket

from benchmarks.engine.figures import table
from benchmarks.market_data.hall import AskProgress, Hall, Open, Progress, Taken
from benchmarks.market_data.source import feed, recorded, running, text_frame
from lotkeeper.engine.service import start
from lotkeeper.verification.staging.waiting import wait_for

PAIR = "BTCUSDT"


def compare(recording: Path, rounds: int) -> None:
    """Prints a table."""
    texts = recorded(recording)
    frames = b"".join(map(text_frame, texts))
    found: dict[str, list[Taken]] = {"bare loop": [], "bare loop, UTF-8 unchecked": [], "MarketStream": []}
    for _ in range(rounds):
        found["bare loop"].append(measure_bare_loop(frames, len(texts), skips_utf8=False))
        found["bare loop, UTF-8 unchecked"].append(measure_bare_loop(frames, len(texts), skips_utf8=True))
        found["MarketStream"].append(measure_market_stream(frames, len(texts)))
    print(f"{len(texts)} frames, {rounds} rounds, medians")
    print(format_rates(found, len(texts)), flush=True)


def measure_bare_loop(frames: bytes, count: int, *, skips_utf8: bool) -> Taken:
    with running(feed, frames) as (url, go):
        names = f"{PAIR.lower()}@bookTicker"
        connection = websocket.create_connection(f"{url}/stream?streams={names}", skip_utf8_validation=skips_utf8)
        go.set()
        orjson.loads(connection.recv())
        clock, processor = time.perf_counter(), time.process_time()
        for _ in range(count - 1):
            orjson.loads(connection.recv())
        taken = Taken(time.perf_counter() - clock, time.process_time() - processor)
        connection.shutdown()
    return taken


def measure_market_stream(frames: bytes, count: int) -> Taken:
    with (
        running(feed, frames) as (url, go),
        tempfile.TemporaryDirectory(prefix="lk-") as folder,
        start(Path(folder) / "run", Hall, Open((PAIR,), url, count)) as system,
    ):

        def progress() -> Progress:
            answer: Progress = system.ask(AskProgress(), 10)
            return answer

        wait_for("connected", lambda: progress().connected == 1)
        go.set()
        taken: Taken = wait_for("all frames", lambda: progress().taken)
    return taken


def format_rates(found: dict[str, list[Taken]], count: int) -> str:
    rates = {name: statistics.median(count / each.seconds for each in taken) for name, taken in found.items()}
    costs = {name: statistics.median(each.processor_s / count for each in taken) * 1e6 for name, taken in found.items()}
    ours_rate, ours_cost = rates["MarketStream"], costs["MarketStream"]
    rows = [[name, rates[name], ours_rate / rates[name], costs[name], costs[name] / ours_cost] for name in found]
    columns = ["frames/s", "ours / this", "µs of a processor a frame", "this / ours"]
    return table("who", columns, rows)

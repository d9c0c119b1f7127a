"""What monitoring costs: the processor time that a scrape takes in each process, and the memory of the HTTP server.

Times without and with scrapes take turns. Scrapes come faster than in use, but each makes a look of its own.
Run: python -m benchmarks.monitoring [PAIRS]
"""

import argparse
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from benchmarks.many_pairs import symbols_of
from benchmarks.process_costs import cpu_ns_by_title, pss_mib
from benchmarks.results import ResultTable, show_results
from lotkeeper.config import load_config, web_token_file
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

_UP_WITHIN_S = 300.0
_SETTLES_S = 60.0
_TURNS, _SCRAPES, _APART_S = 3, 6, 6.0  # apart: longer than scrapes share a look
_USUAL_S = 15.0  # between two scrapes of Prometheus
_SERVER = "WebServer"


class _Scraper:
    def __init__(self, system: StagedSystem, port: int) -> None:
        token = web_token_file(load_config(system.config, {})).read_text().strip()
        self._session, self._url = requests.Session(), f"http://127.0.0.1:{port}/metrics"
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self.took_s: list[float] = []
        self.text = ""

    def scrape(self) -> None:
        begun = time.monotonic()
        answer = self._session.get(self._url, timeout=10)
        answer.raise_for_status()
        self.took_s.append(time.monotonic() - begun)
        self.text = answer.text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="?", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    show_results(list(_measure(options.pairs)), as_json=options.json)


def _measure(pairs: int) -> Iterator[ResultTable]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["--step-ms", "1000", "--depth", "100000", *(f"--symbol={each}" for each in symbols_of(pairs))]
    config = f"web: {{loopback_port: {port}}}\n"
    with (
        TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        StagedSystem(Path(folder), arguments, profit_pct="50", more_config=config) as system,
    ):
        system.service.start()
        wait_for("health ok", lambda: (system.client.status(1.0) or {}).get("health") == "ok", _UP_WITHIN_S)
        wait_for("the HTTP server", lambda: web_token_file(load_config(system.config, {})).exists(), _UP_WITHIN_S)
        time.sleep(_SETTLES_S)
        scraper = _Scraper(system, port)
        for _ in range(8):  # until the memory of each process was read once
            scraper.scrape()
            time.sleep(_APART_S)
        yield from _costs(pairs, system, scraper)


def _scrape_and_wait(scraper: _Scraper) -> None:
    scraper.scrape()
    time.sleep(_APART_S)


def _costs(pairs: int, system: StagedSystem, scraper: _Scraper) -> Iterator[ResultTable]:
    without, scraped = Counter[str](), Counter[str]()
    for _ in range(_TURNS):
        without += _used(system, lambda: time.sleep(_APART_S))
        scraped += _used(system, lambda: _scrape_and_wait(scraper))
    scrapes = _TURNS * _SCRAPES
    table = ResultTable(f"{pairs} pairs at rest: a scrape", ("processes", "ms of a core", "% of a core at one in 15 s"))
    more = {title: (scraped[title] - without[title]) / 1e6 / scrapes for title in scraped}
    for title, cost_ms in sorted(more.items(), key=lambda each: -each[1]):
        table.rows.append((title, cost_ms, cost_ms / 1000 / _USUAL_S * 100))
    total_ms = sum(more.values())
    table.rows.append(("all", total_ms, total_ms / 1000 / _USUAL_S * 100))
    yield table
    yield ResultTable(
        "The HTTP server",
        ("memory, MiB", "a scrape takes, ms", "KB", "lines"),
        [
            (
                pss_mib(system.service.processes(_SERVER)),
                sorted(scraper.took_s)[len(scraper.took_s) // 2] * 1000,
                len(scraper.text) / 1000,
                scraper.text.count("\n"),
            )
        ],
    )


def _used(system: StagedSystem, step: Callable[[], object]) -> Counter[str]:
    before = cpu_ns_by_title(system.service.processes())
    for _ in range(_SCRAPES):
        step()
    after = cpu_ns_by_title(system.service.processes())
    return Counter({title: after[title] - before[title] for title in after})


if __name__ == "__main__":
    main()

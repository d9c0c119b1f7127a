"""Measures the page in Chromium: how long the browser works on one update, and how much memory it keeps.

python -m benchmarks.page [--pairs 100] [--lots 10000] [--updates 30] [--slower 1] [--json]
"""

import argparse
import shutil
import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.page.documents import Market
from benchmarks.page.feeder import Feeder, feeding
from benchmarks.results import ResultTable, show_results

VIEWS = {"overview": "", "lots": "lots", "pairs": "pairs", "a pair": "pairs/COIN000USDT"}
_MIB = 1 << 20
# The times of the tasks that keep the page from answering: those of 50 ms and more are told by the browser.
_WATCH = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.longest = Math.max(window.longest, each.duration);
  }).observe({ type: "longtask" });
}"""


@dataclass
class Measured:
    """Of one view."""

    view: str
    update_ms: float  # processor time of the page's thread for one update: reading, sorting, drawing
    longest_ms: float  # the longest task, by the clock on the wall; 0: none took 50 ms
    heap_mib: float  # of JavaScript, after a collection
    heap_before_mib: float  # before it
    elements: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--lots", type=int, default=10_000)
    parser.add_argument("--changed", type=int, default=100, help="lots that change in an update")
    parser.add_argument("--updates", type=int, default=30)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between updates")
    parser.add_argument("--slower", type=float, default=1.0, help="how much slower than this machine the browser is")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    feeder = Feeder(Market(options.pairs, options.lots), options.changed, options.every)
    with feeding(feeder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable", {"timeDomain": "threadTicks"})  # processor time: others use this machine, too
        tools.send("Emulation.setCPUThrottlingRate", {"rate": options.slower})
        first_s = _open(page, address, options.lots)
        found = [_measure(page, tools, feeder, name, place, options.updates) for name, place in VIEWS.items()]
        browser.close()
    size = f"{options.pairs} pairs, {options.lots} lots, {options.changed} of them change in an update"
    status, lots = (each / feeder.sent / 1000 for each in (feeder.bytes_of_status, feeder.bytes_of_lots))
    title = f"{size} of {status:.0f} kB of the status and {lots:.0f} kB of lots; all lots shown after {first_s:.1f} s"
    show_results([_table(found, title)], as_json=options.json)


def _open(page: Page, address: str, lots: int) -> float:
    """How long until all lots are there."""
    begun = time.monotonic()
    page.goto(f"{address}/#/lots")
    page.wait_for_function("(text) => document.querySelector('.count-line')?.textContent === text", arg=f"{lots} open")
    return time.monotonic() - begun


def _measure(page: Page, tools: CDPSession, feeder: Feeder, name: str, place: str, updates: int) -> Measured:
    page.evaluate("(place) => { location.hash = place }", f"#/{place}")
    _wait_for_updates(page, feeder, 3)
    page.evaluate(_WATCH)
    before, sent = _metrics(tools), feeder.sent
    _wait_for_updates(page, feeder, updates)
    after = _metrics(tools)
    longest = float(page.evaluate("window.longest"))
    tools.send("HeapProfiler.collectGarbage")
    kept = _metrics(tools)
    work_s = after["TaskDuration"] - before["TaskDuration"]
    return Measured(
        view=name,
        update_ms=work_s * 1000 / (feeder.sent - sent),
        longest_ms=longest,
        heap_mib=kept["JSHeapUsedSize"] / _MIB,
        heap_before_mib=after["JSHeapUsedSize"] / _MIB,
        elements=int(kept["Nodes"]),
    )


def _wait_for_updates(page: Page, feeder: Feeder, count: int) -> None:
    wanted = feeder.sent + count
    while feeder.sent < wanted:
        page.wait_for_timeout(50)


def _metrics(tools: CDPSession) -> dict[str, float]:
    return {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}


def _table(found: list[Measured], title: str) -> ResultTable:
    columns = ("view", "work for an update ms", "longest task ms", "heap MiB", "before collection MiB", "nodes")
    rows = [
        (each.view, each.update_ms, each.longest_ms, each.heap_mib, each.heap_before_mib, each.elements)
        for each in found
    ]
    return ResultTable(title, columns, list(rows))


if __name__ == "__main__":
    main()

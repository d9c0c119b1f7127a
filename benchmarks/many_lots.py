"""Many open lots on one pair beside few on another, turn by turn in one run, against the real service.

Both pairs tick 50 times a second. Each has lots that were bought far above the market, so that they stay open; on one
they are a thousand, on the other ten. Then BUYs come five times a second, on the one pair and on the other in turn.
The times are those of the exchange simulator's journal: from the moment a fill's event is written to the socket to the
moment the first SELL of its lot arrives. The processor time is that of the pair's keeper, as the kernel counts it.
"""

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks.results import quantile
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, Expectations, JournalVerdict
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import wait_for

MANY, FEW = "ETHUSDT", "SOLUSDT"
TICK_HZ = os.sysconf("SC_CLK_TCK")
TURN_S = 20.0
FAR = 1.5  # times the market, and up to twice that: where the lots are bought that stay open
STEP_DOWN = 0.9993  # from one of them to the next
PROFIT_PCT = "0.2"
QUOTE = "20"
PLACING = ("order.place", "POST /api/v3/order")  # as the journal names a request for an order
_PREPARED_PER_S = 12


@dataclass
class Contender:
    """One of the two pairs, and what was measured of it."""

    symbol: str
    lots: int
    prepared: int = 0  # BUYs before anything was measured
    cpu_s: float = 0.0  # of its keeper
    wall_s: float = 0.0
    times_ms: list[float] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.cpu_s / self.wall_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="of trading on each pair")
    parser.add_argument("--lots", type=int, default=1000, help="open lots of the pair with many")
    parser.add_argument("--buys", type=float, default=5, help="BUYs a second")
    parser.add_argument("--order-limit", type=int, default=200, help="orders that the exchange allows in ten seconds")
    options = parser.parse_args()
    contenders = Contender(MANY, options.lots), Contender(FEW, 10)
    with tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder:
        journal = Path(folder) / "journal.jsonl"
        arguments = ["--symbol", MANY, "--symbol", FEW, "--journal", str(journal), "--step-ms", "20"]
        limits = ["--order-limit", str(options.order_limit), "--weight-limit", "1000000", "--depth", "100000"]
        funds = ["--balance", "USDT=10000000"]
        with StagedSystem(Path(folder), [*arguments, *limits, *funds], profit_pct=PROFIT_PCT) as system:
            system.service.start()
            wait_for("health ok", lambda: (system.client.status() or {}).get("health") == "ok")
            for each in contenders:
                prepare(system, each)
            keepers = [each.pid for each in system.service.processes("PairKeeper")]
            measure(system, contenders, options.seconds, options.buys)
            waiting = show_service(system, keepers)
            system.controls.summary()  # makes the exchange write its whole journal
            read_journal(journal, contenders)
            report(contenders)
            show_verdict(judge(journal, Expectations()), waiting)


def prepare(system: StagedSystem, contender: Contender) -> None:
    """Lots that stay open: they were bought far above the market."""
    market = float(system.controls.summary()["symbols"][contender.symbol]["bid"])
    while (left := contender.lots - pair(system, contender)["lots_open"]) > 0:
        for _ in range(left):
            # Each below all before, farther than the walk goes meanwhile: so hardly one is sold.
            price = market * FAR * 2 * STEP_DOWN**contender.prepared
            contender.prepared += 1
            system.controls.price(contender.symbol, f"{price:.2f}")
            system.controls.buy(contender.symbol, QUOTE)
            time.sleep(1 / _PREPARED_PER_S)
        system.controls.price(contender.symbol, f"{market:.2f}")
        time.sleep(2)
    print(f"{contender.symbol}: {contender.lots} lots are open", flush=True)


def pair(system: StagedSystem, contender: Contender) -> Any:
    return (system.client.status() or {})["pairs"][contender.symbol]


def measure(system: StagedSystem, contenders: tuple[Contender, ...], seconds: float, buys_per_s: float) -> None:
    """Turn by turn, so that both have the same machine."""
    dice = random.Random(1)
    keepers = [each.pid for each in system.service.processes("PairKeeper")]
    while contenders[0].wall_s < seconds:
        for each in contenders:
            before, began = [cpu_s(pid) for pid in keepers], time.monotonic()
            while time.monotonic() - began < min(TURN_S, seconds):
                system.controls.buy(each.symbol, QUOTE)
                time.sleep(dice.uniform(0.5, 1.5) / buys_per_s)
            # The keeper that works is that of the pair that trades.
            each.cpu_s += max(cpu_s(pid) - spent for pid, spent in zip(keepers, before, strict=True))
            each.wall_s += time.monotonic() - began
            print(f"{each.symbol}: {each.share:.3f} of a core", flush=True)
    time.sleep(2)


def cpu_s(pid: int) -> float:
    """The processor time of a process so far; zero if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK_HZ


def show_service(system: StagedSystem, keepers: list[int]) -> int:
    """Prints how the service stands; how many lots wait for a slot."""
    survivors = [each.pid for each in system.service.processes("PairKeeper")]
    status = system.client.status() or {}
    for symbol, each in status.get("pairs", {}).items():
        counts = ("lots_open", "lots_queued", "lots_parked", "lots_closed", "sells_unknown")
        print(f"{symbol}: " + ", ".join(f"{name} {each[name]}" for name in counts))
    ended = len(set(keepers) - set(survivors))
    print(f"health {status.get('health')} {status.get('problems')}; keepers that ended: {ended}")
    used = [(each.title.split()[0], cpu_s(each.pid)) for each in system.service.processes()]
    print("processor time, s: " + ", ".join(f"{name} {spent:.1f}" for name, spent in used if spent > 0.5))
    return sum(each["lots_queued"] for each in status.get("pairs", {}).values())


def read_journal(journal: Path, contenders: tuple[Contender, ...]) -> None:
    """The time from each BUY's fill to the first SELL of its lot, without the lots that stay open."""
    by_symbol = {each.symbol: each for each in contenders}
    filled: dict[int, tuple[str, int]] = {}
    seen: Counter[str] = Counter()
    sent: Counter[int] = Counter()
    names: Counter[str] = Counter()
    for line in journal.read_bytes().splitlines():
        entry = orjson.loads(line)
        body = entry.get("body")
        if entry["kind"] == "event" and isinstance(body, dict) and (body.get("x"), body.get("S")) == ("TRADE", "BUY"):
            seen[body["s"]] += 1
            if seen[body["s"]] > by_symbol[body["s"]].prepared and body["i"] not in filled:
                filled[body["i"]] = body["s"], entry["mono_ns"]
        elif entry["kind"] == "request":
            names[entry["name"]] += 1
            if entry["name"] in PLACING:
                sent[entry["wall_ns"] // 10_000_000_000] += 1
                name = sell_name(entry["params"]["newClientOrderId"])
                found = filled.pop(name.buy_order_id, None) if name else None
                if found is not None:
                    by_symbol[found[0]].times_ms.append((entry["mono_ns"] - found[1]) / 1e6)
    print(f"SELLs sent, at most in ten seconds: {max(sent.values())}; requests: {dict(names.most_common(6))}")
    print(f"fills without a SELL yet: {dict(Counter(symbol for symbol, _ in filled.values()))}")


def report(contenders: tuple[Contender, ...]) -> None:
    print("\n| open lots | fill to SELL, ms: p50 | p95 | p99 | most | fills | keeper, of a core |")
    print("|---|---|---|---|---|---|---|")
    for each in contenders:
        row = " | ".join(f"{quantile(each.times_ms, part):.2f}" for part in (0.5, 0.95, 0.99))
        print(f"| {each.lots} | {row} | {max(each.times_ms):.2f} | {len(each.times_ms)} | {each.share:.3f} |")
    many, few = (quantile(each.times_ms, 0.5) for each in contenders)
    print(f"\nmany / few, p50: {many / few:.2f}; cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}", flush=True)


def show_verdict(verdict: JournalVerdict, waiting: int) -> None:
    """The judge does not know that order slots are short: what waits for one has no SELL."""
    without = [each for each in verdict.violations if each.point == NO_BUY_LOST]
    others = [each for each in verdict.violations if each.point != NO_BUY_LOST]
    is_kept = not others and len(without) <= waiting
    print(f"the promise was {'kept' if is_kept else 'BROKEN'}: {len(without)} lots without a SELL, {waiting} wait")
    for finding in others[:5] or ([] if is_kept else without[:5]):
        print(f"{finding.point}: {finding.lot}: {finding.text}")


if __name__ == "__main__":
    main()

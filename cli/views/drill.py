"""What the drill shows: rounds, or one fault with its times; as tables and as JSON documents."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lotkeeper.verification.drill.fault_run import FaultRun
from lotkeeper.verification.drill.fault_scenarios import FaultScenario
from lotkeeper.verification.drill.figures import BuyRecord, slowest_sell_s
from lotkeeper.verification.drill.rounds import DrillRound
from lotkeeper.verification.staging.round_trip import RoundTrip

Json = dict[str, Any]
RoundWithFolder = tuple[DrillRound, str | None]  # the folder with the journal and the logs of a round that failed
_MAX_BUYS = 40


def scenarios_table(scenarios: Mapping[str, FaultScenario]) -> RenderableType:
    """One line for each named fault."""
    table = Table("lotkeeper drill ...", "what happens", box=box.SIMPLE, pad_edge=False)
    for name, scenario in scenarios.items():
        table.add_row(name, scenario.text)
    return table


# Rounds


def round_line(found: DrillRound, folder: str | None) -> str:
    """One line for a round, shown when the round ends."""
    verdict = f"BROKEN, kept in {folder}" if found.broken else "kept"
    done = f"{found.trades} trades, {found.faults} faults, {found.kills} kills"
    return f"seed {found.seed}: {done}; {found.buys} BUYs, {found.sells} SELLs: {verdict}"


def rounds_view(rounds: Sequence[RoundWithFolder]) -> RenderableType:
    """The table of the rounds, and how the promise was broken in which."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name in ("seed", "trades", "faults", "kills", "BUYs", "SELLs", "slowest SELL", "all well after", "verdict"):
        table.add_column(name, justify="left" if name == "verdict" else "right")
    for found, _ in rounds:
        counts = (found.seed, found.trades, found.faults, found.kills, found.buys, found.sells)
        times = (f"{found.slowest_sell_s:.2f} s", f"{found.settled_s:.1f} s")
        table.add_row(*map(str, counts), *times, _verdict(found.broken))
    return Group(table, *(line for found, folder in rounds if found.broken for line in _complaints(found, folder)))


def _verdict(broken: Sequence[str]) -> Text:
    return Text("broken", "bold red") if broken else Text("kept", "green")


def _complaints(found: DrillRound, folder: str | None) -> Iterable[RenderableType]:
    lag = ("--longest-lag", f"{found.longest_lag_s:g}") if found.longest_lag_s else ()
    exits = ("--exits",) if found.has_exits else ()
    again = " ".join((f"lotkeeper drill --seed {found.seed} --rounds 1", *found.round_trip.options(), *lag, *exits))
    yield Text(f"Seed {found.seed}: journal and logs are in {folder}; to repeat it: {again}", "bold")
    yield from (Text(f"  {each.at_s:5.2f} s  {each.text}  {each.result}", "dim") for each in found.performed)
    yield from (Text(f"  {each}", "red") for each in found.broken)


def rounds_document(rounds: Sequence[RoundWithFolder]) -> Json:
    """All rounds as JSON."""
    return {
        "kept": not any(found.broken for found, _ in rounds),
        "rounds": [round_document(found, folder) for found, folder in rounds],
    }


def round_document(found: DrillRound, folder: str | None) -> Json:
    """One round as JSON; times in seconds."""
    return {
        "seed": found.seed,
        **_round_trip_fields(found.round_trip),
        "longest_lag_seconds": found.longest_lag_s,
        "exits": dict(found.exits),
        "kept": not found.broken,
        "broken": list(found.broken),
        "trades": found.trades,
        "faults": found.faults,
        "kills": found.kills,
        "buys": found.buys,
        "sells": found.sells,
        "slowest_sell_seconds": round(found.slowest_sell_s, 3),
        "well_after_seconds": round(found.settled_s, 3),
        "waited_for": list(found.waited),
        "played": [{"at": round(each.at_s, 3), "act": each.text, "came": each.result} for each in found.performed],
        "folder": folder,
    }


def _round_trip_fields(round_trip: RoundTrip) -> Json:
    return {"round_trip_ms": round_trip.ms, "jitter_ms": round_trip.jitter_ms}


# One fault


def fault_run_view(run: FaultRun, folder: str | None) -> RenderableType:
    """What happened in the order of time, and each BUY with its SELL."""
    verdict = Text("The promise was kept.", "green") if not run.broken else Text("The promise was broken.", "bold red")
    kept = [Text(f"Journal and logs are in {folder}.")] if folder else []
    broken = [Text(f"  {each}", "red") for each in run.broken]
    return Group(Text(f"{run.name}: {run.text}", "bold"), _timeline(run), _buys_table(run), verdict, *broken, *kept)


def _timeline(run: FaultRun) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("after", justify="right")
    table.add_column("what the status said")
    table.add_row("0.00 s", Text("the fault", "bold"))
    for each in run.changes:
        table.add_row(f"{each.at_s:.2f} s", each.text)
    if run.noticed_s is None:
        table.add_row("-", "it never named a problem: nothing had to be waited for")
    elif run.lasts_s:
        after_s = max(0.0, run.proven_s - run.lasts_s)
        table.add_row(
            f"{run.proven_s:.2f} s", f"everything is proven again: {after_s:.2f} s after the end of the fault"
        )
    return table


def _buys_table(run: FaultRun) -> Table:
    title = f"{len(run.buys)} BUYs; the slowest SELL was sent {slowest_sell_s(run.buys):.3f} s after the BUY's fill"
    table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for name in ("filled at", "pair", "BUY", "SELL sent after", "SELLs", "quantity", "price"):
        table.add_column(name, justify="left" if name == "pair" else "right")
    for each in run.buys[:_MAX_BUYS]:
        table.add_row(*_buy_row(each, run.began_ns))
    if len(run.buys) > _MAX_BUYS:
        table.add_row("...", f"{len(run.buys) - _MAX_BUYS} more")
    return table


def _buy_row(buy: BuyRecord, began_ns: int) -> tuple[str, ...]:
    waited = "no SELL" if buy.waited_s is None else f"{buy.waited_s:.3f} s"
    quantity, price = buy.sells[-1][1:] if buy.sells else ("", "")
    filled = f"{(buy.filled_ns - began_ns) / 1e9:+.2f} s"
    return filled, buy.symbol, str(buy.order_id), waited, str(len(buy.sells)), quantity, price


def fault_run_document(run: FaultRun, folder: str | None) -> Json:
    """The same as JSON; times in seconds after the fault."""
    return {
        "name": run.name,
        "text": run.text,
        **_round_trip_fields(run.round_trip),
        "kept": not run.broken,
        "broken": list(run.broken),
        "said_after_seconds": run.noticed_s,
        "proven_after_seconds": run.proven_s if run.noticed_s is not None else None,
        "moments": [{"after": round(each.at_s, 3), "status": each.text} for each in run.changes],
        "slowest_sell_seconds": round(slowest_sell_s(run.buys), 3),
        "buys": [
            {
                "symbol": each.symbol,
                "order_id": each.order_id,
                "filled_after": round((each.filled_ns - run.began_ns) / 1e9, 3),
                "sell_after": each.waited_s,
                "sells": [{"quantity": quantity, "price": price} for _, quantity, price in each.sells],
            }
            for each in run.buys
        ],
        "folder": folder,
    }

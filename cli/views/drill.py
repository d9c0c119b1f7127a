"""What the drill shows: rounds, or one fault with its times; as tables and as documents."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lotkeeper.verification.drill.fault_run import Scene
from lotkeeper.verification.drill.fault_scenarios import Named
from lotkeeper.verification.drill.figures import Protected, slowest_s
from lotkeeper.verification.drill.rounds import Round

Json = dict[str, Any]
Kept = tuple[Round, str | None]
_MOST_BUYS = 40


def list_table(named: Mapping[str, Named]) -> RenderableType:
    """Each fault in a line."""
    table = Table("lotkeeper drill ...", "what happens", box=box.SIMPLE, pad_edge=False)
    for name, each in named.items():
        table.add_row(name, each.text)
    return table


# Rounds


def said_of_round(found: Round, where: str | None) -> str:
    """A line while the drill goes on."""
    verdict = f"BROKEN, kept in {where}" if found.broken else "kept"
    done = f"{found.trades} trades, {found.faults} faults, {found.kills} kills"
    return f"seed {found.seed}: {done}; {found.buys} BUYs, {found.sells} SELLs: {verdict}"


def rounds_view(played: Sequence[Kept]) -> RenderableType:
    """The table of the rounds, and what was broken in which."""
    table = Table(box=box.SIMPLE, pad_edge=False)
    for name in ("seed", "trades", "faults", "kills", "BUYs", "SELLs", "slowest SELL", "all well after", "verdict"):
        table.add_column(name, justify="left" if name == "verdict" else "right")
    for found, _ in played:
        counts = (found.seed, found.trades, found.faults, found.kills, found.buys, found.sells)
        times = (f"{found.slowest_sell_s:.2f} s", f"{found.settled_s:.1f} s")
        table.add_row(*map(str, counts), *times, _verdict(found.broken))
    return Group(table, *(line for found, where in played if found.broken for line in _complaints(found, where)))


def _verdict(broken: Sequence[str]) -> Text:
    return Text("broken", "bold red") if broken else Text("kept", "green")


def _complaints(found: Round, where: str | None) -> Iterable[RenderableType]:
    yield Text(
        f"Seed {found.seed}: journal and logs are in {where}; again with: lotkeeper drill --seed {found.seed}"
        " --rounds 1",
        "bold",
    )
    yield from (Text(f"  {each.at_s:5.2f} s  {each.text}  {each.came}", "dim") for each in found.played)
    yield from (Text(f"  {each}", "red") for each in found.broken)


def rounds_document(played: Sequence[Kept]) -> Json:
    """All rounds as JSON."""
    return {
        "kept": not any(found.broken for found, _ in played),
        "rounds": [round_document(found, where) for found, where in played],
    }


def round_document(found: Round, where: str | None) -> Json:
    """One round as JSON; times in seconds."""
    return {
        "seed": found.seed,
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
        "played": [{"at": round(each.at_s, 3), "act": each.text, "came": each.came} for each in found.played],
        "folder": where,
    }


# One fault


def scene_view(scene: Scene, where: str | None) -> RenderableType:
    """What happened, in the order of its times, and each BUY with its SELL."""
    verdict = (
        Text("The promise was kept.", "green") if not scene.broken else Text("The promise was broken.", "bold red")
    )
    kept = [Text(f"Journal and logs are in {where}.")] if where else []
    broken = [Text(f"  {each}", "red") for each in scene.broken]
    return Group(Text(f"{scene.name}: {scene.text}", "bold"), _timeline(scene), _buys(scene), verdict, *broken, *kept)


def _timeline(scene: Scene) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("after", justify="right")
    table.add_column("what the status said")
    table.add_row("0.00 s", Text("the fault", "bold"))
    for each in scene.moments:
        table.add_row(f"{each.at_s:.2f} s", each.text)
    if scene.said_s is None:
        table.add_row("-", "it never said that anything was wrong: nothing had to be waited for")
    elif scene.lasts_s:
        after_s = max(0.0, scene.proven_s - scene.lasts_s)
        table.add_row(f"{scene.proven_s:.2f} s", f"all is proven again: {after_s:.2f} s after the end of the fault")
    return table


def _buys(scene: Scene) -> Table:
    title = f"{len(scene.buys)} BUYs; the slowest SELL left {slowest_s(scene.buys):.3f} s after its fill"
    table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for name in ("filled at", "pair", "BUY", "SELL left after", "SELLs", "quantity", "price"):
        table.add_column(name, justify="left" if name == "pair" else "right")
    for each in scene.buys[:_MOST_BUYS]:
        table.add_row(*_buy(each, scene.began_ns))
    if len(scene.buys) > _MOST_BUYS:
        table.add_row("...", f"{len(scene.buys) - _MOST_BUYS} more")
    return table


def _buy(each: Protected, began_ns: int) -> tuple[str, ...]:
    waited = "no SELL" if each.waited_s is None else f"{each.waited_s:.3f} s"
    quantity, price = each.sells[-1][1:] if each.sells else ("", "")
    filled = f"{(each.filled_ns - began_ns) / 1e9:+.2f} s"
    return filled, each.symbol, str(each.order_id), waited, str(len(each.sells)), quantity, price


def scene_document(scene: Scene, where: str | None) -> Json:
    """The same as JSON; times in seconds from the fault."""
    return {
        "name": scene.name,
        "text": scene.text,
        "kept": not scene.broken,
        "broken": list(scene.broken),
        "said_after_seconds": scene.said_s,
        "proven_after_seconds": scene.proven_s if scene.said_s is not None else None,
        "moments": [{"after": round(each.at_s, 3), "status": each.text} for each in scene.moments],
        "slowest_sell_seconds": round(slowest_s(scene.buys), 3),
        "buys": [
            {
                "symbol": each.symbol,
                "order_id": each.order_id,
                "filled_after": round((each.filled_ns - scene.began_ns) / 1e9, 3),
                "sell_after": each.waited_s,
                "sells": [{"quantity": quantity, "price": price} for _, quantity, price in each.sells],
            }
            for each in scene.buys
        ],
        "folder": where,
    }

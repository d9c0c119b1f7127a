"""Shows a verdict to people and to programs."""

from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lotkeeper.verification.judge.verdict import Expectations, JournalVerdict, JudgeFinding, amount, times

POINTS = {1: "no BUY is lost", 2: "nothing is sold twice", 3: "nothing is sold below its floor"}


def verdict_document(verdict: JournalVerdict, expectations: Expectations) -> dict[str, Any]:
    """The verdict as JSON; amounts are texts."""
    return {
        "kept": verdict.is_kept,
        "points": {
            str(point): {"promise": text, "violations": sum(each.point == point for each in verdict.violations)}
            for point, text in POINTS.items()
        },
        "violations": [_described(each) for each in verdict.violations],
        "notes": [_described(each) for each in verdict.notes],
        "pairs": [
            {
                "symbol": each.symbol,
                "lots": each.lots,
                "sells": each.sells,
                "received": amount(each.received),
                "sold": amount(each.sold),
                "offered": amount(each.offered),
                "remainder": amount(each.remainder),
            }
            for each in verdict.pairs
        ],
        "net_profit_pct": amount(expectations.profit * 100),
        "lines": verdict.lines,
        "seconds": round(verdict.seconds, 3),
        "eras": verdict.eras,
    }


def _described(finding: JudgeFinding) -> dict[str, Any]:
    return {
        "point": finding.point,
        "account": finding.account,
        "symbol": finding.symbol,
        "lot": finding.lot,
        "text": finding.text,
        "time": _when(finding),
    }


def _when(finding: JudgeFinding) -> str:
    return (
        datetime.fromtimestamp(finding.wall_ns / 1e9, UTC).isoformat(timespec="milliseconds") if finding.wall_ns else ""
    )


def print_verdict(verdict: JournalVerdict, expectations: Expectations, console: Console) -> None:
    """The verdict as tables."""
    console.print(_pairs(verdict))
    console.print(_points(verdict))
    _tell("Violations", verdict.violations, console)
    _tell("Not counted as violations", verdict.notes, console)
    profit_for = f"{amount(expectations.profit * 100)} % of cost"
    others = "".join(f", {symbol} {amount(share * 100)} %" for symbol, share in expectations.profit_of.items())
    console.print(f"{verdict.lines} lines over {verdict.seconds:.1f} s; profit wanted: {profit_for}{others}.")
    kept, broken = "The promise was kept.", f"The promise was broken {times(len(verdict.violations))}."
    console.print(kept if verdict.is_kept else broken, style="green" if verdict.is_kept else "bold red")


def _pairs(verdict: JournalVerdict) -> Table:
    table = Table("pair", title="What was bought, and what became of it", title_justify="left")
    for name in ("lots", "SELLs", "received", "sold", "offered", "left"):
        table.add_column(name, justify="right")
    for each in verdict.pairs:
        amounts = (each.received, each.sold, each.offered, each.remainder)
        table.add_row(each.symbol, str(each.lots), str(each.sells), *map(amount, amounts))
    return table


def _points(verdict: JournalVerdict) -> Table:
    table = Table("promise", "verdict", title_justify="left")
    for point, text in POINTS.items():
        count = sum(each.point == point for each in verdict.violations)
        table.add_row(text, f"[bold red]broken {times(count)}[/]" if count else "[green]kept[/]")
    return table


def _tell(title: str, findings: tuple[JudgeFinding, ...], console: Console) -> None:
    """Print two lines for each finding: the place, then the text."""
    if not findings:
        return
    console.print(f"{title}:", style="bold")
    for each in findings:
        place = f"{each.symbol} {each.lot} of {each.account}, {_when(each)[11:23]} UTC"
        console.print(Padding(Text(f"{POINTS[each.point]}: {place}"), (0, 0, 0, 2)))
        console.print(Padding(Text(each.text), (0, 0, 0, 4)))

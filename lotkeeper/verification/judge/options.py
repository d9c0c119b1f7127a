"""The options of `lotkeeper paper --check`, and what it does."""

import sys
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import click
import orjson

from binance_sim.command.option_kinds import READ_FILE, flag, seconds
from lotkeeper.verification.judge.journal_reader import JournalError
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.report import print_verdict, verdict_document
from lotkeeper.verification.judge.verdict import Expectations, JournalVerdict

KEPT, BROKEN = 0, 1


def read_profits(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Fraction]:
    """The wanted profit by pair as a fraction of cost, under "" for all others. Raises click.BadParameter."""
    found: dict[str, Fraction] = {}
    for value in values:
        symbol, _, text = value.rpartition("=")
        found[symbol.upper()] = read_percent(text) / 100
    return found


def read_percent(text: str) -> Fraction:
    """A plain number of zero or more; raises click.BadParameter."""
    whole, _, rest = text.partition(".")
    if not (whole + rest).isdecimal() or not (whole + rest).isascii():
        raise click.BadParameter(f"{text!r} is not a percentage such as 0.5 or BTCUSDT=0.8.")
    return Fraction(text)


def read_pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(value.upper() for value in values)


def read_lots(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(values)


CHECK_OPTIONS: tuple[click.Option, ...] = (
    click.Option(["--check"], type=READ_FILE, help="The journal; exit code 0: the promise was kept, 1: it was broken."),
    click.Option(
        ["--net-profit-pct", "profits"],
        callback=read_profits,
        multiple=True,
        metavar="[PAIR=]PCT",
        help="The wanted profit in percent of cost, by default 0. Repeatable for pairs.",
    ),
    click.Option(
        ["--pair", "pairs"],
        callback=read_pairs,
        multiple=True,
        metavar="S",
        help="A pair that the service traded, by default all. Repeatable.",
    ),
    click.Option(
        ["--from", "from_s"],
        metavar="SECONDS",
        type=click.FloatRange(min=0),
        default=0.0,
        help="BUYs of this many first seconds were made before the service started.",
    ),
    seconds("--grace", 5.0, "BUYs of this many last seconds need no SELL yet."),
    seconds("--bid-window", 10.0, "A fee in another asset is worth the lowest bid within so many seconds of the fill."),
    click.Option(
        ["--except", "exempt"],
        callback=read_lots,
        multiple=True,
        metavar="LOT",
        help="A lot (lk1-...) that another rule sold, without a floor. Repeatable.",
    ),
    flag("--strict", "Treat a canceled SELL that was not replaced as a violation."),
    click.Option(["--json", "as_json"], is_flag=True, help="The verdict as one JSON document."),
)
CHECK_NAMES = frozenset(str(option.name) for option in CHECK_OPTIONS)


def check(options: Mapping[str, Any]) -> int:
    """Judge a journal and print the verdict; returns the exit code. Raises click.UsageError if it is not a journal."""
    profits = dict(options["profits"])
    expectations = Expectations(
        profit=profits.pop("", Fraction(0)),
        profit_of=profits,
        pairs=options["pairs"],
        from_s=options["from_s"],
        grace_s=options["grace"],
        window_s=options["bid_window"],
        exempt=options["exempt"],
        strict=options["strict"],
    )
    try:
        verdict = judge(options["check"], expectations)
    except JournalError as error:
        raise click.UsageError(str(error)) from error
    _tell(verdict, expectations, as_json=options["as_json"])
    return KEPT if verdict.is_kept else BROKEN


def _tell(verdict: JournalVerdict, expectations: Expectations, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(verdict_document(verdict, expectations)).decode() + "\n")
        return
    from rich.console import Console

    print_verdict(verdict, expectations, Console())

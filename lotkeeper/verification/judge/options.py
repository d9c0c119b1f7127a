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
from lotkeeper.verification.judge.report import document, show
from lotkeeper.verification.judge.verdict import Expectations, JournalVerdict

KEPT, BROKEN = 0, 1


def to_profits(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, Fraction]:
    """By pair, the one for all others under ""; a fraction of cost. Raises click.BadParameter."""
    found: dict[str, Fraction] = {}
    for value in values:
        symbol, _, text = value.rpartition("=")
        found[symbol.upper()] = read_percent(text) / 100
    return found


def read_percent(text: str) -> Fraction:
    """A plain number from zero on; raises click.BadParameter."""
    whole, _, rest = text.partition(".")
    if not (whole + rest).isdecimal() or not (whole + rest).isascii():
        raise click.BadParameter(f"{text!r} is no percentage such as 0.5 or BTCUSDT=0.8.")
    return Fraction(text)


def to_pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(value.upper() for value in values)


def to_lots(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(values)


CHECK_OPTIONS: tuple[click.Option, ...] = (
    click.Option(["--check"], type=READ_FILE, help="The journal; exit code 0: the promise was kept, 1: broken."),
    click.Option(
        ["--net-profit-pct", "profits"],
        callback=to_profits,
        multiple=True,
        metavar="[PAIR=]PCT",
        help="The profit that was wanted, in percent of cost; 0 if not said. Repeatable for pairs.",
    ),
    click.Option(
        ["--pair", "pairs"],
        callback=to_pairs,
        multiple=True,
        metavar="S",
        help="A pair that the service had; all if not said. Repeatable.",
    ),
    click.Option(
        ["--from", "from_s"],
        metavar="SECONDS",
        type=click.FloatRange(min=0),
        default=0.0,
        help="BUYs of the journal's first so many seconds were made before the service was there.",
    ),
    seconds("--grace", 5.0, "What happened less than so many seconds before the end asks for no SELL yet."),
    seconds("--bid-window", 10.0, "A fee in another asset is worth its lowest bid within so many seconds of the fill."),
    click.Option(
        ["--except", "exempt"],
        callback=to_lots,
        multiple=True,
        metavar="LOT",
        help="A lot (lk1-...) that was sold by another rule, without a floor. Repeatable.",
    ),
    flag("--strict", "A canceled SELL that was not replaced is a violation."),
    click.Option(["--json", "as_json"], is_flag=True, help="The verdict as one JSON document."),
)
CHECK_NAMES = frozenset(str(option.name) for option in CHECK_OPTIONS)


def check(options: Mapping[str, Any]) -> int:
    """Judge and say the verdict; the exit code. Raises click.UsageError for what is no journal."""
    profits = dict(options["profits"])
    wishes = Expectations(
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
        verdict = judge(options["check"], wishes)
    except JournalError as error:
        raise click.UsageError(str(error)) from error
    _tell(verdict, wishes, as_json=options["as_json"])
    return KEPT if verdict.is_kept else BROKEN


def _tell(verdict: JournalVerdict, wishes: Expectations, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(document(verdict, wishes)).decode() + "\n")
        return
    from rich.console import Console

    show(verdict, wishes, Console())

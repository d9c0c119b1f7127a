"""`lotkeeper pause` and `lotkeeper resume`: stop and allow new SELLs on a pair, or on all pairs."""

import getpass
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.durations import parse_duration
from cli.shared import (
    ServiceCommand,
    config_option,
    confirm,
    dry_run_option,
    json_option,
    report_done,
    show_error,
    why_option,
    write_json,
    yes_option,
)
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import ConfigFile
from lotkeeper.service.documents.pauses import pause_plan, resume_plan
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.interventions.halts import Message, Plan, halt_each, plans_of

all_option = click.option("--all", "is_all", is_flag=True, help="All configured pairs.")


@click.command(cls=ServiceCommand)
@click.argument("pair", default="")
@all_option
@click.option("--for", "for_s", callback=parse_duration, help="End the pause after so long, such as 90m, 2h or 1d12h.")
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def pause(
    *,
    pair: str,
    is_all: bool,
    for_s: float | None,
    why: str,
    is_dry_run: bool,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Place no new SELL on PAIR until it is resumed.

    SELLs on the book stay there. New BUYs are still recorded, and are sold when the pair is resumed. The pause
    survives a restart and the loss of the database. In an emergency: `lotkeeper kill-switch on`, which does not ask.

    \b
    Example:
      lotkeeper pause BTCUSDT --for 2h
      lotkeeper pause --all --yes --why "the exchange announced maintenance"
    """
    from messages.pair_commands import PausePair

    until_ms = None if for_s is None else round((time.time() + for_s) * 1000)
    until = None if until_ms is None else datetime.fromtimestamp(until_ms / 1000, UTC).isoformat()
    who = getpass.getuser()
    _Halting(
        lambda symbol, seen_ms: PausePair(symbol, until_ms, who, why, shown_ms=seen_ms),
        partial(pause_plan, until=until),
        ConfigFile(_named(pair, is_all, config_path)),
    ).run(pair.upper(), is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json)


@click.command(cls=ServiceCommand, short_help="Sell on PAIR again after a pause.")
@click.argument("pair", default="")
@all_option
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def resume(
    *, pair: str, is_all: bool, why: str, is_dry_run: bool, is_sure: bool, config_path: Path, as_json: bool
) -> None:
    """Sell on PAIR again after a pause, including everything bought meanwhile.

    Lots whose SELL you cancelled on the exchange are sold again too.

    \b
    Example:
      lotkeeper resume BTCUSDT --dry-run
      lotkeeper resume --all
    """
    from messages.pair_commands import ResumePair

    who = getpass.getuser()
    _Halting(
        lambda symbol, seen_ms: ResumePair(symbol, who, why, seen_ms),
        resume_plan,
        ConfigFile(_named(pair, is_all, config_path)),
    ).run(pair.upper(), is_dry_run=is_dry_run, is_sure=is_sure, as_json=as_json)


def _named(pair: str, is_all: bool, config_path: Path) -> Path:
    if bool(pair) == is_all:
        raise click.UsageError("Give either PAIR or --all.")
    return config_path


@dataclass(frozen=True, slots=True)
class _Halting:
    """A pause or a resume, of one pair or of all."""

    message: Message
    plan: Plan
    file: ConfigFile  # read only where it is needed: a pause may be urgent, and that takes longest

    def run(self, symbol: str, *, is_dry_run: bool, is_sure: bool, as_json: bool) -> None:
        """`symbol` is empty for all pairs."""
        seen: dict[str, int | None] = dict.fromkeys([symbol] if symbol else self._configured())
        if is_dry_run or not is_sure:
            plans, seen = plans_of(self._ask, self.plan, symbol, self._configured())
            if is_dry_run:
                _show_plans(plans, is_one=bool(symbol), as_json=as_json)
                return
            confirm("\n".join(plans.values()), is_sure, as_json)
        if symbol:
            report_done(self._ask(self.message(symbol, seen[symbol])).text, as_json)
        else:
            _show_answers(halt_each(self._ask, self.message, seen), as_json)

    def _ask(self, message: object) -> Any:
        return ask_service(self.file, message)

    def _configured(self) -> Iterator[str]:
        yield from self.file.config.pairs


def _show_plans(plans: Mapping[str, str], *, is_one: bool, as_json: bool) -> None:
    if as_json and not is_one:
        write_json([{"pair": symbol, "done": plan} for symbol, plan in plans.items()])
    else:
        report_done("\n".join(plans.values()), as_json)


def _show_answers(answers: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """The exit code is 1 where one pair was refused."""
    if as_json:
        write_json(answers)
    for answer in answers if not as_json else ():
        if "done" in answer:
            click.echo(answer["done"])
        else:
            show_error(ServiceError(answer["error"]), as_json=False)
    if any("error" in answer for answer in answers):
        click.get_current_context().exit(1)

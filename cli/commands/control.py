"""`lotkeeper pause` and `lotkeeper resume`: stop and allow new SELLs on a pair, or on all pairs."""

import getpass
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from lotkeeper.service.configuration import load_config
from lotkeeper.service.documents.pauses import pause_plan, resume_plan, shown_ms
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError

if TYPE_CHECKING:
    from lotkeeper.config import Config

Json = Mapping[str, Any]
Message = Callable[[str, int | None], object]  # of a pair, with since when the person saw it paused
Plan = Callable[[str, Json, Sequence[Json] | None], str]  # of a pair, its status, and its open lots
_MOST_LOTS = 100_000

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
        load_config(_named(pair, is_all, config_path)),
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
        load_config(_named(pair, is_all, config_path)),
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
    config: "Config"

    def run(self, symbol: str, *, is_dry_run: bool, is_sure: bool, as_json: bool) -> None:
        """`symbol` is empty for all pairs."""
        seen: dict[str, int | None] = dict.fromkeys([symbol] if symbol else self.config.pairs)
        if is_dry_run or not is_sure:
            pairs = self._pairs(symbol)
            plans = [self.plan(each, pair, self._lots(each)) for each, pair in pairs.items()]
            if is_dry_run:
                self._show_plans(list(zip(pairs, plans, strict=True)), is_one=bool(symbol), as_json=as_json)
                return
            confirm("\n".join(plans), is_sure, as_json)
            seen = {each: _shown_ms(pair) for each, pair in pairs.items()}
        if symbol:
            report_done(ask_service(self.config, self.message(symbol, seen[symbol])).text, as_json)
        else:
            self._do_all(seen, as_json)

    def _pairs(self, symbol: str) -> dict[str, Json]:
        """The pairs that are meant, as the status has them; nothing is known of any while the Monitor restarts."""
        from lotkeeper.trading.nearest_names import not_configured
        from messages.control import AskStatus

        try:
            pairs: dict[str, Json] = ask_service(self.config, AskStatus()).document["pairs"]
        except ServiceNotRunningError:
            raise
        except ServiceError:
            return {each: {} for each in ([symbol] if symbol else self.config.pairs)}
        if symbol and symbol not in pairs:
            raise ServiceError(not_configured(symbol, pairs))
        return {symbol: pairs[symbol]} if symbol else pairs

    def _lots(self, symbol: str) -> Sequence[Json] | None:
        """None while the database cannot be read."""
        from messages.control import AskPositions

        try:
            lots: Sequence[Json] = ask_service(self.config, AskPositions(symbol, True, _MOST_LOTS)).positions
        except ServiceNotRunningError:
            raise
        except ServiceError:
            return None
        return lots

    def _show_plans(self, plans: Sequence[tuple[str, str]], *, is_one: bool, as_json: bool) -> None:
        if as_json and not is_one:
            write_json([{"pair": symbol, "done": plan} for symbol, plan in plans])
        else:
            report_done("\n".join(plan for _, plan in plans), as_json)

    def _do_all(self, seen: Mapping[str, int | None], as_json: bool) -> None:
        """One pair that is refused keeps no other from it, and the exit code is 1 then."""
        answers = [self._try(symbol, shown) for symbol, shown in seen.items()]
        if as_json:
            write_json(answers)
        for answer in answers if not as_json else ():
            if "done" in answer:
                click.echo(answer["done"])
            else:
                show_error(ServiceError(answer["error"]), as_json=False)
        if any("error" in answer for answer in answers):
            click.get_current_context().exit(1)

    def _try(self, symbol: str, shown: int | None) -> dict[str, Any]:
        try:
            return {"pair": symbol, "done": ask_service(self.config, self.message(symbol, shown)).text}
        except ServiceNotRunningError:
            raise
        except ServiceError as error:
            return {"pair": symbol, "error": str(error)}


def _shown_ms(pair: Json) -> int | None:
    """None where nothing was shown."""
    return shown_ms(pair["pause"], is_on=pair["paused"]) if "paused" in pair else None

"""`lotkeeper resolve`: a person settles an order whose outcome is not known."""

import getpass
from pathlib import Path
from typing import Any

import click

from cli.shared import (
    ServiceCommand,
    config_option,
    confirm,
    dry_run_option,
    json_option,
    report_done,
    why_option,
    write_json,
    yes_option,
)
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

_WITHIN_S = 10.0  # with --found the exchange is asked


@click.command(cls=ServiceCommand, short_help="Settle an order whose outcome is not known.")
@click.argument("order", default="")
@click.option("--found", "found_id", type=click.IntRange(0), help="The exchange has it, with this order id.")
@click.option("--never-arrived", is_flag=True, help="The exchange does not have it and never will.")
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def resolve(
    *,
    order: str,
    found_id: int | None,
    never_arrived: bool,
    why: str,
    is_dry_run: bool,
    is_sure: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Settle ORDER (a client order id). Without --found or --never-arrived, show the orders whose outcome is not known.

    lotkeeper asks the exchange about such an order until it knows the outcome; no timeout decides. Use this command
    where asking does not help. --found names the order on the exchange, and is checked there. --never-arrived is
    accepted only once the request can no longer reach the exchange.

    \b
    Example:
      lotkeeper resolve
      lotkeeper resolve lk1-5eh-1 --found 123456
    """
    if found_id is not None and never_arrived:
        raise click.UsageError("--found and --never-arrived cannot be given together.")
    from messages.control import AskStatus
    from messages.pair_commands import ResolveOrder

    config = load_config(config_path)
    unresolved = _unresolved_orders(ask_service(config, AskStatus()).document)
    chosen = [each for each in unresolved if order in ("", each["order"])]
    if order and not chosen:
        known = ", ".join(each["order"] for each in unresolved) or "none"
        from lotkeeper.trading.nearest_names import did_you_mean

        nearest = did_you_mean(order, [each["order"] for each in unresolved])
        raise ServiceError(f"{order} is not an order of unknown outcome; these are: {known}{nearest}")
    if not order or (found_id is None and not never_arrived):
        _show(chosen, as_json)
        return
    from cli.views.status import unresolved_order_line

    (doubt,) = chosen
    verdict = "never arrived; its coins can be sold again" if found_id is None else f"is order {found_id}"

    def settle(shown: str = "", *, is_dry: bool) -> str:
        command = ResolveOrder(doubt["pair"], order, found_id, getpass.getuser(), why, is_dry, shown)
        return str(ask_service(config, command, _WITHIN_S).text)

    plan = settle(is_dry=True) if is_dry_run or not is_sure else ""
    if is_dry_run:
        report_done(plan, as_json)
        return
    said = f"{unresolved_order_line(doubt)}\nYou say that SELL {order} {verdict}."
    confirm(f"{said}\nTo be settled: {plan}.", is_sure, as_json)
    report_done(settle(plan, is_dry=False), as_json)


def _unresolved_orders(status: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"pair": symbol, **each} for symbol, pair in status["pairs"].items() for each in pair.get("in_doubt") or ()]


def _show(unresolved: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        write_json(unresolved)
        return
    from cli.views.status import unresolved_order_line

    for each in unresolved:
        click.echo(unresolved_order_line(each))
    if not unresolved:
        click.echo("the outcome of every order is known")

"""`lotkeeper resolve`: a person settles an order whose outcome is not known."""

from pathlib import Path
from typing import Any

import click

from cli.shared import Failure, asked, config_option, configured, confirmed, json_option, write_json, yes_option


@click.command(short_help="Settle an order whose outcome is not known.")
@click.argument("order", default="")
@click.option("--found", "found_id", type=click.IntRange(0), help="The exchange has it as the order of this id.")
@click.option("--never-arrived", is_flag=True, help="It is not on the exchange, and will not be.")
@yes_option
@config_option
@json_option
def resolve(
    *, order: str, found_id: int | None, never_arrived: bool, is_sure: bool, config_path: Path, as_json: bool
) -> None:
    """Settle ORDER (its client order id), or show the orders in doubt: why, for how long, and what is asked next.

    lotkeeper asks the exchange until it knows, and no time-out decides. This is for the rest: --found names the order
    on the exchange, which is checked; --never-arrived is taken once the request cannot be alive any more.
    """
    if found_id is not None and never_arrived:
        raise click.UsageError("--found and --never-arrived cannot be given together.")
    from messages.control import AskStatus, ResolveOrder

    config = configured(config_path)
    doubts = _in_doubt(asked(config, AskStatus()).document)
    chosen = [each for each in doubts if order in ("", each["order"])]
    if order and not chosen:
        known = ", ".join(each["order"] for each in doubts) or "none"
        raise Failure(f"{order} is not in doubt; in doubt: {known}")
    if not order or (found_id is None and not never_arrived):
        _show(chosen, as_json)
        return
    (doubt,) = chosen
    verdict = "never arrived; its coins are free to be sold again" if found_id is None else f"is order {found_id}"
    confirmed(f"{line_of(doubt)}\nYour word: SELL {order} {verdict}.", is_sure, as_json)
    done = asked(config, ResolveOrder(doubt["pair"], order, found_id)).text
    write_json({"done": done}) if as_json else click.echo(done)


def line_of(doubt: dict[str, Any]) -> str:
    """An order in doubt in one line: its age, the evidence, the next question."""
    following = doubt["next_question_seconds"]
    when = "the answer is awaited" if following is None else f"asked again in {following:.1f} s"
    what = "SELL" if doubt["what"] == "SELL" else "cancel of SELL"
    lives = doubt["may_arrive_seconds"]
    life = f"it may arrive for {lives:.0f} s yet" if lives else "it cannot arrive any more"
    return (
        f"{doubt['lot']}: {what} {doubt['order']} unknown for {doubt['age_seconds']:.0f} s: {doubt['evidence']}; "
        f"asked {doubt['asked']} times, {when}; {life}"
    )


def _in_doubt(status: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"pair": symbol, **doubt} for symbol, pair in status["pairs"].items() for doubt in pair.get("in_doubt") or ()
    ]


def _show(doubts: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        write_json(doubts)
        return
    for doubt in doubts:
        click.echo(line_of(doubt))
    if not doubts:
        click.echo("nothing is in doubt: the outcome of every order is known")

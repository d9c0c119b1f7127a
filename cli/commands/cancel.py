"""`lotkeeper cancel`: a person cancels an open order."""

import getpass
from pathlib import Path

import click

from cli.shared import (
    ServiceCommand,
    config_option,
    confirm,
    dry_run_option,
    json_option,
    report_done,
    why_option,
    yes_option,
)
from lotkeeper.service.client import ask_service
from lotkeeper.service.configuration import load_config
from lotkeeper.service.interventions.cancels import Cancel, cancel_question

_WITHIN_S = 30.0  # of a BUY the exchange's answer is waited for


@click.command(cls=ServiceCommand, short_help="Cancel an open order, or withdraw the sale of a lot.")
@click.argument("order")
@why_option
@dry_run_option
@yes_option
@config_option
@json_option
def cancel(*, order: str, why: str, is_dry_run: bool, is_sure: bool, config_path: Path, as_json: bool) -> None:
    """Cancel ORDER, a client order id or an order id of `lotkeeper orders`; or withdraw the sale of a lot by its name.

    A SELL of ours: its lot stays unsold until `lotkeeper resume PAIR`, as after a cancel on the exchange's page. A SELL
    that you asked for with `lotkeeper sell`: the sale is withdrawn, and the lot is sold by its policy again. A BUY:
    what it has bought so far is kept as before.

    \b
    Example:
      lotkeeper cancel lk1-5eh-1
      lotkeeper cancel BTCUSDT-7001
    """
    config = load_config(config_path)
    found = Cancel(lambda message: ask_service(config, message, _WITHIN_S), order, getpass.getuser(), why)
    plan = ""
    if is_dry_run or not is_sure:
        plan = found.plan()
        if is_dry_run:
            report_done(plan, as_json)
            return
        confirm(cancel_question(plan), is_sure, as_json)
    report_done(found.do(plan), as_json)

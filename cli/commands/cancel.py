"""`lotkeeper cancel`: a person cancels an open order."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

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
from lotkeeper.service.documents.open_orders import MOST_LOTS, open_orders
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config

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
    from messages.pair_commands import CancelOrder, WithdrawSale

    config = load_config(config_path)
    symbol, is_lot = _find(config, order)

    def message(is_dry: bool, shown: str = "") -> object:
        if is_lot:
            return WithdrawSale(symbol, order.upper(), getpass.getuser(), why, is_dry, shown)
        return CancelOrder(symbol, order, getpass.getuser(), why, is_dry, shown)

    plan = ""
    if is_dry_run or not is_sure:
        plan = ask_service(config, message(True), _WITHIN_S).text
        if is_dry_run:
            report_done(plan, as_json)
            return
        confirm(f"To be done: {plan}.", is_sure, as_json)
    report_done(ask_service(config, message(False, plan), _WITHIN_S).text, as_json)


def _find(config: "Config", order: str) -> tuple[str, bool]:
    """The pair of an open order or of a lot, and whether it is a lot's name."""
    from lotkeeper.trading.nearest_names import did_you_mean
    from messages.control import AskPositions, AskStatus

    lots = ask_service(config, AskPositions("", True, MOST_LOTS)).positions
    pair = next((lot["pair"] for lot in lots if lot["lot"] == order.upper()), None)
    if pair is not None:
        return pair, True
    rows = open_orders(lots, ask_service(config, AskStatus()).document["pairs"])
    found = [row["pair"] for row in rows if order in (row["client_order_id"], str(row["order_id"]))]
    if not found:
        names = [*(lot["lot"] for lot in lots), *(row["client_order_id"] for row in rows)]
        text = f"{order} is no open order and no open lot; `lotkeeper orders` lists them"
        raise ServiceError(f"{text}{did_you_mean(order, names) or did_you_mean(order.upper(), names)}")
    if len(found) > 1:
        raise ServiceError(f"{order} is an order of {' and of '.join(found)}: name it by its client order id")
    return found[0], False

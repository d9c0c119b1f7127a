"""Cancels of open orders, and withdrawals of sales."""

from lotkeeper.service.client import Ask
from lotkeeper.service.documents.open_orders import MOST_LOTS, open_orders
from lotkeeper.service.errors import ServiceError, UnknownNameError


class Cancel:
    """Of an order by its client order id or its order id, or of the sale of a lot by the lot's name."""

    def __init__(self, ask: Ask, order: str, who: str, why: str) -> None:
        """Raises UnknownNameError, and ServiceError for a name that means more than one."""
        self._ask, self._order, self._who, self._why = ask, order, who, why
        self._symbol, self._is_lot = find_order(ask, order)

    def plan(self) -> str:
        """What would be done. Waits for up to half a minute."""
        return str(self._ask(self._message(is_dry_run=True, shown="")).text)

    def do(self, shown: str) -> str:
        """What was done, if it comes to what was shown. Of a BUY the exchange's answer is waited for."""
        return str(self._ask(self._message(is_dry_run=False, shown=shown)).text)

    def _message(self, *, is_dry_run: bool, shown: str) -> object:
        from messages.pair_commands import CancelOrder, WithdrawSale

        if self._is_lot:
            return WithdrawSale(self._symbol, self._order.upper(), self._who, self._why, is_dry_run, shown)
        return CancelOrder(self._symbol, self._order, self._who, self._why, is_dry_run, shown)


def cancel_question(plan: str) -> str:
    """What a person is asked."""
    return f"To be done: {plan}."


def find_order(ask: Ask, order: str) -> tuple[str, bool]:
    """The pair of an open order or of a lot, and whether it is a lot's name."""
    from lotkeeper.trading.nearest_names import did_you_mean
    from messages.control import AskPositions, AskStatus

    lots = ask(AskPositions("", True, MOST_LOTS)).positions
    pair = next((lot["pair"] for lot in lots if lot["lot"] == order.upper()), None)
    if pair is not None:
        return pair, True
    rows = open_orders(lots, ask(AskStatus()).document["pairs"])
    found = [row["pair"] for row in rows if order in (row["client_order_id"], str(row["order_id"]))]
    if not found:
        names = [*(lot["lot"] for lot in lots), *(row["client_order_id"] for row in rows)]
        text = f"{order} is no open order and no open lot; `lotkeeper orders` lists them"
        raise UnknownNameError(f"{text}{did_you_mean(order, names) or did_you_mean(order.upper(), names)}")
    if len(found) > 1:
        raise ServiceError(f"{order} is an order of {' and of '.join(found)}: name it by its client order id")
    return found[0], False

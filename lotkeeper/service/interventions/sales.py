"""Sales that a person asks for."""

from typing import TYPE_CHECKING, Any

from lotkeeper.service.client import Ask
from lotkeeper.service.documents.known_names import lot_explained
from lotkeeper.service.documents.open_orders import MOST_LOTS
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError

if TYPE_CHECKING:
    from lotkeeper.trading.selling.planned_sale import SaleWish

Json = dict[str, Any]


class Sale:
    """One wish, for one lot or for many."""

    def __init__(self, ask: Ask, wish: "SaleWish", *, is_again: bool) -> None:
        """`ask` has to wait for the answer for up to half a minute: the bid is asked for, and the sale is recorded."""
        self._ask, self._wish, self._is_again = ask, wish, is_again

    def of(self, lot: str, *, is_dry_run: bool) -> Json:
        """The plan of a sale, or how far it has come. A refusal says what became of the lot, or the nearest names."""
        with lot_explained(self._ask, lot):
            return self._sell(lot, is_dry_run=is_dry_run)

    def of_each(self, lots: list[str], *, is_dry_run: bool) -> list[Json]:
        """The same of many: lots that are refused do not keep the others from being sold."""
        return [self._try(lot, is_dry_run=is_dry_run) for lot in lots]

    def open_lots(self, pair: str) -> list[str]:
        """Of a pair or (empty) of all, those bought first come first."""
        from messages.control import AskPositions

        found = self._ask(AskPositions(pair, True, MOST_LOTS)).positions
        return [lot["lot"] for lot in reversed(found)]

    def _try(self, lot: str, *, is_dry_run: bool) -> Json:
        try:
            return self._sell(lot, is_dry_run=is_dry_run)
        except ServiceNotRunningError:
            raise
        except ServiceError as error:
            return {"state": "refused", "lot": lot, "error": str(error)}

    def _sell(self, lot: str, *, is_dry_run: bool) -> Json:
        from messages.pair_commands import SellLot

        symbol = lot.rpartition("-")[0]
        if not symbol:
            raise ServiceError(f"{lot} is not the name of a lot; lots have names like BTCUSDT-123")
        document: Json = self._ask(SellLot(symbol, lot, self._wish, self._is_again, is_dry_run)).document
        return document


def planned(plans: list[Json]) -> list[str]:
    """The lots of these plans that can be sold."""
    return [plan["lot"] for plan in plans if plan["state"] == "planned"]

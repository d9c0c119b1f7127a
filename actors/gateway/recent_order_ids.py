"""Client order ids that the exchange has taken, by pair: none is sent again before its keeper has asked about it."""

from dataclasses import dataclass

from lotkeeper.trading.recovery.in_flight import InFlight, alive_until
from messages.orders import PlaceSellOrder

_MAX_RECENT = 10_000  # client order ids; the oldest are forgotten
_EARLY_S = 1.0  # a keeper counts from the moment when it was told to ask, which is a little later


@dataclass(slots=True)
class _RecentId:
    within_s: float  # for how long a keeper has to ask
    asked_by: int | None = None  # the incarnation of the keeper that was told to ask
    since: float = 0.0  # monotonic, s: when it was told so


class RecentOrderIds:
    """A keeper may die before anything of its SELL is recorded, and the SELL be filled just before the next compares.

    Then the SELL is no longer on the book, and its trades, which come from a database that may be behind, are not there
    yet. The successor chooses the same client order id, which is free again (Binance rest-api.md, "New order").

    An order that a person cancelled loses its id: one that is asked about and not found may be sent in the end.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], _RecentId] = {}

    def add(self, placed: InFlight) -> None:
        """The exchange has taken this order."""
        key = placed.symbol, placed.client_id
        self._ids.pop(key, None)
        self._ids[key] = _RecentId(alive_until(0, placed.recv_window_ms) / 1000 - _EARLY_S)
        if len(self._ids) > _MAX_RECENT:
            del self._ids[next(iter(self._ids))]

    def must_ask_first(self, order: PlaceSellOrder, at: float) -> bool:
        """Whether the keeper has to ask about this id before: as long as an order of unknown outcome may arrive."""
        recent = self._ids.get((order.symbol, order.client_id))
        if recent is None:
            return False
        if recent.asked_by != order.incarnation:
            recent.asked_by, recent.since = order.incarnation, at
        return at - recent.since < recent.within_s

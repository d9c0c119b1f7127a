"""Orders that the exchange has taken: their names are not sent a second time before somebody has asked about them.

A keeper may die with nothing of its SELL written down, and the SELL be sold just before its successor compares: then it
is not on the book any more, and its trades, which come from a database that may be behind, are not there yet. The
successor chooses the same name, and that is free again (Binance rest-api.md, "New order").
"""

from dataclasses import dataclass

from lotkeeper.trading.recovery.in_flight import InFlight, alive_until
from messages.orders import PlaceSellOrder

_MOST = 10_000  # names; the oldest are forgotten
_EARLY_S = 1.0  # a keeper counts from when it was told to ask, a moment later


@dataclass(slots=True)
class _Name:
    """`asks` is the keeper that was told to ask about it, since `since` (monotonic, s)."""

    within_s: float
    asks: int | None = None
    since: float = 0.0


class Placed:
    """By pair and client order id: the exchange counts orders by pair.

    Cancelled by hand an order loses its name: one that nobody finds may be sent in the end.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], _Name] = {}

    def note(self, placed: InFlight) -> None:
        """The exchange has taken it."""
        key = placed.symbol, placed.client_id
        self._names.pop(key, None)
        self._names[key] = _Name(alive_until(0, placed.recv_window_ms) / 1000 - _EARLY_S)
        if len(self._names) > _MOST:
            del self._names[next(iter(self._names))]

    def is_doubted(self, message: PlaceSellOrder, at: float) -> bool:
        """Whether its keeper has to ask before: it is told so, and asks as long as an order in doubt may arrive."""
        name = self._names.get((message.symbol, message.client_id))
        if name is None:
            return False
        if name.asks != message.incarnation:
            name.asks, name.since = message.incarnation, at
        return at - name.since < name.within_s

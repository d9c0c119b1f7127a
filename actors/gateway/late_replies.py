"""Replies that come after their keeper was told that the outcome is unknown: each meets its own order."""

from actors.gateway.in_flight_guard import Admission
from lotkeeper.exchange.requests import ExchangeRequest
from messages.orders import CancelSellOrder, PlaceSellOrder
from messages.purchases import PlaceBuyOrder

_WITHIN_S = 600.0  # a reply that comes later is not matched to its order any more

LateOrder = CancelSellOrder | tuple[PlaceBuyOrder | PlaceSellOrder, Admission]


class LateReplies:
    """The requests of which a reply may still come. Two that are alike are told apart: each is known by itself."""

    def __init__(self) -> None:
        self._expected: dict[int, tuple[ExchangeRequest, LateOrder, float]] = {}  # by the identity of the request

    def expect(self, request: ExchangeRequest, order: LateOrder, now_s: float) -> None:
        self._forget_old(now_s)
        self._expected[id(request)] = request, order, now_s

    def take(self, request: ExchangeRequest, now_s: float) -> LateOrder | None:
        """The order of this very request; None for one that is not expected, or not any more."""
        self._forget_old(now_s)
        found = self._expected.pop(id(request), None)
        return None if found is None else found[1]

    def _forget_old(self, now_s: float) -> None:
        self._expected = {key: each for key, each in self._expected.items() if now_s - each[2] <= _WITHIN_S}

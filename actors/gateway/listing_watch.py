"""Asks the exchange now and then which pairs it will delist, and which coins it has put under observation."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange.budget.costs import Purpose
from lotkeeper.exchange.link.protocol import ExchangeLink
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.listing_plans import asset_tags, delistings
from lotkeeper.exchange.rest.outcomes import Answered, Outcome

_FIRST_S = 15.0  # after the start, when the pairs have asked what they need
_EVERY_S = 6 * 3_600.0  # also where the exchange does not tell
_ANSWER_WITHIN_S = 10.0
AT_RISK = "Monitoring"  # the tag of a coin that the exchange may delist (Binance, "Monitoring Tag")


@dataclass(frozen=True, slots=True)
class ListingPlans:
    """What the exchange says of the future of some pairs, and of all coins."""

    delistings: tuple[tuple[str, int], ...]  # symbols, and when they go (exchange's time, ms)
    at_risk: frozenset[str]  # assets


class ListingWatch:
    """Two requests every six hours. A failure changes nothing, and is tried again with the next."""

    def __init__(self, throttle: RequestThrottle, monotonic: Callable[[], float]) -> None:
        self._delistings: Mapping[str, int] = {}  # by symbol (exchange's time, ms)
        self._at_risk: frozenset[str] = frozenset()  # assets
        self._throttle, self._monotonic = throttle, monotonic
        self._due_s: float | None = None  # monotonic; None: nothing is asked

    def plans_of(self, symbols: Iterable[str]) -> ListingPlans:
        """As far as it was answered."""
        planned = self._delistings
        return ListingPlans(tuple((each, planned[each]) for each in symbols if each in planned), self._at_risk)

    def begin(self) -> None:
        """From now on it asks."""
        self._due_s = self._monotonic() + _FIRST_S

    def ask_when_due(self, link: ExchangeLink | None) -> bool:
        """Whether something was submitted, so that the link has to be tended."""
        if link is None or self._due_s is None or self._monotonic() < self._due_s:
            return False
        requests: tuple[tuple[ExchangeRequest, Callable[[Any], None]], ...] = (
            (delistings(), self._learn_delistings),
            (asset_tags(), self._learn_tags),
        )
        if any(self._throttle.deferral(request.cost, Purpose.PRICES) is not None for request, _ in requests):
            return False
        self._due_s = self._monotonic() + _EVERY_S
        for request, learn in requests:
            link.submit(request, _ANSWER_WITHIN_S, partial(_take, learn))
        return True

    def _learn_delistings(self, found: dict[str, int]) -> None:
        self._delistings = found

    def _learn_tags(self, found: dict[str, tuple[str, ...]]) -> None:
        self._at_risk = frozenset(asset for asset, tags in found.items() if AT_RISK in tags)


def _take(learn: Callable[[Any], None], outcome: Outcome) -> None:
    if isinstance(outcome, Answered):
        learn(outcome.body)

"""What the Gateway sends and what comes back: every request is paid from the budget, every reply teaches it."""

from collections.abc import Callable
from dataclasses import dataclass

from lotkeeper.exchange.budget.budget import Budget, Go, WaitUntil
from lotkeeper.exchange.budget.clock import ExchangeClock
from lotkeeper.exchange.budget.holds import hold_of
from lotkeeper.exchange.budget.limits import limits_in
from lotkeeper.exchange.budget.purposes import Purpose
from lotkeeper.exchange.budget.weights import Cost, cost_of
from lotkeeper.exchange.rest.client import Sent
from lotkeeper.exchange.rest.connection import Reply
from lotkeeper.exchange.rest.describe import text_of
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Unknown, is_refused_as
from lotkeeper.trading.orders.refusals import RefusalKind

UNREACHED_S = 0.25  # costs nothing at the exchange, and the network may be back at any moment
TIME_COST = cost_of("GET", "/api/v3/time", {})


@dataclass(frozen=True, slots=True)
class Held:
    """Not now: why, and in how many seconds again, where that is known."""

    reason: str
    retry_s: float = 0.0


class Traffic:
    """The watch of the REST client. `monotonic` gives seconds, `wall_ms` the time of this machine."""

    def __init__(self, monotonic: Callable[[], float], wall_ms: int) -> None:
        self.budget = Budget()
        self.requests = 0
        self.is_unsure = False  # the last request may have been counted by the exchange, or not
        self._monotonic = monotonic
        self._clock = ExchangeClock(wall_ms, monotonic())
        self._sent_ms = 0
        self._last_request_at = monotonic()
        self._trouble = ""
        self._key_trouble = ""
        self._unreached_until = 0.0

    @property
    def now_ms(self) -> int:
        """The exchange's time."""
        return self._clock.ms(self._monotonic())

    @property
    def quiet_s(self) -> float:
        """How long nothing was sent."""
        return self._monotonic() - self._last_request_at

    def held(self, cost: Cost, purpose: Purpose) -> Held | None:
        """Why something may not be sent now; None when it may.

        Where nobody was reached a moment ago, the next one need not wait for the same.
        """
        unreached_s = self._unreached_until - self._monotonic()
        if unreached_s > 0:
            return Held(self._trouble, unreached_s)
        now_ms = self.now_ms
        match self.budget.may(cost, purpose, now_ms):
            case WaitUntil(until_ms, reason):
                return Held(reason, (until_ms - now_ms) / 1000)
            case Go():
                return None

    def limited(self, retry_after_s: float, text: str, *, is_about_orders: bool = False) -> None:
        """A refusal with 429 or 418, on whatever way it came."""
        self.budget.limited(hold_of(retry_after_s, text, self.now_ms, is_about_orders=is_about_orders))

    def trouble(self) -> str:
        """What is wrong, in words; empty when all is well."""
        holds = self.budget.holds(self.now_ms)
        return self._key_trouble or (holds[0].reason if holds else self._trouble)

    # The watch

    def sending(self, request: Sent) -> None:
        self.requests += 1
        self._sent_ms, self._last_request_at = self.now_ms, self._monotonic()
        self.budget.spend(request.cost, self._sent_ms)

    def ended(self, request: Sent, reply: Reply) -> None:
        outcome = reply.outcome
        self._refund(request.cost, outcome)
        self.budget.told(reply.counts, self._sent_ms)
        if isinstance(outcome, RateLimited):
            self.limited(outcome.retry_after_s, outcome.text, is_about_orders=outcome.is_about_orders)
        elif isinstance(outcome, Answered) and isinstance(outcome.body, dict):
            self.budget.learn(limits_in(outcome.body.get("rateLimits")))
        self.is_unsure = isinstance(outcome, Unknown)
        is_unreached = isinstance(outcome, NotSent)
        self._trouble = text_of(outcome) if is_unreached else ""
        self._unreached_until = self._monotonic() + UNREACHED_S if is_unreached else 0.0
        if request.is_signed:  # what needs no key says nothing about it
            is_refused = is_refused_as(outcome, RefusalKind.BAD_KEY)
            self._key_trouble = f"the exchange refuses the key: {text_of(outcome)}" if is_refused else ""

    def clock_read(self, server_ms: int) -> None:
        before_ms = self.now_ms
        self._clock.set(server_ms, self._monotonic())
        self.budget.realigned(before_ms, self.now_ms)

    def _refund(self, cost: Cost, outcome: Outcome) -> None:
        if isinstance(outcome, NotSent):
            self.budget.give_back(cost, self._sent_ms)
        elif isinstance(outcome, Answered):
            self.budget.give_back(Cost(weight=cost.refund), self._sent_ms)


def with_retry(cost: Cost) -> Cost:
    """A signed request after which the exchange's clock is read and it is sent once more, when the clock was wrong."""
    return cost + TIME_COST + cost

"""What the Gateway sends and what comes back: every request is paid from the budget, every reply teaches it."""

from collections.abc import Callable
from dataclasses import dataclass

from lotkeeper.exchange.budget.budget import Budget, describe_window, pause_for
from lotkeeper.exchange.budget.costs import Cost, Purpose, cost_of
from lotkeeper.exchange.budget.limits import MINUTE_MS, LimitKind, read_limits
from lotkeeper.exchange.budget.windows import ExchangeClock
from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Unknown, describe, is_refused_as
from lotkeeper.trading.orders.refusals import RefusalKind
from messages.health import ExchangePause, GatewayReported, LimitUse

UNREACHED_S = 0.25  # an attempt costs nothing at the exchange, and the network may be back at any moment
TIME_COST = cost_of("GET", "/api/v3/time", {})


@dataclass(frozen=True, slots=True)
class Deferred:
    """It may not be sent now."""

    reason: str
    retry_s: float = 0.0  # it may be sent after so many seconds; 0 where that is not known


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One moment by three clocks."""

    exchange_ms: int
    wall_ms: int  # this machine's time
    monotonic_s: float  # by the clock that nobody can set


@dataclass(slots=True)
class OutcomeCounts:
    """Since the start of the Gateway."""

    orders: int = 0  # that keepers sent, whether they went on to the exchange or not
    refused: int = 0  # by the exchange
    unknown: int = 0  # without an answer


def with_retry(cost: Cost) -> Cost:
    """The most that a signed request takes: refused for a wrong clock, it is sent again after the clock was read."""
    return cost + TIME_COST + cost


class RequestThrottle:
    """Decides what may be sent now. It observes the REST client, so that it knows what was sent and answered."""

    def __init__(self, monotonic: Callable[[], float], wall_ms: Callable[[], int]) -> None:
        self.budget = Budget()
        self.requests = 0  # sent since the start
        self.is_count_unsure = False  # the exchange may or may not have counted the last request
        self._monotonic = monotonic
        self._wall_ms = wall_ms
        self._clock = ExchangeClock(wall_ms(), monotonic())
        self._sent_ms = 0  # when the last request was sent, by the exchange's clock
        self._last_request_at = monotonic()
        self._trouble = ""  # of the last request, for people
        self._key_trouble = ""
        self._unreached_until = 0.0  # monotonic

    @property
    def now_ms(self) -> int:
        """The exchange's time."""
        return self._clock.ms(self._monotonic())

    @property
    def idle_s(self) -> float:
        """For how long nothing was sent."""
        return self._monotonic() - self._last_request_at

    def read_clocks(self) -> ClockReading:
        return ClockReading(self.now_ms, self._wall_ms(), self._monotonic())

    def deferral(self, cost: Cost, purpose: Purpose) -> Deferred | None:
        """Why something may not be sent now; None when it may.

        When the exchange could not be reached a moment ago, further requests do not wait for the same time-out.
        """
        unreached_s = self._unreached_until - self._monotonic()
        if unreached_s > 0:
            return Deferred(self._trouble, unreached_s)
        now_ms = self.now_ms
        wait = self.budget.wait_for(cost, purpose, now_ms)
        return None if wait is None else Deferred(wait.reason, (wait.until_ms - now_ms) / 1000)

    def pause(
        self, retry_after_s: float, text: str, *, ban_ends_ms: int | None = None, is_about_orders: bool = False
    ) -> None:
        """The exchange refused a request or a connection of this address with 429 or 418."""
        self.budget.pause_until(
            pause_for(retry_after_s, text, self.now_ms, ban_ends_ms=ban_ends_ms, is_about_orders=is_about_orders)
        )

    # What the Monitor is told

    def trouble(self) -> str:
        """What is wrong, for people; empty when all is well."""
        pauses = self.budget.pauses(self.now_ms)
        return self._key_trouble or (pauses[0].reason if pauses else self._trouble)

    def report(self, counts: OutcomeCounts, trouble: str) -> GatewayReported:
        return GatewayReported(
            at_ms=self._wall_ms(),
            requests=self.requests,
            orders=counts.orders,
            refused=counts.refused,
            unknown=counts.unknown,
            weight_used=self._weight_used(),
            trouble=trouble,
            limits=self._limit_uses(),
            pauses=self._pauses(),
        )

    def _limit_uses(self) -> tuple[LimitUse, ...]:
        return tuple(
            LimitUse(
                str(each.limit.kind),
                describe_window(each.limit.window_ms),
                each.limit.window_ms // 1000,
                each.used,
                each.limit.maximum,
            )
            for each in self.budget.usage(self.now_ms)
        )

    def _weight_used(self) -> int | None:
        """The request weight of this minute."""
        used = {(each.limit.kind, each.limit.window_ms): each.used for each in self.budget.usage(self.now_ms)}
        return used.get((LimitKind.WEIGHT, MINUTE_MS))

    def _pauses(self) -> tuple[ExchangePause, ...]:
        """By the clock of this machine."""
        now_ms = self.now_ms
        shift_ms = self._wall_ms() - now_ms
        return tuple(
            ExchangePause("orders" if each.is_about_orders else "everything", each.until_ms + shift_ms, each.reason)
            for each in self.budget.pauses(now_ms)
        )

    # As the observer of the REST client

    def before_request(self, request: SentRequest) -> None:
        self.requests += 1
        self._sent_ms, self._last_request_at = self.now_ms, self._monotonic()
        self.budget.spend(request.cost, self._sent_ms)

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        outcome = reply.outcome
        self._refund(request.cost, outcome)
        self.budget.apply_reported_counts(reply.counts, self._sent_ms)
        match outcome:
            case RateLimited(retry_after_s, text, is_about_orders, ban_ends_ms):
                self.pause(retry_after_s, text, ban_ends_ms=ban_ends_ms, is_about_orders=is_about_orders)
            case Answered(dict() as body):
                self.budget.learn(read_limits(body.get("rateLimits")))
        self.is_count_unsure = isinstance(outcome, Unknown)
        is_unreached = isinstance(outcome, NotSent)
        self._trouble = describe(outcome) if is_unreached else ""
        self._unreached_until = self._monotonic() + UNREACHED_S if is_unreached else 0.0
        if request.is_signed:  # a public request says nothing about the key
            is_refused = is_refused_as(outcome, RefusalKind.BAD_KEY)
            self._key_trouble = f"the exchange refuses the key: {describe(outcome)}" if is_refused else ""

    def on_server_time(self, server_ms: int) -> None:
        before_ms = self.now_ms
        self._clock.set(server_ms, self._monotonic())
        self.budget.realign(before_ms, self.now_ms)

    def _refund(self, cost: Cost, outcome: Outcome) -> None:
        if isinstance(outcome, NotSent):
            self.budget.refund(cost, self._sent_ms)
        elif isinstance(outcome, Answered):
            self.budget.refund(Cost(weight=cost.refund), self._sent_ms)

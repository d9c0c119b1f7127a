"""What the Gateway sends and what comes back: every request is paid from the budget, every reply teaches it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from actors.gateway.key_troubles import KeyTroubles
from lotkeeper.exchange.budget.budget import Budget, pause_for
from lotkeeper.exchange.budget.costs import API_CONNECTION, NOTHING, Cost, Purpose, cost_of
from lotkeeper.exchange.budget.limits import read_limits
from lotkeeper.exchange.budget.pause_note import NotedPause, note_pause, read_pause
from lotkeeper.exchange.budget.windows import ExchangeClock
from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Refused, Unknown, describe
from lotkeeper.exchange.sharing.lines import WindowReport

UNREACHED_S = 0.25  # an attempt costs nothing at the exchange, and the network may be back at any moment
TIME_COST = cost_of("GET", "/api/v3/time", {})
ACCOUNT_COST = cost_of("GET", "/api/v3/account", {})
_PROBED_AGAIN_S = 0.25
_NOT_ANSWERED = "the exchange has not answered yet"


@dataclass(frozen=True, slots=True)
class Deferred:
    """It may not be sent now."""

    reason: str
    retry_s: float = 0.0  # it may be sent after so many seconds; 0 where that is not known


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One moment by two clocks."""

    wall_ms: int  # this machine's time
    monotonic_s: float  # by the clock that nobody can set, and that all processes of the machine share

    @property
    def monotonic_ms(self) -> int:
        return int(self.monotonic_s * 1000)


def with_retry(cost: Cost) -> Cost:
    """The most that a signed request takes: refused for a wrong clock, it is sent again after the clock was read."""
    return cost + TIME_COST + cost


@dataclass(frozen=True, slots=True)
class _Sent:
    """A request that was sent and has no reply."""

    at_ms: int  # by the exchange's clock
    at_s: float  # monotonic
    spent: Cost  # by all requests up to this one, this one included
    in_flight: Cost  # of the requests that had no reply then


class RequestThrottle:
    """Decides what may be sent now. It observes the link, so that it knows what was sent, and what was answered.

    What is in flight is spent; a reply corrects that, in any order of replies.
    """

    def __init__(self, monotonic: Callable[[], float], wall_ms: Callable[[], int]) -> None:
        self.budget = Budget()
        self.requests = 0  # sent since the start
        self._monotonic = monotonic
        self._wall_ms = wall_ms
        self._clock = ExchangeClock(wall_ms(), monotonic())
        self._sent: dict[SentRequest, _Sent] = {}  # without a reply, in the order in which they were sent
        self._spent = self._in_flight = NOTHING
        self._unsure_since: float | None = None  # since when the exchange may or may not have counted a request
        self._trouble = ""  # of the last request, for people
        self._key_troubles = KeyTroubles()
        self._unreached_until = 0.0  # monotonic
        self._is_pause_new = False
        self._silent_since: float | None = None  # monotonic: nothing but one question is sent until it is answered
        self._has_answered = False  # the exchange has, in this process
        self._is_clock_read = False
        self._pause_file: Path | None = None

    @property
    def now_ms(self) -> int:
        """The exchange's time."""
        return self._clock.ms(self._monotonic())

    @property
    def is_key_refused(self) -> bool:
        """Whether the exchange refuses something of this key, which a person has to mend."""
        return bool(self._key_troubles.text())

    @property
    def clock_ahead_ms(self) -> int:
        """By how much the clock of the machine is before the exchange's; 0 before the exchange's was read."""
        return self._wall_ms() - self.now_ms if self._is_clock_read else 0

    @property
    def is_count_unsure(self) -> bool:
        """Whether the exchange may or may not have counted some request: the reply to the next one will tell."""
        return self._unsure_since is not None

    @property
    def in_flight(self) -> int:
        """How many requests have no reply."""
        return len(self._sent)

    @property
    def oldest_in_flight_s(self) -> float:
        """For how long the oldest request has had no reply; 0 where there is none."""
        oldest = next(iter(self._sent.values()), None)
        return 0.0 if oldest is None else self._monotonic() - oldest.at_s

    @property
    def is_silent(self) -> bool:
        """Whether one question to the exchange has to be answered before anything else is sent.

        It is so at a start where the exchange could not be asked, or had asked for a pause: if the address is banned,
        or still banned, that costs one request.
        """
        return self._silent_since is not None

    def begin(self, pause_file: Path | None, trouble: str) -> None:
        """Keeps to the pause that an earlier process noted; `trouble`: why the exchange could not be asked so far."""
        self._pause_file = pause_file
        noted = None if pause_file is None else read_pause(pause_file)
        if trouble:
            self._silent_since, self._trouble = self._monotonic(), trouble
        if noted is not None:
            self._pause(noted.left_s, noted.reason, is_ban=noted.is_ban)

    def may_probe(self) -> bool:
        """Whether the one question may be asked now."""
        since_s = self._silent_since
        if since_s is None or any(sent.at_s >= since_s for sent in self._sent.values()):
            return False
        return self._wait_for(TIME_COST, Purpose.TRADING) is None

    def read_clocks(self) -> ClockReading:
        return ClockReading(self._wall_ms(), self._monotonic())

    def deferral(self, cost: Cost, purpose: Purpose) -> Deferred | None:
        """Why something may not be sent now; None when it may."""
        waits = self._wait_for(cost, purpose)
        if waits is None and self.is_silent:
            return Deferred(self._trouble or _NOT_ANSWERED, _PROBED_AGAIN_S)
        return waits

    def _wait_for(self, cost: Cost, purpose: Purpose) -> Deferred | None:
        """When the exchange could not be reached a moment ago, further requests do not wait for the same time-out."""
        unreached_s = self._unreached_until - self._monotonic()
        if unreached_s > 0:
            return Deferred(self._trouble, unreached_s)
        now_ms = self.now_ms
        wait = self.budget.wait_for(cost, purpose, now_ms)
        return None if wait is None else Deferred(wait.reason, (wait.until_ms - now_ms) / 1000)

    def is_share_asked(self, cost: Cost, purpose: Purpose) -> bool:
        """Whether something waits for nothing but the answer of the budget broker, which comes in a moment."""
        return self.budget.is_share_asked(cost, purpose, self.now_ms)

    def share_reports(self) -> tuple[WindowReport, ...]:
        """What the budget broker is told, and asked for."""
        return self.budget.shares.reports(self.budget.limits(), self.now_ms, self._in_flight)

    def take_connection(self) -> bool:
        """Whether the Gateway may open a connection of its own now; if so, that is spent."""
        if self.deferral(API_CONNECTION, Purpose.TRADING) is not None:
            return False
        self.budget.spend(API_CONNECTION, self.now_ms)
        return True

    def pause(self, limited: RateLimited) -> None:
        """The exchange refused a request or a connection of this address with 429 or 418. The next process knows it."""
        self._pause(
            limited.retry_after_s,
            limited.text,
            ban_ends_ms=limited.ban_ends_ms if self._is_clock_read else None,  # else this machine's clock may be off
            is_about_orders=limited.is_about_orders,
            is_ban=limited.is_ban,
        )
        pause = self.budget.pause(self.now_ms)
        if self._pause_file is not None and pause is not None and not limited.is_about_orders:
            left_s = (pause.until_ms - self.now_ms) / 1000
            note_pause(self._pause_file, NotedPause(left_s, pause.reason, pause.is_ban))

    def _pause(
        self,
        retry_after_s: float,
        text: str,
        *,
        ban_ends_ms: int | None = None,
        is_about_orders: bool = False,
        is_ban: bool = False,
    ) -> None:
        self._is_pause_new = True
        if not is_about_orders and not self._has_answered:
            self._silent_since = self._monotonic()
        self.budget.pause_until(
            pause_for(
                retry_after_s,
                text,
                self.now_ms,
                ban_ends_ms=ban_ends_ms,
                is_about_orders=is_about_orders,
                is_ban=is_ban,
            )
        )

    def pop_new_pause(self) -> bool:
        """Whether the exchange has asked for a pause since this was called last."""
        is_new, self._is_pause_new = self._is_pause_new, False
        return is_new

    def trouble(self) -> str:
        """What is wrong, for people; empty when all is well."""
        pauses = self.budget.pauses(self.now_ms)
        return self._key_troubles.text() or (pauses[0].reason if pauses else self._trouble)

    # As the observer of the link

    def on_request(self, request: SentRequest) -> None:
        self.requests += 1
        before, self._in_flight = self._in_flight, self._in_flight + request.cost
        self._spent += request.cost
        self._sent[request] = _Sent(self.now_ms, self._monotonic(), self._spent, before)
        self.budget.spend(request.cost, self.now_ms)

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        sent, outcome = self._sent.pop(request, None), reply.outcome
        if sent is None:
            return
        self._in_flight -= request.cost
        self._refund(request.cost, outcome, sent.at_ms)
        unseen = self._spent - sent.spent + sent.in_flight
        self.budget.apply_reported_counts(reply.counts, sent.at_ms, unseen=unseen, in_flight=self._in_flight)
        match outcome:
            case RateLimited():
                self.pause(outcome)
            case Answered(dict() as body):
                self.budget.learn(read_limits(body.get("rateLimits")))
        if isinstance(outcome, Answered | Refused):
            self._has_answered, self._silent_since = True, None
        self._learn_about_network(sent, outcome)
        self._key_troubles.learn(request, outcome)

    def _learn_about_network(self, sent: _Sent, outcome: Outcome) -> None:
        is_unreached = isinstance(outcome, NotSent)
        if isinstance(outcome, Unknown):
            self._unsure_since = self._monotonic()
        elif not is_unreached and self._unsure_since is not None and sent.at_s >= self._unsure_since:
            self._unsure_since = None
        is_trouble = is_unreached or (self.is_silent and isinstance(outcome, Unknown))
        self._trouble = describe(outcome) if is_trouble else ""
        self._unreached_until = self._monotonic() + UNREACHED_S if is_unreached else 0.0

    def on_server_time(self, server_ms: int) -> None:
        before_ms = self.now_ms
        self._clock.set(server_ms, self._monotonic())
        self._is_clock_read = True
        self.budget.realign(before_ms, self.now_ms)

    def _refund(self, cost: Cost, outcome: Outcome, sent_ms: int) -> None:
        if isinstance(outcome, NotSent):
            self.budget.refund(cost, sent_ms)
        elif isinstance(outcome, Answered):
            self.budget.refund(Cost(weight=cost.refund), sent_ms)

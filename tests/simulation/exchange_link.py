"""The Gateway's link, connected to the exchange in this process: nothing is signed or sent over a network.

Requests, answers and their decoding are the real ones. The faults happen between them. Requests are in flight together:
each arrives, is answered and comes back in its own time.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import orjson
from thespian.actors import WatchMessage

from binance_sim.api.params import RequestParams
from binance_sim.api.request import ApiRequest
from binance_sim.api.table import BY_PATH
from binance_sim.clock import milliseconds
from binance_sim.errors import ApiError
from lotkeeper.exchange.link.protocol import MayLeave, OnOutcome, always
from lotkeeper.exchange.link.states import LinkCondition, LinkState
from lotkeeper.exchange.observer import LinkObserver, Reply, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Unknown, decoded, outcome_of
from tests.simulation.actor_process import ActorProcess
from tests.simulation.judge import NO_PROOF, Proof

if TYPE_CHECKING:
    from tests.simulation.world import World

LATE_S = 12.0  # less than the 15 s that the exchange may take, because an answer may lag behind as well
LAG_S = 2.0
_LAGS = {"order": "order_lags", "openOrders": "stale_list", "allOrders": "stale_list", "myTrades": "trades_lag"}
READY = 0  # a descriptor to say that something has arrived; nothing watches it
_FATES = ("not_reached", "limited", "refused_busy", "never_arrived", "accepted_late", "reply_lost")
TIMEOUT = Unknown("no answer in time")
BUSY = {"code": -1008, "msg": "Server is currently overloaded with other requests. Please try again in a few minutes."}


@dataclass(slots=True, eq=False)
class _Flight:
    """A request in flight."""

    request: ExchangeRequest
    sent: SentRequest
    on_outcome: OnOutcome
    is_settled: bool = False  # it was answered, or its deadline has passed
    proof: Proof = NO_PROOF  # of the exchange's answer, which may still travel


class SimulatedLink:
    """The link of one Gateway's process. What was submitted reaches the exchange even if that process dies."""

    def __init__(self, world: "World", process: ActorProcess, observer: LinkObserver) -> None:
        self.state = LinkState(LinkCondition.REST_ONLY, world.wall_ms)
        self._world, self._process, self._observer = world, process, observer
        self._arrived: deque[tuple[_Flight, Outcome]] = deque()
        self._opens_at: float | None = None  # when its connections can be used; None: it has none

    def submit(
        self, request: ExchangeRequest, timeout_s: float, on_outcome: OnOutcome, may_leave: MayLeave = always
    ) -> None:
        world = self._world
        flight = _Flight(
            request, SentRequest(request.method, request.path, request.cost, request.is_signed), on_outcome
        )
        self._observer.on_request(flight.sent)
        if world.halts and request.method == "POST":
            world.halts.on_order(world, self._process)
        if request.method == "POST" and world.chance("dies_unsent"):
            world.tell(self._process.name, lambda: "dies before the order leaves")
            if crc32(str(request.params).encode()) % 2:
                may_leave()  # it dies in the last microseconds before that
            self._process.dies_now = True
            return
        assert may_leave()  # nobody takes the memory of the journal away here
        world.later(timeout_s, lambda: self._arrive(flight, TIMEOUT))
        (self._send_query if request.method == "GET" else self._send_command)(flight)

    def filenos(self) -> list[int]:
        return []

    def on_ready(self, fileno: int) -> None:
        while self._arrived:
            self._settle(*self._arrived.popleft())

    def on_time(self) -> float | None:
        return None

    def keep_warm(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _there_s(self) -> float:
        """How long a request travels. The first one opens the connections, and waits for them."""
        now = self._world.now
        if self._opens_at is None:
            self._opens_at = now + self._world.connect_s
        return max(0.0, self._opens_at - now) + self._world.latency()

    # What comes back

    def _arrive(self, flight: _Flight, outcome: Outcome) -> None:
        """The outcome is at the Gateway's socket, or its deadline has passed."""
        if flight.is_settled and isinstance(outcome, Unknown):
            return
        self._arrived.append((flight, outcome))
        self._world.deliver(self._process, WatchMessage([READY]))

    def _settle(self, flight: _Flight, outcome: Outcome) -> None:
        result = decoded(outcome, flight.request.read)
        self._world.judge.on_reply(flight.request.method, flight.request.params, result, flight.proof)
        if flight.is_settled:
            if not isinstance(result, Unknown):
                self._observer.on_late_reply(flight.request, result)
            return
        flight.is_settled = True
        kill = self._world.kill_after_answer
        if kill is not None and flight.request.method == "POST" and isinstance(result, Answered):
            kill.on_accepted(self._world, self._process)
        self._observer.after_request(flight.sent, Reply(outcome))
        flight.on_outcome(result)

    # Orders and cancels

    def _send_command(self, flight: _Flight) -> None:
        world, method, params = self._world, flight.request.method, flight.request.params
        self._tell_request(method, params)
        is_target = method == "POST" and world.kill_after_send.on_order(world)
        fate = "accepted_late" if is_target else world.draw_fault(*_FATES)
        world.judge.on_request(method, params)
        there_s, back_s = self._there_s(), world.latency()
        match fate:
            case "not_reached":
                self._answer_later(flight, 0.0, fate, NotSent("no connection"))
            case "limited":
                limited = RateLimited(world.dice.uniform(1.0, 6.0), "Too many requests")
                self._answer_later(flight, there_s + back_s, fate, limited)
            case "refused_busy":
                self._answer_later(flight, there_s + back_s, fate, outcome_of(503, {}, orjson.dumps(BUSY)))
            case "never_arrived":
                world.tell("exchange", lambda: fate)
            case "accepted_late":
                delay_s = world.kill_after_send.late_s if is_target else world.dice.uniform(0.0, LATE_S)
                self._serve_later(flight, delay_s, fate, back_s if world.chance("late_reply") else None)
            case "reply_lost":
                late_s = world.dice.uniform(0.0, LATE_S) if world.chance("late_reply") else None
                self._serve_later(flight, there_s, fate, late_s)
            case _:
                self._serve_later(flight, there_s, fate, back_s)

    def _serve_later(self, flight: _Flight, there_s: float, fate: str, back_s: float | None) -> None:
        """The exchange carries it out; the answer comes `back_s` seconds later, or never."""

        def serve() -> None:
            request = flight.request
            outcome = self._serve(request.method, request.path, request.params)
            self._tell_outcome(fate, outcome)
            if back_s is not None:
                self._world.later(back_s, lambda: self._arrive(flight, outcome))

        self._world.later(there_s, serve)

    def _answer_later(self, flight: _Flight, after_s: float, fate: str, outcome: Outcome) -> None:
        self._tell_outcome(fate, outcome)
        self._world.later(after_s, lambda: self._arrive(flight, outcome))

    # Questions

    def _send_query(self, flight: _Flight) -> None:
        world, there_s, back_s = self._world, self._there_s(), self._world.latency()
        if world.chance("query_failed"):
            outcome = world.dice.choice((TIMEOUT, NotSent("no connection"), Unknown("HTTP 502")))
            world.later(world.dice.choice((0.0, 1.0, 3.0)), lambda: self._arrive(flight, outcome))
            return

        def answer() -> None:
            path, params = flight.request.path, flight.request.params
            outcome = self._answer_maybe_stale(path, params)
            flight.proof = world.judge.on_answer(path, params, outcome)
            self._tell_request("GET", params, path, outcome)
            world.later(back_s, lambda: self._arrive(flight, outcome))

        world.later(there_s, answer)

    def _answer_maybe_stale(self, path: str, params: Mapping[str, str]) -> Outcome:
        """The answer; perhaps from a database of the exchange that lags behind."""
        world, endpoint = self._world, path.rpartition("/")[2]
        lag = _LAGS.get(endpoint)
        if lag is None:
            return self._serve("GET", path, params)
        us = int(world.dice.uniform(0.0, LAG_S) * 1_000_000) if world.chance(lag) else 0
        if world.slow_queries:
            us = max(us, world.slow_queries.lag_us(world.now))
            if endpoint == "myTrades":
                return _without_missing(self._serve("GET", path, params, lag_us=us), world)
        if not us:
            return self._serve("GET", path, params)
        if endpoint == "openOrders":
            return outcome_of(200, {}, orjson.dumps(world.venue.open_as_of(world.venue.clock.us() - us)))
        if endpoint == "order":
            return self._order_as_of(params, us)
        return self._serve("GET", path, params, lag_us=us)

    def _order_as_of(self, params: Mapping[str, str], lag_us: int) -> Outcome:
        now = self._serve("GET", "/api/v3/order", params)
        body = getattr(now, "body", None)
        if not isinstance(body, dict):
            return now
        venue = self._world.venue
        before = venue.order_as_of(body["orderId"], venue.clock.us() - lag_us, body["symbol"])
        if before is None:
            return outcome_of(400, {}, orjson.dumps({"code": -2013, "msg": "Order does not exist."}))
        return outcome_of(200, {}, orjson.dumps(before))

    def _serve(self, method: str, path: str, params: Mapping[str, str], lag_us: int = 0) -> Outcome:
        venue = self._world.venue
        call = ApiRequest(venue.exchange, RequestParams(params), milliseconds, venue.account, lag_us)
        try:
            status, body = 200, BY_PATH[method, path].serve(call)
        except ApiError as error:
            status, body = error.status, error.body()
        return outcome_of(status, {}, orjson.dumps(body))

    # The story

    def _tell_outcome(self, fate: str, outcome: Outcome) -> None:
        self._world.tell("exchange", lambda: f"{fate or 'answers'}: {_describe_outcome(outcome)}")

    def _tell_request(self, method: str, params: Mapping[str, str], path: str = "", outcome: object = "") -> None:
        self._world.tell("request", lambda: _describe_request(method, path, params, outcome))


def _without_missing(outcome: Outcome, world: "World") -> Outcome:
    """The answer without the rows that are missing at first, in the middle of it as well."""
    body, slow = getattr(outcome, "body", None), world.slow_queries
    if slow is None or not isinstance(body, list):
        return outcome
    return outcome_of(200, {}, orjson.dumps([each for each in body if not slow.lacks_row(each["id"], world.now)]))


def _describe_request(method: str, path: str, params: Mapping[str, str], outcome: object) -> str:
    about = " ".join(text for name, text in params.items() if name not in ("symbol", "newOrderRespType", "timeInForce"))
    return f"{method} {path.rpartition('/')[2]} {about}{_describe_outcome(outcome)}"


def _describe_outcome(outcome: object) -> str:
    """An answer, as short as a story needs it."""
    body = getattr(outcome, "body", None)
    if isinstance(body, list):
        return f": {len(body)} rows {[each.get('clientOrderId') or each.get('id') for each in body]}"
    if isinstance(body, dict):
        return f": {body.get('status', '')} {body.get('executedQty', '')}"
    return f": {outcome}" if outcome else ""

"""The Gateway's REST client, connected to the exchange in this process: nothing is signed or sent over a network.

Requests, answers and their decoding are the real ones. The faults happen between them.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import orjson

from binance_sim.api.params import RequestParams
from binance_sim.api.request import ApiRequest
from binance_sim.api.table import BY_PATH
from binance_sim.clock import milliseconds
from binance_sim.errors import ApiError
from lotkeeper.exchange.observer import Reply, RequestObserver, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import NotSent, Outcome, RateLimited, Unknown, decoded, outcome_of

if TYPE_CHECKING:
    from tests.simulation.world import World

ANSWER_WITHIN_S = 3.0  # as the Gateway waits for an order
LATE_S = 12.0  # less than the 15 s that the exchange may take, because an answer may lag behind as well
LAG_S = 2.0
_FATES = ("not_reached", "limited", "refused_busy", "never_arrived", "accepted_late", "reply_lost")
TIMEOUT = Unknown("no answer within 3 s")
BUSY = {"code": -1008, "msg": "Server is currently overloaded with other requests. Please try again in a few minutes."}


class RestLink(RestClient):
    """`on_wait` is called with the time (seconds) that the Gateway had to wait for an answer."""

    def __init__(self, world: "World", on_wait: Callable[[float], None], observer: RequestObserver) -> None:
        super().__init__("http://nowhere", None, clock=lambda: world.wall_ms / 1000, observer=observer)
        self._world, self._on_wait = world, on_wait

    def close(self) -> None:
        pass

    def send(self, request: ExchangeRequest) -> Outcome:
        sent = SentRequest(request.method, request.path, request.cost, request.is_signed)
        self._observer.before_request(sent)
        ask = self._command if request.method != "GET" else self._query
        outcome = ask(request.method, request.path, request.params)
        self._observer.after_request(sent, Reply(outcome))
        return decoded(outcome, request.read)

    # Orders and cancels

    def _command(self, method: str, path: str, params: Mapping[str, str]) -> Outcome:
        world = self._world
        self._tell_request(method, params)
        is_target = method == "POST" and world.kill_after_send.on_order(world)
        fate = "accepted_late" if is_target else world.draw_fault(*_FATES)
        world.judge.on_request(
            method, params, is_doubtful=fate in ("refused_busy", "never_arrived", "accepted_late", "reply_lost")
        )
        match fate:
            case "not_reached":
                return self._tell_outcome(fate, NotSent("no connection"))
            case "limited":
                return self._tell_outcome(fate, RateLimited(world.dice.uniform(1.0, 6.0), "Too many requests"))
            case "refused_busy":
                return self._tell_outcome(fate, outcome_of(503, {}, orjson.dumps(BUSY)))
            case "never_arrived":
                return self._silence(fate)
            case "accepted_late":
                delay = world.kill_after_send.late_s if is_target else world.dice.uniform(0.0, LATE_S)
                world.later(delay, lambda: self._deliver_late(method, path, params))
                return self._silence(fate)
            case "reply_lost":
                self._serve(method, path, params)
                return self._silence(fate)
        return self._tell_outcome("", self._serve(method, path, params))

    def _silence(self, fate: str) -> Outcome:
        self._on_wait(ANSWER_WITHIN_S)
        return self._tell_outcome(fate, TIMEOUT)

    def _deliver_late(self, method: str, path: str, params: Mapping[str, str]) -> None:
        outcome = self._serve(method, path, params)
        self._world.tell("exchange", lambda: f"a late {method} arrives: {_describe_outcome(outcome)}")

    # Questions

    def _query(self, _: str, path: str, params: Mapping[str, str]) -> Outcome:
        world = self._world
        if world.chance("query_failed"):
            self._on_wait(world.dice.choice((0.0, 1.0, 3.0)))
            return world.dice.choice((TIMEOUT, NotSent("no connection"), Unknown("HTTP 502")))
        outcome = self._answer_maybe_stale(path, params)
        world.judge.on_answer(path, params, outcome)
        self._tell_request("GET", params, path, outcome)
        return outcome

    def _answer_maybe_stale(self, path: str, params: Mapping[str, str]) -> Outcome:
        """The answer; perhaps from a database of the exchange that lags behind."""
        world, endpoint = self._world, path.rpartition("/")[2]
        lag = {"order": "order_lags", "openOrders": "stale_list", "myTrades": "trades_lag"}.get(endpoint)
        if lag is None or not world.chance(lag):
            return self._serve("GET", path, params)
        us = int(world.dice.uniform(0.0, LAG_S) * 1_000_000)
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
        before = self._world.venue.order_as_of(body["orderId"], self._world.venue.clock.us() - lag_us)
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

    def _tell_outcome(self, fate: str, outcome: Outcome) -> Outcome:
        self._world.tell("exchange", lambda: f"{fate or 'answers'}: {_describe_outcome(outcome)}")
        return outcome

    def _tell_request(self, method: str, params: Mapping[str, str], path: str = "", outcome: object = "") -> None:
        self._world.tell("request", lambda: _describe_request(method, path, params, outcome))


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

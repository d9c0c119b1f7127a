"""The Gateway's REST client with the exchange at its other end, in this process: nothing is signed, nothing is sent.

Requests, answers and their decoding are the real ones; between them lies the weather.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from binance_sim.api.params import RequestParams
from binance_sim.api.request import ApiRequest
from binance_sim.api.table import BY_PATH
from binance_sim.clock import milliseconds
from binance_sim.errors import ApiError
from lotkeeper.exchange.budget.costs import cost_of
from lotkeeper.exchange.rest.client import RequestObserver, RestClient, SentRequest, decoded
from lotkeeper.exchange.rest.connection import HttpReply
from lotkeeper.exchange.rest.outcomes import NotSent, Outcome, RateLimited, Unknown, outcome_of

if TYPE_CHECKING:
    from tests.simulation.world import World

ANSWER_WITHIN_S = 3.0  # as the Gateway waits for an order
LATE_S = 12.0  # of the fifteen that the exchange may take: what is seen of it may lag besides
LAG_S = 2.0
_FATES = ("not_reached", "limited", "refused_busy", "never_arrived", "accepted_late", "reply_lost")
TIMEOUT = Unknown("no answer within 3 s")
BUSY = {"code": -1008, "msg": "Server is currently overloaded with other requests. Please try again in a few minutes."}


class Line(RestClient):
    """`took` is told how long the Gateway had to wait."""

    def __init__(self, world: "World", took: Callable[[float], None], observer: RequestObserver) -> None:
        super().__init__("http://nowhere", None, clock=lambda: world.wall_ms / 1000, observer=observer)
        self._world, self._took = world, took

    def close(self) -> None:
        pass

    def _public(self, path: str, params: Mapping[str, str], decode: Callable[[object], object]) -> Outcome:
        return self._requested("GET", path, params, decode, is_signed=False)

    def _signed(self, method: str, path: str, params: Mapping[str, str], decode: Callable[[object], object]) -> Outcome:
        return self._requested(method, path, params, decode, is_signed=True)

    def _requested(self, method: str, path: str, params: Mapping[str, str], decode: Any, *, is_signed: bool) -> Outcome:
        request = SentRequest(method, path, cost_of(method, path, params), is_signed=is_signed)
        self._observer.before_request(request)
        outcome = self._command(method, path, params) if method != "GET" else self._query(path, params)
        self._observer.after_request(request, HttpReply(outcome))
        return decoded(outcome, decode)

    # Orders and cancels

    def _command(self, method: str, path: str, params: Mapping[str, str]) -> Outcome:
        world, weather = self._world, self._world.weather
        self._tell(method, params)
        is_raid = method == "POST" and world.raids.strikes(world)
        fate = "accepted_late" if is_raid else world.fate(*_FATES)
        world.judge.left(
            method, params, is_doubtful=fate in ("refused_busy", "never_arrived", "accepted_late", "reply_lost")
        )
        match fate:
            case "not_reached":
                return self._told(fate, NotSent("nobody was reached"))
            case "limited":
                return self._told(fate, RateLimited(world.dice.uniform(1.0, 6.0), "Too many requests"))
            case "refused_busy":
                return self._told(fate, outcome_of(503, {}, orjson.dumps(BUSY)))
            case "never_arrived":
                return self._silence(fate)
            case "accepted_late":
                delay = world.raids.late_s if is_raid else world.dice.uniform(0.0, LATE_S)
                world.later(delay, lambda: self._arrives_late(method, path, params))
                return self._silence(fate)
            case "reply_lost":
                self._serve(method, path, params)
                return self._silence(fate)
        assert weather is world.weather
        return self._told("", self._serve(method, path, params))

    def _silence(self, fate: str) -> Outcome:
        self._took(ANSWER_WITHIN_S)
        return self._told(fate, TIMEOUT)

    def _arrives_late(self, method: str, path: str, params: Mapping[str, str]) -> None:
        outcome = self._serve(method, path, params)
        self._world.tell("exchange", lambda: f"a late {method} arrives: {_brief(outcome)}")

    # Questions

    def _query(self, path: str, params: Mapping[str, str]) -> Outcome:
        world = self._world
        if world.chance("query_failed"):
            self._took(world.dice.choice((0.0, 1.0, 3.0)))
            return world.dice.choice((TIMEOUT, NotSent("nobody was reached"), Unknown("HTTP 502")))
        outcome = self._seen(path, params)
        world.judge.answered(path, params, outcome)
        self._tell("GET", params, path, outcome)
        return outcome

    def _seen(self, path: str, params: Mapping[str, str]) -> Outcome:
        """The answer, perhaps by a database that is behind."""
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

    def _told(self, fate: str, outcome: Outcome) -> Outcome:
        self._world.tell("exchange", lambda: f"{fate or 'answers'}: {_brief(outcome)}")
        return outcome

    def _tell(self, method: str, params: Mapping[str, str], path: str = "", outcome: object = "") -> None:
        self._world.tell("wire", lambda: _asked(method, path, params, outcome))


def _asked(method: str, path: str, params: Mapping[str, str], outcome: object) -> str:
    about = " ".join(text for name, text in params.items() if name not in ("symbol", "newOrderRespType", "timeInForce"))
    return f"{method} {path.rpartition('/')[2]} {about}{_brief(outcome)}"


def _brief(outcome: object) -> str:
    """Enough of an answer to follow the story."""
    body = getattr(outcome, "body", None)
    if isinstance(body, list):
        return f": {len(body)} rows {[each.get('clientOrderId') or each.get('id') for each in body]}"
    if isinstance(body, dict):
        return f": {body.get('status', '')} {body.get('executedQty', '')}"
    return f": {outcome}" if outcome else ""

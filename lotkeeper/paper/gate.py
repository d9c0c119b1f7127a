"""What every request passes, whichever way it came: weight, signature, the endpoint itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lotkeeper.paper.endpoints import Endpoint
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.journal import Journal
from lotkeeper.paper.params import Params
from lotkeeper.paper.signing import Keys, check_time
from lotkeeper.paper.weights import Weights


@dataclass(slots=True)
class Gate:
    """The exchange behind its checks."""

    exchange: Exchange
    keys: Keys
    weights: Weights
    journal: Journal

    def serve(
        self,
        endpoint: Endpoint,
        values: Mapping[str, str],
        payload: bytes,
        api_key: str | None,
        logged_on: bool = False,
    ) -> Any:
        """The endpoint's answer; raises ApiError. A logged-on session needs a timestamp, but no signature."""
        params = Params(values)
        cost = endpoint.cost(params)
        self.weights.add(cost)
        if endpoint.signed and logged_on and "signature" not in values:
            check_time(values, self.exchange.clock.ms())
        elif endpoint.signed:
            self.keys.check(api_key, payload, values, self.exchange.clock.ms())
        answer = endpoint.serve(self.exchange, params)
        if endpoint.free:
            self.weights.give_back(cost)
        return answer

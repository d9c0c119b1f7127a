"""What every request passes, whichever way it came: weight, key and signature, then the endpoint itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.keys import NONE, ApiKey, KeyStore, check_time
from binance_sim.api.limits import DEFAULT_WEIGHT, Limits
from binance_sim.api.params import RequestParams
from binance_sim.api.request import ApiRequest
from binance_sim.api.table import ApiEndpoint
from binance_sim.clock import TimeUnit, milliseconds
from binance_sim.matching.exchange import Exchange


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came: its parameters as text, the bytes that its signature covers, and who sent it.

    `session` is the key that the connection is logged on with: such a request needs a timestamp, but no signature.
    """

    endpoint: ApiEndpoint
    values: Mapping[str, str]
    payload: bytes
    api_key: str | None
    session: ApiKey | None = None
    unit: TimeUnit = milliseconds


@dataclass(slots=True)
class Gate:
    """The exchange behind its checks."""

    exchange: Exchange
    keys: KeyStore
    limits: Limits

    def admit(self, inquiry: RawRequest) -> TradingAccount | None:
        """Count a request and find out who sent it; raises ApiError."""
        self.limits.add(self.cost(inquiry))
        return self.identify(inquiry)

    @staticmethod
    def cost(inquiry: RawRequest) -> int:
        return inquiry.endpoint.cost(inquiry.values)

    def owner(self, inquiry: RawRequest) -> str:
        """The name of the account whose key a request carries, whether it is right or not; empty for none."""
        key = self.keys.get(inquiry.api_key or "") or inquiry.session
        return key.account.name if key is not None else ""

    def identify(self, inquiry: RawRequest) -> TradingAccount | None:
        endpoint, values, now = inquiry.endpoint, inquiry.values, self.exchange.clock.us()
        if endpoint.security == NONE:
            return None
        if inquiry.session is not None and "signature" not in values and "apiKey" not in values:
            check_time(values, now)
            return self.keys.find(inquiry.session.api_key, endpoint.security).account
        return self.keys.check(inquiry.api_key, endpoint.security, inquiry.payload, values, now).account

    def serve(self, inquiry: RawRequest, account: TradingAccount | None, lag_us: int = 0) -> Any:
        """The endpoint's answer; raises ApiError."""
        weight_limit = self.limits.weight.limit or DEFAULT_WEIGHT
        call = ApiRequest(self.exchange, RequestParams(inquiry.values), inquiry.unit, account, lag_us, weight_limit)
        answer = inquiry.endpoint.serve(call)
        if inquiry.endpoint.free:
            self.limits.give_back(self.cost(inquiry))
        return answer

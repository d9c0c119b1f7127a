"""What every request passes: weight limits, key and signature, then the endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.keys import MARKET_DATA, NONE, ApiKey, KeyStore, check_time
from binance_sim.api.limits import DEFAULT_WEIGHT, Limits
from binance_sim.api.params import RequestParams
from binance_sim.api.request import ApiRequest
from binance_sim.api.table import ApiEndpoint
from binance_sim.clock import TimeUnit, milliseconds
from binance_sim.matching.exchange import Exchange


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it arrived, over REST or the WebSocket API."""

    endpoint: ApiEndpoint
    values: Mapping[str, str]
    payload: bytes  # what the signature covers
    api_key: str | None
    # The key that the connection is logged on with: such a request needs a timestamp, but no signature.
    session: ApiKey | None = None
    unit: TimeUnit = milliseconds


@dataclass(slots=True)
class Gate:
    """The checks before the exchange."""

    exchange: Exchange
    keys: KeyStore
    limits: Limits

    def admit(self, raw_request: RawRequest) -> TradingAccount | None:
        """Count a request and identify its account; raises ApiError."""
        self.limits.add(self.cost(raw_request), wallet=raw_request.endpoint.wallet)
        return self.identify(raw_request)

    @staticmethod
    def cost(raw_request: RawRequest) -> int:
        return raw_request.endpoint.cost(raw_request.values)

    def owner(self, raw_request: RawRequest) -> str:
        """The name of the account whose key a request has, whether its signature is valid or not; empty for none."""
        key = self._key(raw_request)
        return key.account.name if key is not None else ""

    def _key(self, raw_request: RawRequest) -> ApiKey | None:
        return self.keys.get(raw_request.api_key or "") or raw_request.session

    def identify(self, raw_request: RawRequest) -> TradingAccount | None:
        endpoint, values, now = raw_request.endpoint, raw_request.values, self.exchange.clock.us()
        if endpoint.security == NONE:
            return None
        if endpoint.security == MARKET_DATA:
            return self.keys.find(raw_request.api_key, MARKET_DATA).account
        if raw_request.session is not None and "signature" not in values and "apiKey" not in values:
            check_time(values, now)
            return self.keys.find(raw_request.session.api_key, endpoint.security).account
        return self.keys.check(raw_request.api_key, endpoint.security, raw_request.payload, values, now).account

    def serve(self, raw_request: RawRequest, account: TradingAccount | None, lag_us: int = 0) -> Any:
        """The endpoint's answer; raises ApiError."""
        weight_limit = self.limits.weight.limit or DEFAULT_WEIGHT
        params, key = RequestParams(raw_request.values), self._key(raw_request)
        request = ApiRequest(self.exchange, params, raw_request.unit, account, lag_us, weight_limit, key)
        answer = raw_request.endpoint.serve(request)
        if raw_request.endpoint.free:
            self.limits.give_back(self.cost(raw_request))
        return answer

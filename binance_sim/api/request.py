"""A request that passed the checks, as every endpoint receives it."""

from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.keys import ApiKey
from binance_sim.api.limits import DEFAULT_WEIGHT
from binance_sim.api.params import RequestParams
from binance_sim.clock import TimeUnit
from binance_sim.errors import ApiError
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.symbol_market import SymbolMarket

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """Parameters, the account that signed, and how the answer is to be written."""

    exchange: Exchange
    params: RequestParams
    unit: TimeUnit  # of the times in the answer
    who: TradingAccount | None = None  # None where the endpoint needs no key
    # How old the data is that a query sees: a fault, like a replica of the database that lags behind.
    lag_us: int = 0
    weight_limit: int = DEFAULT_WEIGHT  # request weight that the client may use in a minute
    used_key: ApiKey | None = None

    @property
    def account(self) -> TradingAccount:
        """The account that signed; raises ApiError -2014 if there is none."""
        if self.who is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        return self.who

    @property
    def key(self) -> ApiKey:
        """The key that signed; raises ApiError -2014 if there is none."""
        if self.used_key is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        return self.used_key

    def market(self) -> SymbolMarket:
        """The pair that the request names; raises ApiError -1121."""
        return self.exchange.market(self.params.require("symbol"))

    def is_visible(self, time_us: int) -> bool:
        """Whether this query sees what happened at that time."""
        return not self.lag_us or time_us <= self.exchange.clock.us() - self.lag_us

    def now(self) -> int:
        return self.unit(self.exchange.clock.us())

"""One request, understood as far as every endpoint needs it."""

from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.limits import DEFAULT_WEIGHT
from binance_sim.api.params import RequestParams
from binance_sim.clock import TimeUnit
from binance_sim.errors import ApiError
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.symbol_market import SymbolMarket

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """`who` is whose key signed it, None for what needs no key; `unit` what its answer's times are in.

    `lag_us` is how far behind a query's view is: a fault, as of a database that is not up to date. `weight_limit` is
    the request weight that its address has a minute.
    """

    exchange: Exchange
    params: RequestParams
    unit: TimeUnit
    who: TradingAccount | None = None
    lag_us: int = 0
    weight_limit: int = DEFAULT_WEIGHT

    @property
    def account(self) -> TradingAccount:
        """Raises ApiError -2014 where nobody signed."""
        if self.who is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        return self.who

    def market(self) -> SymbolMarket:
        """The pair that the request names; raises ApiError -1121."""
        return self.exchange.market(self.params.require("symbol"))

    def is_visible(self, time_us: int) -> bool:
        """Whether something that happened at that time is visible to this query."""
        return not self.lag_us or time_us <= self.exchange.clock.us() - self.lag_us

    def now(self) -> int:
        return self.unit(self.exchange.clock.us())

"""One request, understood as far as every endpoint needs it."""

from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import Account
from binance_sim.api.limits import DEFAULT_WEIGHT
from binance_sim.api.params import Params
from binance_sim.clock import TimeUnit
from binance_sim.errors import ApiError
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """`who` is whose key signed it, None for what needs no key; `unit` what its answer's times are in.

    `lag_us` is how far behind a query's view is: a fault, as of a database that is not up to date. `weight_limit` is
    the request weight that its address has a minute.
    """

    exchange: Exchange
    params: Params
    unit: TimeUnit
    who: Account | None = None
    lag_us: int = 0
    weight_limit: int = DEFAULT_WEIGHT

    @property
    def account(self) -> Account:
        """Raises ApiError -2014 where nobody signed."""
        if self.who is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        return self.who

    def desk(self) -> Desk:
        """The pair that the request names; raises ApiError -1121."""
        return self.exchange.desk(self.params.need("symbol"))

    def sees(self, time_us: int) -> bool:
        """Whether something that happened at that time is visible to this query."""
        return not self.lag_us or time_us <= self.exchange.clock.us() - self.lag_us

    def now(self) -> int:
        return self.unit(self.exchange.clock.us())

"""One line of the golden table: what was bought on which terms, and what has to come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal as D

from lotkeeper.trading.filters.base import Filter
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.selling.decisions import ParkCause
from tests.lotkeeper.trading import make

_USUAL = make.market("0.001", step=D("0.001"), min_quantity=D("0.001"))
_BREAK_EVEN = make.policy("0")


@dataclass(frozen=True)
class Bought:
    """A fill of the BUY; the fee is in the coin where it does not say otherwise."""

    quantity: str
    price: str
    fee: str = "0"
    asset: str = "BTC"


@dataclass(frozen=True)
class Sells:
    """The SELL that is placed, and what stays of the lot: quantity and cost."""

    price: str
    quantity: str
    cost: str
    profit: str = "0"
    rest: str = "0"
    rest_cost: str = "0"


@dataclass(frozen=True)
class Parks:
    cause: ParkCause
    why: str


@dataclass(frozen=True)
class Case:
    """`earlier` is a lot before this one, of which what does not fit a step is dust. `first` are fills after which a
    SELL was placed; of that `first_sold` was sold before the exchange ended it, or (empty) it still stands. The BUY has
    ended but where it `goes_on`. `fee_prices` value fees in other assets, in quote."""

    what: str
    buys: tuple[Bought, ...]
    expected: Sells | Parks
    market: Market = _USUAL
    policy: ExitPolicy = _BREAK_EVEN
    base: str = "BTC"
    fee_prices: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[Bought, ...] = ()
    first: tuple[Bought, ...] = ()
    first_sold: str = ""
    goes_on: bool = False
    free: str | None = None
    reference: str | None = None


def market(rate: str = "0.001", step: str = "0.001", filters: tuple[Filter, ...] = (), **rules: object) -> Market:
    """Terms of a pair: sell fee, step of quantities, and whatever else is not as usual."""
    return make.market(rate, *filters, step=D(step), **{"min_quantity": D(step), **rules})


def wanted(pct: str = "0", least: str = "0", dust: Dust = Dust.KEEP) -> ExitPolicy:
    return ExitPolicy(D(pct), min_net_profit=D(least), dust=dust)

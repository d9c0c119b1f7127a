"""The value in quote of commissions paid in another asset: by which prices, and how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal

from lotkeeper.trading.lots.floors import COST_STEP
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ONE, ZERO, Ratio, product, ratio_ceil_to
from lotkeeper.trading.orders.fills import FeeValue, Fill
from lotkeeper.trading.prices.best_prices import BestPrices

_BRIDGES = ("USDT", "USDC", "FDUSD", "BTC", "ETH", "BNB")
FRESH_MS = 10_000
_UP = Context(prec=20, rounding=ROUND_UP)  # a fee is never valued too low


@dataclass(frozen=True, slots=True)
class Leg:
    """A step from one asset to another: it is sold at the bid of `symbol`; inverse, the other is bought at the ask."""

    symbol: str
    is_inverse: bool = False


Route = tuple[Leg, ...]
Tops = Mapping[str, BestPrices | None]  # by symbol; None for one that the exchange does not list


def routes(asset: str, quote: str) -> tuple[Route, ...]:
    """The ways to value `asset` in `quote`, the best first: its own market, the inverse, then through another asset."""
    bridges = [bridge for bridge in _BRIDGES if bridge not in (asset, quote)]
    return (
        *_direct(asset, quote),
        *(
            (*first, *second)
            for bridge in bridges
            for first in _direct(asset, bridge)
            for second in _direct(bridge, quote)
        ),
    )


def wanted_symbol(asset: str, quote: str, known: Tops) -> str | None:
    """The next symbol whose price has to be asked for; None if a way is known, or none is left."""
    for route in routes(asset, quote):
        missing = next((leg.symbol for leg in route if leg.symbol not in known), None)
        is_dead = any(leg.symbol in known and not _price(leg, known) for leg in route)
        if not is_dead:
            return missing
    return None


def price_of(asset: str, quote: str, known: Tops) -> Decimal | None:
    """What one `asset` is worth in `quote` by the best way whose prices are known, rounded up; None without one."""
    for route in routes(asset, quote):
        prices = [_price(leg, known) for leg in route]
        if all(prices):
            return _UP.multiply(*prices) if len(prices) > 1 else prices[0]
    return None


def fee_values(lot: Lot, asset: str, price: Decimal, at_ms: int) -> list[FeeValue]:
    """The values (quote, rounded up to 1e-12) of a lot's commissions in `asset` that have none yet, at `price`."""
    return [fee_value(fill, price, at_ms) for fill in lot.unvalued_fills() if fill.commission_asset == asset]


def fee_value(fill: Fill, price: Decimal, at_ms: int) -> FeeValue:
    """The value (quote, rounded up to 1e-12) of the fill's commission at the `price` of its asset at `at_ms`."""
    value = ratio_ceil_to(Ratio(product(fill.commission, price)), COST_STEP)
    return FeeValue(fill.trade_id, fill.commission_asset, price, at_ms, value)


def second_to_value(fill: Fill, exchange_ms: int) -> int | None:
    """The beginning of the second whose price values the commission of a fill, by the exchange's clock.

    None while the fill is fresh: then the best bid of now is nearer to its moment than what is traded.
    """
    return None if exchange_ms - fill.time_ms <= FRESH_MS else fill.time_ms // 1000 * 1000


def _direct(asset: str, quote: str) -> tuple[Route, ...]:
    return (Leg(asset + quote),), (Leg(quote + asset, is_inverse=True),)


def _price(leg: Leg, known: Tops) -> Decimal:
    """What the leg brings for one of its asset; zero if nobody buys, or the price is not known."""
    top = known.get(leg.symbol)
    if top is None:
        return ZERO
    if leg.is_inverse:
        return _UP.divide(ONE, top.ask) if top.ask else ZERO
    return top.bid

"""A trade pair and the rules the exchange sets for orders on it."""

from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.filters.amounts import (
    LotSize,
    MinNotional,
    Notional,
    PercentPrice,
    PercentPriceBySide,
    Precision,
    PriceFilter,
)
from lotkeeper.trading.filters.base import NOTHING_KNOWN, Draft, Filter, FilterRefusal, MarketContext
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders, MaxNumOrderLists, MaxNumOrders
from lotkeeper.trading.money import ZERO, Ratio, floor_to, ratio_ceil_to
from lotkeeper.trading.remembered import Remembering, remembered
from lotkeeper.trading.replacing import replace

TRADING = "TRADING"
BAND_FILTERS = (PercentPrice, PercentPriceBySide)  # they measure a price by the reference price


@dataclass(frozen=True, slots=True)
class TradePair(Remembering):
    """The rules of `exchangeInfo` for one symbol (Binance filters.md)."""

    symbol: str
    base: str
    quote: str
    status: str  # the exchange's word, TRADING or another
    price: PriceFilter
    size: LotSize
    filters: tuple[Filter, ...] = ()  # all but PRICE_FILTER and LOT_SIZE, with those of the whole exchange
    precision: Precision = field(default=Precision())
    unknown: tuple[str, ...] = ()  # names of filters new to us: the exchange may refuse an order for one of them
    self_trade: str = ""  # what it does with two orders of an account that meet (defaultSelfTradePreventionMode)
    allows_trailing: bool = True  # whether a SELL may follow the price (allowTrailingStop, orderTypes)
    takes_opo: bool = False  # whether a BUY can pay for its SELL (exchangeInfo, otoAllowed and opoAllowed)
    takes_lists: bool = True  # whether the exchange takes order lists (OCO) of the pair (exchangeInfo, ocoAllowed)

    @property
    def is_trading(self) -> bool:
        return self.status == TRADING

    @remembered
    def tick(self) -> Decimal:
        """The step of prices (quote): the finest amount if the filter has none."""
        return self.price.tick or self.precision.quote_step

    @remembered
    def step(self) -> Decimal:
        """The step of quantities (base): the finest amount if the filter has none."""
        return self.size.step or self.precision.base_step

    @remembered
    def min_quantity(self) -> Decimal:
        """The smallest quantity of an order (base): at least one step."""
        return max(self.size.least, self.step)

    @remembered
    def max_quantity(self) -> Decimal:
        """The largest quantity of an order (base), a multiple of the step; zero if no filter says so."""
        return floor_to(self.size.most, self.step)

    @remembered
    def min_notional(self) -> Decimal:
        """The least that a LIMIT order has to be worth (quote); zero if no filter says so."""
        return max((each.least for each in self.filters if isinstance(each, MinNotional | Notional)), default=ZERO)

    @remembered
    def max_notional(self) -> Decimal:
        """The most that a LIMIT order may be worth (quote); zero if no filter says so."""
        most = (each.most for each in self.filters if isinstance(each, Notional) and each.most)
        return min(most, default=ZERO)

    @remembered
    def max_orders(self) -> int | None:
        """How many orders may be open on the pair, the trader's included; None if no filter says so."""
        return min((each.limit for each in self.filters if isinstance(each, MaxNumOrders)), default=None)

    @remembered
    def max_algo_orders(self) -> int | None:
        """How many orders that wait for a price may be open on the pair, the trader's included; None: no limit."""
        return min((each.limit for each in self.filters if isinstance(each, MaxNumAlgoOrders)), default=None)

    @remembered
    def max_lists(self) -> int | None:
        """How many order lists may be open on the pair, the trader's included; None if no filter says so."""
        return min((each.limit for each in self.filters if isinstance(each, MaxNumOrderLists)), default=None)

    @remembered
    def has_price_band(self) -> bool:
        """Whether the exchange measures the price of an order by a reference price."""
        return any(isinstance(each, BAND_FILTERS) for each in self.filters)

    def refusals(self, draft: Draft, around: MarketContext = NOTHING_KNOWN) -> tuple[FilterRefusal, ...]:
        """The refusals of all filters; none if the order may be sent."""
        checked = (self.precision, self.price, self.size, *self.filters)
        return tuple(
            self._on_tick(each, refusal, draft, around)
            for each in checked
            if (refusal := each.refusal(draft, around)) is not None
        )

    def _on_tick(self, by: Filter, refusal: FilterRefusal, draft: Draft, around: MarketContext) -> FilterRefusal:
        """The end of a band is no price of an order: the nearest one is on the tick inside the band, if one is."""
        if not isinstance(by, BAND_FILTERS) or refusal.nearest is None:
            return refusal
        end, tick = refusal.nearest, self.tick
        inside = floor_to(end, tick) if end < refusal.value else ratio_ceil_to(Ratio(end), tick)
        is_allowed = inside > 0 and by.refusal(replace(draft, price=inside), around) is None
        return replace(refusal, nearest=inside if is_allowed else None)

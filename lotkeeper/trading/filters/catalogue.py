"""Every filter by the name the exchange gives it."""

from lotkeeper.trading.filters.base import Filter
from lotkeeper.trading.filters.counts import (
    ExchangeMaxNumAlgoOrders,
    ExchangeMaxNumIcebergOrders,
    ExchangeMaxNumOrderLists,
    ExchangeMaxNumOrders,
    MaxNumAlgoOrders,
    MaxNumIcebergOrders,
    MaxNumOrderAmends,
    MaxNumOrderLists,
    MaxNumOrders,
)
from lotkeeper.trading.filters.holdings import MaxAsset, MaxPosition
from lotkeeper.trading.filters.notionals import MinNotional, Notional
from lotkeeper.trading.filters.prices import PercentPrice, PercentPriceBySide, PriceFilter
from lotkeeper.trading.filters.sizes import IcebergParts, LotSize, MarketLotSize
from lotkeeper.trading.filters.times import TPlusSell, TrailingDelta

_ALL: tuple[type[Filter], ...] = (
    PriceFilter,
    PercentPrice,
    PercentPriceBySide,
    LotSize,
    MarketLotSize,
    IcebergParts,
    MinNotional,
    Notional,
    MaxNumOrders,
    MaxNumAlgoOrders,
    MaxNumIcebergOrders,
    MaxNumOrderLists,
    MaxNumOrderAmends,
    ExchangeMaxNumOrders,
    ExchangeMaxNumAlgoOrders,
    ExchangeMaxNumIcebergOrders,
    ExchangeMaxNumOrderLists,
    MaxPosition,
    MaxAsset,
    TrailingDelta,
    TPlusSell,
)
FILTERS: dict[str, type[Filter]] = {each.name: each for each in _ALL}

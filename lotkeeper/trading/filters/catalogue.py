"""Every filter by the name the exchange gives it."""

from lotkeeper.trading.filters.amounts import (
    IcebergParts,
    LotSize,
    MarketLotSize,
    MaxAsset,
    MaxPosition,
    MinNotional,
    Notional,
    PercentPrice,
    PercentPriceBySide,
    PriceFilter,
    TPlusSell,
    TrailingDelta,
)
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

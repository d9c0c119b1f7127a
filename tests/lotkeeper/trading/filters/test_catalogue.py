from lotkeeper.trading.filters.catalogue import FILTERS

# Every filter of Binance filters.md, and T_PLUS_SELL of the exchange's own client library.
DOCUMENTED = {
    "PRICE_FILTER",
    "PERCENT_PRICE",
    "PERCENT_PRICE_BY_SIDE",
    "LOT_SIZE",
    "MIN_NOTIONAL",
    "NOTIONAL",
    "ICEBERG_PARTS",
    "MARKET_LOT_SIZE",
    "MAX_NUM_ORDERS",
    "MAX_NUM_ALGO_ORDERS",
    "MAX_NUM_ICEBERG_ORDERS",
    "MAX_POSITION",
    "TRAILING_DELTA",
    "MAX_NUM_ORDER_AMENDS",
    "MAX_NUM_ORDER_LISTS",
    "EXCHANGE_MAX_NUM_ORDERS",
    "EXCHANGE_MAX_NUM_ALGO_ORDERS",
    "EXCHANGE_MAX_NUM_ICEBERG_ORDERS",
    "EXCHANGE_MAX_NUM_ORDER_LISTS",
    "MAX_ASSET",
    "T_PLUS_SELL",
}


def test_every_filter_is_known_by_its_own_name():
    assert set(FILTERS) == DOCUMENTED
    assert all(kind.name == name for name, kind in FILTERS.items())

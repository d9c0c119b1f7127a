"""The filters of Binance spot (Binance filters.md): rules that an order must keep, one file a family.

Each filter is a value with the exchange's own numbers, and tells as a value why it refuses an order.
"""

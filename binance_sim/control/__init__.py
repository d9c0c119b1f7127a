"""The control API, which Binance does not have: set prices, cause faults, read the exchange's state."""

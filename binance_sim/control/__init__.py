"""Strings to pull: an API apart from Binance's, to set prices, cause faults and look behind the scenes."""

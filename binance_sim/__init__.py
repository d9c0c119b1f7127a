"""Binance spot from the inside: an exchange simulator that speaks the exchange's own protocol on loopback."""

__version__ = "0.1.0"

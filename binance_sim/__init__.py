"""Binance spot from the inside: the embedded exchange, same wire protocol, on loopback."""

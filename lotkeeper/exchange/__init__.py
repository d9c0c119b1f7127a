"""Binance spot from the outside: signing, REST, websocket connections, decoding."""

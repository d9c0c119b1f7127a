"""What a link is configured with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Where the exchange is, and how patient we are with it."""

    rest_url: str
    ws_api_url: str = ""  # empty: requests go by REST alone
    recv_window_ms: int = 5000
    connect_timeout_s: float = 2.0  # of a REST connection
    rest_connections: int = 8  # at most; each is opened when all others are busy
    silent_after_s: float = 60.0  # a connection without a byte for so long counts as dead
    renew_after_s: float = 82_800.0  # the exchange ends a connection after 24 h (Binance web-socket-api.md)

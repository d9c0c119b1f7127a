"""The names of the Guardian's children, and those of them that a pair talks to."""

from collections.abc import Callable

from messages.lifecycle import Address, Peers

MONITOR, LEDGER, GATEWAY, USER_STREAM, PRICES = "monitor", "ledger", "gateway", "user stream", "prices"
FEE_RESERVE, HOST_LEASE, ALERTS = "fee reserve", "host lease", "alerts"


def peers_of(child: Callable[[str], Address]) -> Peers:
    """`child` gives the address of one that runs by its name, else None."""
    return Peers(
        ledger=child(LEDGER),
        gateway=child(GATEWAY),
        user_stream=child(USER_STREAM),
        prices=child(PRICES),
        monitor=child(MONITOR),
        alerts=child(ALERTS),
    )

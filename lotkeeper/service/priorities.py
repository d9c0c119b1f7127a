"""Which processes wait where processors are scarce: those that no SELL waits for."""

import os

# The Ledger is none of them: at a start a keeper waits for what it has.
PATIENT = frozenset({"MarketStream", "PriceBroadcaster", "Monitor", "Alerts", "WebServer"})
_NICER_BY = 5  # against one busy process of the usual priority such a one still gets a quarter of a core


def give_way(actor: str) -> None:
    """Lowers the priority of this process, for good, if no SELL waits for its actor."""
    if actor in PATIENT:
        os.nice(_NICER_BY)

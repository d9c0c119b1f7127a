"""The unit of times in answers and events, as a client asks for it (source: "General API information")."""

from binance_sim.clock import TimeUnit, microseconds, milliseconds
from binance_sim.errors import ApiError

UNITS = {"MICROSECOND": microseconds, "MILLISECOND": milliseconds}


def read_unit(text: str | None) -> TimeUnit:
    """Milliseconds, unless asked otherwise; raises ApiError -1194."""
    found = UNITS.get((text or "MILLISECOND").upper())
    if found is None:
        raise ApiError(-1194, "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.")
    return found

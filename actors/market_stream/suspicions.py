"""Whether a pair that is silent, although REST says another price, is worth a new connection for all pairs of it."""

from dataclasses import dataclass

_FIRST_WAIT_S = 60.0
_MOST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Renewal:
    at_s: float
    wait_s: float  # until the next one for the same pair


class Suspicions:
    """A renewal after which the pair stays silent did not help: the next one for it waits twice as long.

    So a pair of which the exchange sends nothing does not cost the others their connection again and again; REST serves
    it meanwhile. Times are of the monotonic clock.
    """

    def __init__(self) -> None:
        self._renewals: dict[str, _Renewal] = {}  # by symbol, the newest

    def deserves_renewal(self, symbol: str, heard_s: float, now_s: float) -> bool:
        """Whether to renew the connection now, for a pair of which the last frame came at `heard_s`."""
        last = self._renewals.get(symbol)
        return last is None or heard_s > last.at_s or now_s - last.at_s >= last.wait_s

    def note_renewal(self, symbol: str, heard_s: float, now_s: float) -> None:
        """The connection is being renewed for this pair."""
        last = self._renewals.get(symbol)
        was_vain = last is not None and heard_s <= last.at_s
        wait_s = min(2 * last.wait_s, _MOST_WAIT_S) if last is not None and was_vain else _FIRST_WAIT_S
        self._renewals[symbol] = _Renewal(now_s, wait_s)

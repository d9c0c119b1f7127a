"""How many SELLs a keeper has under way to the exchange at once, so that one that is not sent is one of few."""

from dataclasses import dataclass

_MOST = 20  # at 300 ms to the exchange and back that is over 60 orders a second, more than any account may send
_LONGEST_WAIT_S = 1.0


@dataclass(slots=True)
class SendWindow:
    """As many as the exchange takes: one after a SELL that was not sent, and twice as many with each one that was.

    The order limit is that of the account, and other pairs use it too. So a keeper tries the nearest lot first, and
    the others only when that was taken.
    """

    size: int = _MOST
    _not_sent: int = 0  # SELLs in a row

    def on_taken(self) -> None:
        """The exchange has answered a SELL."""
        self.size, self._not_sent = min(self.size * 2, _MOST), 0

    def on_not_sent(self) -> None:
        """A SELL did not leave the Gateway, or the exchange refused to look at it."""
        self.size, self._not_sent = 1, self._not_sent + 1

    @property
    def wait_s(self) -> float:
        """For how long nothing is tried, at least: longer while one attempt after the other fails."""
        return min(_LONGEST_WAIT_S, 0.125 * (1 << min(self._not_sent, 4)))

"""BUYs that the exchange has accepted, until it is clear that they stand on its book."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportOpenBuys:
    """Wake-up: what was accepted and neither filled nor ended since stands on the book."""


class AcceptedBuys:
    """Frames by order id. They are read when there is time: the fill of a BUY does not wait for its NEW."""

    def __init__(self) -> None:
        self._frames: dict[int, bytes] = {}

    def keep(self, order_id: int, frame: bytes) -> bool:
        """Whether it is the first that waits, so that a wake-up is needed."""
        is_first = not self._frames
        self._frames[order_id] = frame
        return is_first

    def forget(self, order_id: int) -> None:
        """A newer event of the order says more."""
        self._frames.pop(order_id, None)

    def pop_all(self) -> list[bytes]:
        """The frames of those that stand, in the order in which they came."""
        frames = list(self._frames.values())
        self._frames.clear()
        return frames

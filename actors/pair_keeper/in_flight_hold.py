"""What keeps SELLs from being sent for a while: a pause of the Gateway, or an earlier order that may still arrive."""

from dataclasses import dataclass

_NEVER = float("-inf")


@dataclass(slots=True)
class GatewayPause:
    """The Gateway may send no order of any pair for a while. Times are monotonic seconds."""

    reason: str = ""
    until_s: float = 0.0
    has_wakeup: bool = False  # whether the keeper will be woken at its end, or at an earlier one

    def extend(self, for_s: float, reason: str, now_s: float) -> bool:
        """Whether it lasts longer now: a shorter pause does not end a longer one."""
        is_longer = now_s + for_s > self.until_s
        if is_longer:
            self.until_s, self.reason = now_s + for_s, reason
        return is_longer

    def end(self) -> None:
        """There is a new Gateway, which finds out for itself."""
        self.until_s = 0.0


@dataclass(slots=True)
class InFlightHold:
    """An order of an earlier keeper may still arrive: no SELL before a reconciliation that would see it.

    The order may be of any lot of the pair, and may use a client order id or dust that this keeper would use again,
    so the whole pair is held. Times are monotonic seconds.
    """

    is_on: bool = False
    reason: str = ""  # for people
    _until_s: float = _NEVER  # the reconciliation must begin no earlier

    def extend(self, for_s: float, reason: str, now_s: float) -> bool:
        """Whether nothing was held before."""
        is_new = not self.is_on
        self.is_on, self.reason = True, reason
        self._until_s = max(self._until_s, now_s + for_s)
        return is_new

    def is_due(self, now_s: float) -> bool:
        """Whether the reconciliation that ends the hold can begin now."""
        return self.is_on and self._until_s <= now_s

    def end_after(self, begun_s: float) -> None:
        """A reconciliation that began at this moment is complete: it ends the hold if it began late enough."""
        if begun_s >= self._until_s:
            self.is_on = False

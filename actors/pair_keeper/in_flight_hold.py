"""What keeps SELLs from being sent for a while: a pause of the Gateway, or an earlier order that may still arrive."""

from dataclasses import dataclass, field

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
    """Orders of earlier keepers may still arrive: no SELL before each is known, or a reconciliation would see it.

    Such an order may be of any lot of the pair, and may use a client order id or dust that this keeper would use again,
    so the whole pair is held. Times are monotonic seconds.
    """

    is_on: bool = False
    reason: str = ""  # for people
    _until_s: float = _NEVER  # the reconciliation must begin no earlier
    _missing: set[str] = field(default_factory=set)  # the client ids of the orders that are not known yet
    _is_one_unnamed: bool = False  # whether only a reconciliation ends it

    def extend(self, for_s: float, reason: str, now_s: float, client_id: str = "") -> bool:
        """Whether nothing was held before. Without a client id nobody can say which order it is."""
        is_new = not self.is_on
        self.is_on, self.reason = True, reason
        self._until_s = max(self._until_s, now_s + for_s)
        if client_id:
            self._missing.add(client_id)
        else:
            self._is_one_unnamed = True
        return is_new

    def waits_for(self, client_id: str) -> bool:
        return self.is_on and client_id in self._missing

    def settle(self, client_id: str) -> bool:
        """The order is in the book, or certainly not on the exchange; whether the hold has ended with it."""
        if not self.waits_for(client_id):
            return False
        self._missing.discard(client_id)
        if self._missing or self._is_one_unnamed:
            return False
        self._end()
        return True

    def is_due(self, now_s: float) -> bool:
        """Whether the reconciliation that ends the hold can begin now."""
        return self.is_on and self._until_s <= now_s

    def end_after(self, begun_s: float) -> None:
        """A reconciliation that began at this moment is complete: it ends the hold if it began late enough."""
        if begun_s >= self._until_s:
            self._end()

    def _end(self) -> None:
        self.is_on = self._is_one_unnamed = False
        self._until_s = _NEVER
        self._missing.clear()

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
    """Orders of earlier keepers may still arrive: no SELL is sent before it is known what became of each.

    One with a client id is asked about by it. A reconciliation does not settle it: what it sold in the last moment may
    not be among the trades yet, because they are read from a database that may be behind. One without a client id
    cannot be asked about, so that only a reconciliation tells what became of it.

    Such an order may be of any lot of the pair, and may use a client order id or dust that this keeper would use again,
    so the whole pair is held. Times are monotonic seconds.
    """

    reason: str = ""  # for people
    _arrives_by_s: dict[str, float] = field(default_factory=dict)  # the last moment, by client id of the order
    _unnamed_until_s: float | None = None  # of orders without a client id; None where there is none

    @property
    def is_on(self) -> bool:
        return bool(self._arrives_by_s) or self._unnamed_until_s is not None

    @property
    def client_ids(self) -> tuple[str, ...]:
        """Of the orders that have to be asked about."""
        return tuple(self._arrives_by_s)

    def extend(self, for_s: float, reason: str, now_s: float, client_id: str = "") -> bool:
        """Whether nothing was held before. Without a client id nobody can say which order it is."""
        is_new, until_s = not self.is_on, now_s + for_s
        self.reason = reason
        if client_id:
            self._arrives_by_s[client_id] = max(until_s, self._arrives_by_s.get(client_id, _NEVER))
        else:
            self._unnamed_until_s = max(until_s, self._unnamed_until_s or _NEVER)
        return is_new

    def waits_for(self, client_id: str) -> bool:
        return client_id in self._arrives_by_s

    def arrives_in_s(self, client_id: str, now_s: float) -> float:
        """In how many seconds the order arrives at the latest; not positive when it cannot any more."""
        return self._arrives_by_s.get(client_id, _NEVER) - now_s

    def settle(self, client_id: str) -> bool:
        """The order is in the book, or certainly not on the exchange; whether the hold has ended with it."""
        if not self.waits_for(client_id):
            return False
        del self._arrives_by_s[client_id]
        return not self.is_on

    def is_due(self, now_s: float) -> bool:
        """Whether the reconciliation that tells of orders without a client id can begin now."""
        return self._unnamed_until_s is not None and self._unnamed_until_s <= now_s

    def note_reconciled(self, begun_s: float) -> None:
        """A reconciliation that began at this moment is complete: it tells of such orders if it began late enough."""
        if self.is_due(begun_s):
            self._unnamed_until_s = None

"""Which incidents are open, and what of them the Ledger has not confirmed yet."""

from dataclasses import dataclass, field, replace

from lotkeeper.trading.incidents import Incident, IncidentEnd
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.ledger import RecordIncidents

_AGAIN_AFTER_S = 5.0  # without a confirmation
_ALL_AFTER_S = 30.0
_MOST_ENDED = 1000  # that are not confirmed: of more the oldest are forgotten


@dataclass(slots=True)
class IncidentLog:
    """Says what begins and what ends at once, and from time to time all that is open."""

    _open: dict[tuple[TroubleKind, str], Incident] = field(default_factory=dict)
    _ended: list[Incident] = field(default_factory=list)  # not confirmed, in their order
    _number: int = 0  # of the last message
    _sent: int = 0  # so many of `_ended` it had
    _has_news: bool = False
    _said_s: float = float("-inf")  # monotonic
    _all_said_s: float = float("-inf")

    def update(self, found: list[Incident], now_ms: int) -> None:
        """All that goes wrong now: what is not among it has ended. The first moment of each stays."""
        now = {each.key: each for each in found}
        for key in self._open.keys() - now.keys():
            self.end(self._open.pop(key), now_ms)
        for key, each in now.items():
            self._has_news |= key not in self._open
            began = self._open.get(key, each)
            self._open[key] = replace(each, opened_ms=began.opened_ms)

    def end(self, incident: Incident, now_ms: int) -> None:
        """Also one that began only now."""
        ended_ms = max(now_ms, incident.opened_ms)
        self._ended = [*self._ended, replace(incident, ended_ms=ended_ms, end=IncidentEnd.OVER)][-_MOST_ENDED:]
        self._has_news = True

    def due(self, now_s: float, now_ms: int, *, is_settled: bool) -> RecordIncidents | None:
        """What is to be said now. `is_settled`: whether all that can be wrong has been reported."""
        is_all = is_settled and now_s - self._all_said_s >= _ALL_AFTER_S
        is_unheard = bool(self._ended) and now_s - self._said_s >= _AGAIN_AFTER_S
        if not (self._has_news or is_unheard or is_all):
            return None
        self._number, self._sent, self._said_s, self._has_news = self._number + 1, len(self._ended), now_s, False
        if is_all:
            self._all_said_s = now_s
        return RecordIncidents(self._number, (*self._ended, *self._open.values()), is_all, now_ms)

    def confirm(self, number: int) -> None:
        """The Ledger has what this message had. An answer to an earlier one says less."""
        if number == self._number:
            self._ended, self._sent = self._ended[self._sent :], 0

"""One alert: its cause, what has become of it, and which channels have told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.alerts.states import AlertEvent, AlertState, next_state
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel has delivered of an alert last. Times by the wall clock."""

    at_ms: int
    severity: Severity
    is_over: bool = False  # it told that the cause is over


@dataclass(frozen=True, slots=True)
class Alert:
    """A value: each event makes another one. Times by the wall clock."""

    number: int  # by which a person names it
    cause: Cause
    raised_ms: int
    seen_ms: int  # when the cause was found last
    state: AlertState = AlertState.RAISED
    told: Mapping[str, Told] = field(default_factory=dict)  # by channel
    attempted: Mapping[str, Severity] = field(default_factory=dict)  # by channel: as what it was to be told first
    acknowledged_ms: int | None = None
    acknowledged_by: str = ""
    acknowledged_why: str = ""  # as the person said it
    recovered_ms: int | None = None

    @property
    def is_open(self) -> bool:
        return self.state is not AlertState.RECOVERED

    @property
    def is_owed(self) -> bool:
        """Whether a channel that told of it, or may have, has not told that it is over."""
        return any(name not in self.told or not self.told[name].is_over for name in {*self.told, *self.attempted})

    def known_as(self, channel: str) -> Severity | None:
        """How severe it is for who reads the channel; None for who cannot have heard of it.

        A message that nobody has confirmed may have arrived.
        """
        told = self.told.get(channel)
        return self.attempted.get(channel) if told is None else told.severity

    @property
    def since_ms(self) -> int:
        return self.raised_ms if self.cause.since_ms is None else self.cause.since_ms

    @property
    def severity(self) -> Severity:
        return self.cause.urgency

    def found_again(self, cause: Cause, now_ms: int) -> Self:
        """The cause stands; its text may have changed, and its moment stays where the new one has none."""
        since_ms = self.cause.since_ms if cause.since_ms is None else cause.since_ms
        worse = cause.urgency.rank > self.severity.rank
        found = replace(self, cause=replace(cause, since_ms=since_ms), seen_ms=now_ms)
        return found._worsened() if worse else found

    def _worsened(self) -> Self:
        """What a person has seen was less."""
        unseen = replace(self, acknowledged_ms=None, acknowledged_by="", acknowledged_why="")
        return unseen.after(AlertEvent.WORSEN)

    def acknowledged(self, who: str, now_ms: int, why: str = "") -> Self:
        """Raises AlertStateError where it is over."""
        seen = self.after(AlertEvent.ACKNOWLEDGE)
        return replace(seen, acknowledged_ms=now_ms, acknowledged_by=who, acknowledged_why=why)

    def recovered(self, now_ms: int) -> Self:
        return replace(self.after(AlertEvent.RECOVER), recovered_ms=now_ms)

    def begun_on(self, channel: str) -> Self:
        """The channel tries to tell of it; whether that arrives is not known yet."""
        return replace(self, attempted={**self.attempted, channel: self.severity})

    def delivered(self, channel: str, told: Told) -> Self:
        return replace(self.after(AlertEvent.DELIVER), told={**self.told, channel: told})

    def after(self, event: AlertEvent) -> Self:
        return replace(self, state=next_state(self.state, event))

    @property
    def delivered_ms(self) -> int | None:
        """When a channel delivered it first or again last."""
        return max((each.at_ms for each in self.told.values()), default=None)


def alert_to_json(alert: Alert) -> dict[str, Any]:
    """As the file has it."""
    cause = alert.cause
    return {
        "number": alert.number,
        "cause": [cause.kind, cause.subject, cause.text, cause.command, cause.since_ms, cause.severity],
        "raised_ms": alert.raised_ms,
        "seen_ms": alert.seen_ms,
        "state": alert.state,
        "told": {name: [each.at_ms, each.severity, each.is_over] for name, each in alert.told.items()},
        "attempted": alert.attempted,
        "acknowledged_ms": alert.acknowledged_ms,
        "acknowledged_by": alert.acknowledged_by,
        "acknowledged_why": alert.acknowledged_why,
        "recovered_ms": alert.recovered_ms,
    }


def alert_from_json(found: Any) -> Alert:
    """Raises ValueError, KeyError or TypeError for what is none."""
    kind, subject, text, command, since_ms, severity = found["cause"]
    cause = Cause(TroubleKind(kind), subject, text, command, since_ms, None if severity is None else Severity(severity))
    told = {name: Told(at_ms, Severity(grade), is_over) for name, (at_ms, grade, is_over) in found["told"].items()}
    attempted = found.get("attempted", {})  # an earlier version did not keep it
    return Alert(
        int(found["number"]),
        cause,
        int(found["raised_ms"]),
        int(found["seen_ms"]),
        AlertState(found["state"]),
        told,
        {name: Severity(grade) for name, grade in attempted.items()},
        found["acknowledged_ms"],
        str(found["acknowledged_by"]),
        str(found.get("acknowledged_why", "")),  # of a version that did not ask for it
        found["recovered_ms"],
    )

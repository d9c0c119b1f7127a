"""What an alert can be, and what becomes of it: one table."""

from enum import StrEnum
from typing import Final


class AlertState(StrEnum):
    RAISED = "raised"  # no channel has delivered it yet
    DELIVERED = "delivered"  # one has; it is repeated
    ACKNOWLEDGED = "acknowledged"  # a person has seen it: it is not repeated
    RECOVERED = "recovered"  # its cause is over: the end


class AlertEvent(StrEnum):
    DELIVER = "deliver"  # a channel has delivered it
    ACKNOWLEDGE = "acknowledge"  # a person has seen it
    WORSEN = "worsen"  # it has become more severe
    RECOVER = "recover"  # its cause is over


_STATES, _EVENTS = AlertState, AlertEvent
# An absent entry is an error: a person may acknowledge what is open, and nothing happens to what is over.
NEXT: Final[dict[tuple[AlertState, AlertEvent], AlertState]] = {
    (_STATES.RAISED, _EVENTS.DELIVER): _STATES.DELIVERED,
    (_STATES.RAISED, _EVENTS.ACKNOWLEDGE): _STATES.ACKNOWLEDGED,
    (_STATES.RAISED, _EVENTS.WORSEN): _STATES.RAISED,
    (_STATES.RAISED, _EVENTS.RECOVER): _STATES.RECOVERED,
    (_STATES.DELIVERED, _EVENTS.DELIVER): _STATES.DELIVERED,  # by another channel, or again
    (_STATES.DELIVERED, _EVENTS.ACKNOWLEDGE): _STATES.ACKNOWLEDGED,
    (_STATES.DELIVERED, _EVENTS.WORSEN): _STATES.RAISED,  # what was seen was less
    (_STATES.DELIVERED, _EVENTS.RECOVER): _STATES.RECOVERED,
    (_STATES.ACKNOWLEDGED, _EVENTS.DELIVER): _STATES.ACKNOWLEDGED,  # it was on its way
    (_STATES.ACKNOWLEDGED, _EVENTS.ACKNOWLEDGE): _STATES.ACKNOWLEDGED,
    (_STATES.ACKNOWLEDGED, _EVENTS.WORSEN): _STATES.RAISED,
    (_STATES.ACKNOWLEDGED, _EVENTS.RECOVER): _STATES.RECOVERED,
    (_STATES.RECOVERED, _EVENTS.DELIVER): _STATES.RECOVERED,  # that it is over
}


class AlertStateError(ValueError):
    """The event cannot happen to an alert of this state."""


def next_state(state: AlertState, event: AlertEvent) -> AlertState:
    """What an alert is after the event. Raises AlertStateError."""
    try:
        return NEXT[state, event]
    except KeyError:
        raise AlertStateError(f"an alert that is {state} cannot {event}") from None

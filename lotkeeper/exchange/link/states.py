"""Which way requests go, and how far an attempt to connect is: every change stands in one of two tables."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from lotkeeper.exchange.websocket.connect_policy import ConnectFailure


class Route(StrEnum):
    """Which way requests go."""

    WEBSOCKET_API = "websocket-api"
    REST = "rest"


class LinkCondition(StrEnum):
    """Why requests go the way they go."""

    REST_ONLY = "REST_ONLY"  # no WebSocket API is configured
    STARTING = "STARTING"  # the first connection is not ready yet
    READY = "READY"  # a connection is open and the exchange knows the key: requests go over it
    LOST = "LOST"  # the connection ended
    SUSPECTED = "SUSPECTED"  # the connection is open and seems to deliver nothing
    LOGGED_OFF = "LOGGED_OFF"  # the exchange ended the session


class LinkEvent(StrEnum):
    """What happens to the connection that requests go over."""

    READY = "READY"  # a connection is ready: the first one, or one that replaces another
    LOST = "LOST"
    SUSPECTED = "SUSPECTED"
    LOGGED_OFF = "LOGGED_OFF"


_C, _E = LinkCondition, LinkEvent
_CONDITIONS: Mapping[LinkCondition, Mapping[LinkEvent, LinkCondition]] = {
    _C.REST_ONLY: {},
    _C.STARTING: {_E.READY: _C.READY},
    _C.READY: {
        _E.READY: _C.READY,
        _E.LOST: _C.LOST,
        _E.SUSPECTED: _C.SUSPECTED,
        _E.LOGGED_OFF: _C.LOGGED_OFF,
    },
    _C.LOST: {_E.READY: _C.READY},
    _C.SUSPECTED: {_E.READY: _C.READY},
    _C.LOGGED_OFF: {_E.READY: _C.READY},
}


@dataclass(frozen=True, slots=True)
class LinkState:
    """Which way requests go, since when and why."""

    condition: LinkCondition
    since_ms: int  # wall clock
    failure: ConnectFailure | None = None  # of the newest attempt to connect; None once one has succeeded
    needs_a_person: bool = False  # trying again will hardly help

    @property
    def route(self) -> Route:
        return Route.WEBSOCKET_API if self.condition is LinkCondition.READY else Route.REST

    def after(self, event: LinkEvent, now_ms: int) -> "LinkState":
        """As it is after the event; raises KeyError for an event that is impossible now."""
        condition = _CONDITIONS[self.condition][event]
        is_same = condition is self.condition
        if condition is LinkCondition.READY:
            return LinkState(condition, self.since_ms if is_same else now_ms)
        return replace(self, condition=condition, since_ms=now_ms)

    def failed(self, failure: ConnectFailure, *, needs_a_person: bool) -> "LinkState":
        """As it is after an attempt to connect has failed: the way does not change."""
        return replace(self, failure=failure, needs_a_person=needs_a_person)


class AttemptState(StrEnum):
    """How far the connection is that is being opened, beside the one that requests go over or for want of one."""

    IDLE = "IDLE"  # none is wanted
    WAITING = "WAITING"  # for the time of the next try, and for a permit
    OPENING = "OPENING"  # a thread opens the socket
    LOGGING_ON = "LOGGING_ON"  # the socket is open, and the exchange has not answered on it yet


class AttemptEvent(StrEnum):
    WANTED = "WANTED"
    PERMITTED = "PERMITTED"
    OPENED = "OPENED"
    READY = "READY"
    FAILED = "FAILED"


_A, _V = AttemptState, AttemptEvent
_ATTEMPTS: Mapping[AttemptState, Mapping[AttemptEvent, AttemptState]] = {
    _A.IDLE: {_V.WANTED: _A.WAITING},
    _A.WAITING: {_V.WANTED: _A.WAITING, _V.PERMITTED: _A.OPENING},
    _A.OPENING: {_V.WANTED: _A.OPENING, _V.OPENED: _A.LOGGING_ON, _V.FAILED: _A.WAITING},
    _A.LOGGING_ON: {_V.WANTED: _A.LOGGING_ON, _V.READY: _A.IDLE, _V.FAILED: _A.WAITING},
}


def attempt_after(state: AttemptState, event: AttemptEvent) -> AttemptState:
    """The state after the event; raises KeyError for an event that is impossible in this state."""
    return _ATTEMPTS[state][event]

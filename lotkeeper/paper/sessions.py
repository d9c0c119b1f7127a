"""Session and subscription methods of the WebSocket API (source: "Session authentication", "User Data Stream")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lotkeeper.paper.errors import ApiError
from lotkeeper.paper.gate import Gate
from lotkeeper.paper.peers import Peer
from lotkeeper.paper.userhub import Subscription, UserHub

Json = dict[str, Any]
WEIGHT = 2


@dataclass(slots=True)
class Session:
    """What the exchange remembers of one WebSocket API connection. Times are in ms."""

    peer: Peer
    connected: int
    show_limits: bool = True
    api_key: str | None = None
    authorized: int | None = None
    next_subscription: int = field(default=0)


@dataclass(slots=True)
class Call:
    """One request of a session: its parameters as text, and the bytes that its signature covers."""

    session: Session
    values: Mapping[str, str]
    payload: bytes


class Sessions:
    """The methods that are about the connection itself."""

    def __init__(self, gate: Gate, hub: UserHub) -> None:
        self._gate = gate
        self._hub = hub
        self.methods: dict[str, Callable[[Call], Any]] = {
            "session.logon": self._logon,
            "session.status": self._status,
            "session.logout": self._logout,
            "session.subscriptions": self._list,
            "userDataStream.subscribe": self._subscribe,
            "userDataStream.subscribe.signature": self._subscribe_signed,
            "userDataStream.unsubscribe": self._unsubscribe,
        }

    def serve(self, method: str, call: Call) -> Any:
        """The method's result; raises ApiError."""
        self._gate.weights.add(WEIGHT)
        return self.methods[method](call)

    def _check(self, call: Call) -> str:
        api_key = call.values.get("apiKey")
        self._gate.keys.check(api_key, call.payload, call.values, self._gate.exchange.clock.ms())
        return api_key or ""

    def _logon(self, call: Call) -> Json:
        api_key = self._check(call)
        if api_key not in self._gate.keys.may_log_on:
            raise ApiError(-4056, "Only Ed25519 API keys are supported for this feature.", 401)
        call.session.api_key, call.session.authorized = api_key, self._gate.exchange.clock.ms()
        return self._status(call)

    def _status(self, call: Call) -> Json:
        session = call.session
        return {
            "apiKey": session.api_key,
            "authorizedSince": session.authorized,
            "connectedSince": session.connected,
            "returnRateLimits": session.show_limits,
            "serverTime": self._gate.exchange.clock.ms(),
            "userDataStream": any(each.by_logon for each in self._hub.of(session.peer)),
        }

    def _logout(self, call: Call) -> Json:
        session = call.session
        for subscription in self._hub.of(session.peer):
            if subscription.by_logon:
                self._hub.end(subscription)
        session.api_key = session.authorized = None
        return self._status(call)

    def _list(self, call: Call) -> list[Json]:
        return [{"subscriptionId": each.number} for each in self._hub.of(call.session.peer)]

    def _subscribe(self, call: Call) -> Json:
        if call.session.api_key is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        return self._add(call.session, by_logon=True)

    def _subscribe_signed(self, call: Call) -> Json:
        self._check(call)
        return self._add(call.session, by_logon=False)

    def _add(self, session: Session, by_logon: bool) -> Json:
        if self._hub.of(session.peer):
            raise ApiError(-2035, "User Data Stream subscription already active.")
        number = session.next_subscription
        session.next_subscription += 1
        self._hub.add(Subscription(session.peer, number, by_logon))
        return {"subscriptionId": number}

    def _unsubscribe(self, call: Call) -> Json:
        wanted = call.values.get("subscriptionId")
        found = [each for each in self._hub.of(call.session.peer) if wanted in (None, str(each.number))]
        if not found:
            raise ApiError(-2036, "User Data Stream subscription not active.")
        for subscription in found:
            self._hub.end(subscription)
        return {}

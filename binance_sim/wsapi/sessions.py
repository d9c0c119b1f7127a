"""Session and subscription methods of the WebSocket API (source: "Session authentication", "User Data Stream")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.gate import Gate
from binance_sim.api.keys import USER_DATA, USER_STREAM, ApiKey
from binance_sim.clock import TimeUnit, milliseconds
from binance_sim.errors import ApiError
from binance_sim.sockets.peers import SocketPeer
from binance_sim.wsapi.subscriptions import Subscription, UserHub

Json = dict[str, Any]
WEIGHT = 2
MAX_ACTIVE, MAX_SUBSCRIPTION_IDS = 1000, 65_535


@dataclass(slots=True)
class Session:
    """The state of one WebSocket API connection. Times are in microseconds."""

    peer: SocketPeer
    connected: int
    show_limits: bool = True
    unit: TimeUnit = milliseconds
    key: ApiKey | None = None
    authorized: int | None = None
    next_subscription: int = 0


@dataclass(slots=True)
class SessionRequest:
    """One request of a session: its parameters as text, and the bytes that its signature covers."""

    session: Session
    values: Mapping[str, str]
    payload: bytes


class SessionMethods:
    """The methods of sessions and subscriptions."""

    def __init__(self, gate: Gate, hub: UserHub) -> None:
        self._gate, self._hub = gate, hub
        self.methods: dict[str, Callable[[SessionRequest], Any]] = {
            "session.logon": self._logon,
            "session.status": self._status,
            "session.logout": self._logout,
            "session.subscriptions": self._list,
            "userDataStream.subscribe": self._subscribe,
            "userDataStream.subscribe.signature": self._subscribe_signed,
            "userDataStream.unsubscribe": self._unsubscribe,
        }

    def serve(self, method: str, request: SessionRequest) -> Any:
        """The method's result; raises ApiError."""
        self._gate.limits.add(WEIGHT)
        return self.methods[method](request)

    def _now(self) -> int:
        return self._gate.exchange.clock.us()

    def _check(self, request: SessionRequest, security: str) -> ApiKey:
        api_key = request.values.get("apiKey")
        return self._gate.keys.check(api_key, security, request.payload, request.values, self._now())

    def _logon(self, request: SessionRequest) -> Json:
        key = self._check(request, USER_DATA)
        if not key.may_log_on:
            raise ApiError(-4056, "Only Ed25519 API keys are supported for this feature.", 401)
        request.session.key, request.session.authorized = key, self._now()
        return self._status(request)

    def _status(self, request: SessionRequest) -> Json:
        session = request.session
        since = session.authorized
        return {
            "apiKey": session.key.api_key if session.key is not None else None,
            "authorizedSince": session.unit(since) if since is not None else None,
            "connectedSince": session.unit(session.connected),
            "returnRateLimits": session.show_limits,
            "serverTime": session.unit(self._now()),
            "userDataStream": bool(self._hub.subscriptions_of(session.peer)),
        }

    def _logout(self, request: SessionRequest) -> Json:
        session = request.session
        for subscription in self._hub.subscriptions_of(session.peer):
            if subscription.by_logon:
                self._hub.end_subscription(subscription)
        session.key = session.authorized = None
        return self._status(request)

    def _list(self, request: SessionRequest) -> list[Json]:
        return [{"subscriptionId": each.number} for each in self._hub.subscriptions_of(request.session.peer)]

    def _subscribe(self, request: SessionRequest) -> Json:
        if request.session.key is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        key = self._gate.keys.find(request.session.key.api_key, USER_STREAM)
        return self._add(request.session, key.account, by_logon=True)

    def _subscribe_signed(self, request: SessionRequest) -> Json:
        return self._add(request.session, self._check(request, USER_STREAM).account, by_logon=False)

    def _add(self, session: Session, account: TradingAccount, by_logon: bool) -> Json:
        """Raises ApiError -2035 for a second subscription of the account, -2042 if the numbers are used up."""
        active = self._hub.subscriptions_of(session.peer)
        if any(each.account is account for each in active):
            raise ApiError(-2035, "User Data Stream subscription already active.")
        if len(active) >= MAX_ACTIVE or session.next_subscription >= MAX_SUBSCRIPTION_IDS:
            raise ApiError(-2042, "Maximum subscription ID reached for this connection.")
        number = session.next_subscription
        session.next_subscription += 1
        self._hub.add(Subscription(session.peer, account, number, by_logon, session.unit))
        return {"subscriptionId": number}

    def _unsubscribe(self, request: SessionRequest) -> Json:
        wanted = request.values.get("subscriptionId")
        found = [
            each for each in self._hub.subscriptions_of(request.session.peer) if wanted in (None, str(each.number))
        ]
        if not found:
            raise ApiError(-2036, "User Data Stream subscription not active.")
        for subscription in found:
            self._hub.end_subscription(subscription)
        return {}

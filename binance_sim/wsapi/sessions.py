"""Session and subscription methods of the WebSocket API (source: "Session authentication", "User Data Stream")."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.gate import Gate
from binance_sim.api.keys import USER_DATA, USER_STREAM, ApiKey
from binance_sim.clock import TimeUnit, milliseconds
from binance_sim.errors import ApiError
from binance_sim.sockets.peers import Peer
from binance_sim.wsapi.subscriptions import Subscription, UserHub

Json = dict[str, Any]
WEIGHT = 2
MAX_ACTIVE, MAX_SUBSCRIPTION_IDS = 1000, 65_535


@dataclass(slots=True)
class Session:
    """What the exchange remembers of one WebSocket API connection. Times are in microseconds."""

    peer: Peer
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
    """The methods that are about the connection itself."""

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

    def serve(self, method: str, call: SessionRequest) -> Any:
        """The method's result; raises ApiError."""
        self._gate.limits.add(WEIGHT)
        return self.methods[method](call)

    def _now(self) -> int:
        return self._gate.exchange.clock.us()

    def _check(self, call: SessionRequest, security: str) -> ApiKey:
        api_key = call.values.get("apiKey")
        return self._gate.keys.check(api_key, security, call.payload, call.values, self._now())

    def _logon(self, call: SessionRequest) -> Json:
        key = self._check(call, USER_DATA)
        if not key.may_log_on:
            raise ApiError(-4056, "Only Ed25519 API keys are supported for this feature.", 401)
        call.session.key, call.session.authorized = key, self._now()
        return self._status(call)

    def _status(self, call: SessionRequest) -> Json:
        session = call.session
        since = session.authorized
        return {
            "apiKey": session.key.api_key if session.key is not None else None,
            "authorizedSince": session.unit(since) if since is not None else None,
            "connectedSince": session.unit(session.connected),
            "returnRateLimits": session.show_limits,
            "serverTime": session.unit(self._now()),
            "userDataStream": bool(self._hub.subscriptions_of(session.peer)),
        }

    def _logout(self, call: SessionRequest) -> Json:
        session = call.session
        for subscription in self._hub.subscriptions_of(session.peer):
            if subscription.by_logon:
                self._hub.end_subscription(subscription)
        session.key = session.authorized = None
        return self._status(call)

    def _list(self, call: SessionRequest) -> list[Json]:
        return [{"subscriptionId": each.number} for each in self._hub.subscriptions_of(call.session.peer)]

    def _subscribe(self, call: SessionRequest) -> Json:
        if call.session.key is None:
            raise ApiError(-2014, "API-key format invalid.", 401)
        key = self._gate.keys.find(call.session.key.api_key, USER_STREAM)
        return self._add(call.session, key.account, by_logon=True)

    def _subscribe_signed(self, call: SessionRequest) -> Json:
        return self._add(call.session, self._check(call, USER_STREAM).account, by_logon=False)

    def _add(self, session: Session, account: TradingAccount, by_logon: bool) -> Json:
        """Raises ApiError: -2035 for a second one of the account, -2042 where the connection's numbers are used up."""
        active = self._hub.subscriptions_of(session.peer)
        if any(each.account is account for each in active):
            raise ApiError(-2035, "User Data Stream subscription already active.")
        if len(active) >= MAX_ACTIVE or session.next_subscription >= MAX_SUBSCRIPTION_IDS:
            raise ApiError(-2042, "Maximum subscription ID reached for this connection.")
        number = session.next_subscription
        session.next_subscription += 1
        self._hub.add(Subscription(session.peer, account, number, by_logon, session.unit))
        return {"subscriptionId": number}

    def _unsubscribe(self, call: SessionRequest) -> Json:
        wanted = call.values.get("subscriptionId")
        found = [each for each in self._hub.subscriptions_of(call.session.peer) if wanted in (None, str(each.number))]
        if not found:
            raise ApiError(-2036, "User Data Stream subscription not active.")
        for subscription in found:
            self._hub.end_subscription(subscription)
        return {}

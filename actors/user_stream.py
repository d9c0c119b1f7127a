"""UserStream: the account's websocket. Fills and order states go straight to the pair's keeper."""

import time
from typing import Any

import orjson

from actors.stream_actor import StreamActor
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.decode import decode_user_frame
from lotkeeper.exchange.shapes import Execution, Ignored, RequestFailed, ServerShutdown, StreamEnded, Subscribed
from lotkeeper.exchange.signing import Signer, load_signer, signed_frame_params
from lotkeeper.logs import hide
from messages.account import OrderReported, StreamLost, StreamProven, WatchOrders
from messages.lifecycle import Credentials, CredentialsWanted, NeighboursChanged, StartUserStream, secret_values

_SUBSCRIBE = "userDataStream.subscribe.signature"  # Binance user-data-stream.md: any key type, no logon
_CREDENTIALS_AGAIN_S = 1.0
_CONFIRM_WITHIN_S = 5.0


class UserStream(StreamActor):
    """Connected, subscribed and proven: only the exchange's own confirmation makes the stream count."""

    _start: StartUserStream
    _signer: Signer | None = None
    _request = 0

    def __init__(self) -> None:
        super().__init__()
        self._watchers: dict[str, Any] = {}
        self._clock_offset_ms = 0

    @handles(StartUserStream)
    def _begin(self, message: StartUserStream, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self._silent_after_s = message.silent_after_s
        self._want_credentials()

    def _want_credentials(self) -> None:
        if self._signer is None:
            self.send(self._start.launcher, CredentialsWanted(self.myAddress))
            self.wake_in(_CREDENTIALS_AGAIN_S, CredentialsWanted(None))

    @handles(Credentials)
    def _credentials(self, message: Credentials, sender: Sender) -> None:
        if self._signer is None:
            hide(secret_values(message))
            self._signer = load_signer(
                message.key_type,
                message.api_key,
                secret=message.api_secret,
                private_key_pem=message.private_key_pem,
            )
            self.stream_begins()

    @handles(NeighboursChanged)
    def _neighbours_changed(self, message: NeighboursChanged, sender: Sender) -> None:
        self._monitor = message.neighbours.monitor

    @handles(WatchOrders)
    def _watch_orders(self, message: WatchOrders, sender: Sender) -> None:
        """The newest keeper of a pair takes the place of the one before it."""
        self._watchers[message.symbol] = sender
        if self._is_proven:
            self.reply(sender, StreamProven(self._since_ms))

    # The stream

    def url(self) -> str:
        return self._start.ws_api_url

    def on_open(self) -> None:
        assert self._socket is not None
        assert self._signer is not None
        self._request += 1
        now_ms = self.wall_ms() + self._clock_offset_ms
        params = signed_frame_params({}, self._signer, now_ms, self._start.recv_window_ms)
        frame = {"id": f"subscribe-{self._request}", "method": _SUBSCRIBE, "params": params}
        self._socket.send_text(orjson.dumps(frame).decode())
        self.wake_in(_CONFIRM_WITHIN_S, Subscribed(self._request, -1))

    def on_frame(self, frame: bytes) -> None:
        match decode_user_frame(frame):
            case Execution(report, fill):
                watcher = self._watchers.get(report.symbol)
                if watcher is not None:
                    self.send(watcher, OrderReported(report, fill, time.monotonic_ns()))
            case Subscribed():
                self.proven()
            case RequestFailed(_, code, text):
                self.lose(f"the exchange refuses the subscription: {text} ({code})")
            case StreamEnded(reason):
                self.lose(f"the exchange ended the subscription: {reason}")
            case ServerShutdown():
                self.lose("the exchange's server shuts down")
            case Ignored(kind, damaged):
                self._ignored += 1
                if damaged:
                    self._told_something(kind)

    def _told_something(self, kind: str) -> None:
        """An event of ours could not be read: what it said is asked for."""
        self.log.error("an event of the account could not be read: %s", kind)
        self.on_proven()

    def on_proven(self) -> None:
        self._tell(StreamProven(self.wall_ms()))

    def on_lost(self, reason: str) -> None:
        self._tell(StreamLost(self.wall_ms(), reason))

    def _tell(self, message: StreamProven | StreamLost) -> None:
        for watcher in self._watchers.values():
            self.send(watcher, message)

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case CredentialsWanted():
                self._want_credentials()
            case Subscribed(request_id) if request_id == self._request and not self._is_proven:
                self.lose(f"the subscription was not confirmed within {_CONFIRM_WITHIN_S:.0f} s")
            case _:
                super().on_wakeup(payload)

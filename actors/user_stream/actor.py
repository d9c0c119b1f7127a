"""UserStream: the account's websocket. Fills and order states go straight to the pair's keeper."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import orjson

from actors.signers import signer_of
from actors.streams.base import StreamActor
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.shapes import (
    Balance,
    Balances,
    Execution,
    Ignored,
    RequestFailed,
    ServerShutdown,
    StreamEnded,
    Subscribed,
)
from lotkeeper.exchange.signing import KeyProblemError, Signer, signed_frame_params
from lotkeeper.exchange.websocket.decode import decode_user_frame
from lotkeeper.exchange.websocket.retry import Failure, kind_of_code
from lotkeeper.logging.setup import hide
from lotkeeper.trading.book.account_moves import AssetMovesByPair
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from messages.account import BalanceMoved, OrderReported, StreamLost, StreamProven, WatchBalance, WatchOrders
from messages.health import StreamState
from messages.lifecycle import Credentials, PeersChanged, RequestCredentials, StartUserStream, secret_values

_SUBSCRIBE = "userDataStream.subscribe.signature"  # Binance user-data-stream.md: any key type, no logon
_CLOCK_WRONG = -1021  # Binance errors.md, INVALID_TIMESTAMP
_CREDENTIALS_AGAIN_S = 1.0


class UserStream(StreamActor):
    """Connected, subscribed and proven: only the exchange's own confirmation makes the stream count."""

    most_wait_s = 2.0  # fills wait for it
    most_unreachable_s = 0.4
    verified_within_s = 5.0

    _start: StartUserStream
    _signer: Signer | None = None
    _request = 0
    _is_clock_wrong = False

    def __init__(self) -> None:
        super().__init__()
        self._watchers: dict[str, Any] = {}
        self._incarnations: dict[str, int] = {}
        self._assets: dict[str, tuple[str, Any]] = {}  # by symbol: the asset, and whom its balance concerns
        self._held: dict[str, tuple[int, Decimal]] = {}  # by asset: as of when (ms), and how much
        self._effects = AssetMovesByPair()
        self._clock_offset_ms = 0

    @handles(StartUserStream)
    def _begin(self, message: StartUserStream, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self._silent_after_s, self._renew_after_s = message.silent_after_s, message.renew_after_s
        self._want_credentials()

    def _want_credentials(self) -> None:
        if self._signer is None:
            is_first = self._state is StreamState.STARTING
            self.not_begun(StreamState.WAITING_FOR_KEY if is_first else self._state, self._reason)
            self.send(self._start.launcher, RequestCredentials(self.myAddress))
            self.wake_in(_CREDENTIALS_AGAIN_S, RequestCredentials(None))

    @handles(Credentials)
    def _credentials(self, message: Credentials, sender: Sender) -> None:
        if self._signer is None:
            hide(secret_values(message))
            try:
                self._signer = signer_of(message)
            except KeyProblemError as error:
                self.not_begun(StreamState.KEY_UNUSABLE, f"the key cannot be used: {error}")
                return
            self.stream_begins()

    @handles(PeersChanged)
    def _neighbours_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._monitor = message.peers.monitor
        self.meet_gateway(message.peers.gateway)

    @handles(WatchOrders)
    def _watch_orders(self, message: WatchOrders, sender: Sender) -> None:
        """The newest keeper of a pair takes the place of the one before it."""
        if message.incarnation < self._incarnations.get(message.symbol, 0):
            return  # the last word of a keeper that is dead by now
        self._incarnations[message.symbol] = message.incarnation
        self._watchers[message.symbol] = sender
        if self._is_proven:
            self.reply(sender, StreamProven(self._since_ms))

    @handles(WatchBalance)
    def _watch_balance(self, message: WatchBalance, sender: Sender) -> None:
        self._assets[message.symbol] = (message.asset, sender)
        self._effects.knows(message.symbol, message.asset, message.quote)

    def _balances_told(self, balances: Iterable[Balance], at_ms: int) -> None:
        """Locking and freeing coins moves nothing; whoever cares is told of the rest.

        Two connections overlap when one is replaced: an event may come again after a newer one.
        """
        for each in balances:
            held = total((each.free, each.locked))
            known_ms, known = self._held.get(each.asset, (at_ms, None))
            if known == held or at_ms < known_ms:
                continue
            self._held[each.asset] = (at_ms, held)
            for symbol, (asset, watcher) in self._assets.items():
                if asset == each.asset:
                    self.send(watcher, BalanceMoved(asset, held, self._effects.by_others(symbol, asset)))

    # The stream

    def url(self) -> str:
        return self._start.ws_api_url

    def on_open(self) -> None:
        self._request += 1
        if self._is_clock_wrong:
            self._ask({"id": f"time-{self._request}", "method": "time"})
        else:
            self._subscribe()

    def _subscribe(self) -> None:
        assert self._signer is not None
        now_ms = self.wall_ms() + self._clock_offset_ms
        params = signed_frame_params({}, self._signer, now_ms, self._start.recv_window_ms)
        self._ask({"id": f"subscribe-{self._request}", "method": _SUBSCRIBE, "params": params})

    def _ask(self, request: dict[str, object]) -> None:
        self.say(orjson.dumps(request).decode())

    def on_frame(self, frame: bytes) -> None:
        match decode_user_frame(frame):
            case Execution(report, fill) if is_news(report, fill):
                watcher = self._watchers.get(report.symbol)
                if watcher is not None:
                    self.send(watcher, OrderReported(report, fill))
                if fill is not None:
                    self._effects.take(fill)
            case Execution():
                pass
            case Balances(assets, at_ms):
                self._balances_told(assets, at_ms)
            case Subscribed():
                self.proven()
            case Ignored("reply") if self._is_clock_wrong:
                self._set_clock(frame)
            case RequestFailed(_, code, text):
                self._is_clock_wrong = code == _CLOCK_WRONG
                self.lose(Failure(kind_of_code(code), f"the exchange refuses the subscription: {text} ({code})"))
            case StreamEnded(reason):
                self.lose(f"the exchange ended the subscription: {reason}")
            case ServerShutdown():
                self.renew("the exchange's server shuts down")
            case Ignored(kind, damaged):
                self._ignored += 1
                if damaged:
                    self._told_something(kind)

    def _set_clock(self, frame: bytes) -> None:
        """Rather behind than ahead: ahead the exchange tolerates a second, behind the whole receive window."""
        theirs = orjson.loads(frame).get("result", {}).get("serverTime")
        if isinstance(theirs, int):
            self._clock_offset_ms, self._is_clock_wrong = theirs - self.wall_ms() - 1, False
            self._subscribe()

    def _told_something(self, kind: str) -> None:
        """An event of ours could not be read: what it said is asked for."""
        self.log.error("an event of the account could not be read: %s", kind)
        if self._is_proven:
            self.on_proven()

    def on_frame_failed(self) -> None:
        self._told_something("its handling failed")

    def on_proven(self) -> None:
        self._tell(StreamProven(self.wall_ms()))

    def on_renewed(self, reason: str) -> None:
        """Nothing should be missing. Whether the old connection still told everything at its end is not known."""
        self.on_proven()

    def on_lost(self, reason: str) -> None:
        self._tell(StreamLost(self.wall_ms(), reason))

    def _tell(self, message: StreamProven | StreamLost) -> None:
        for watcher in self._watchers.values():
            self.send(watcher, message)

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case RequestCredentials():
                self._want_credentials()
            case _:
                super().on_wakeup(payload)


def is_news(report: OrderReport, fill: Fill | None) -> bool:
    """Whether a keeper can learn from an event: of a BUY it follows the fills and the end.

    The NEW of a BUY at the market comes right before its fill, and would keep the keeper busy when that arrives.
    """
    return fill is not None or report.is_final or report.side is Side.SELL

"""UserStream: the account's websocket. It sends fills and order states straight to the pair's keeper."""

import time
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import orjson

from actors.credentials import AskForKey, SignerRequest
from actors.streams.base import StreamActor
from actors.streams.connection import StreamConnection
from actors.streams.frame_kinds import USER_KINDS, FrameKinds
from actors.user_stream.accepted_buys import AcceptedBuys, ReportOpenBuys
from actors.user_stream.lines import fill_facts, report_facts
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.shapes import (
    Balance,
    BalancesChanged,
    BuyAccepted,
    Execution,
    Ignored,
    RequestFailed,
    ServerShutdown,
    StreamEnded,
    Subscribed,
    UserFrame,
)
from lotkeeper.exchange.signing import signed_frame_params
from lotkeeper.exchange.websocket.connect_policy import Ceilings, ConnectFailure, FailureKind, failure_of_code
from lotkeeper.exchange.websocket.decode import decode_accepted_buy, decode_user_frame
from lotkeeper.logging.late_lines import LateLines, WriteLines
from lotkeeper.trading.balances import BalanceSeen, NewestBalances
from lotkeeper.trading.book.balance_check import AssetMovesByPair
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from messages.account import (
    BalanceMoved,
    BalancesSeen,
    CountTrades,
    OrderReported,
    StreamLost,
    StreamProven,
    WatchBalance,
    WatchOrders,
)
from messages.health import StreamState
from messages.lifecycle import Credentials, PairsChanged, PeersChanged, StartUserStream

_SUBSCRIBE = "userDataStream.subscribe.signature"  # Binance user-data-stream.md: any key type, no logon
_OPEN_BUYS_AFTER_S = 0.05  # what fills at once was filled by then


class UserStream(StreamActor):
    """A stream counts as proven when the exchange has confirmed the subscription."""

    ceilings = Ceilings(counted_s=2.0, unreachable_s=0.4)  # fills wait for it
    verified_within_s = 5.0

    _start: StartUserStream
    _monitor: Any = None
    _request_number = 0
    _is_clock_wrong = False
    _read_s = 0.0  # when frames were read last (wall clock): what they cause is logged as later

    def __init__(self) -> None:
        super().__init__()
        self._status.kinds = FrameKinds(USER_KINDS)
        self._key = SignerRequest(self)
        self._watchers: dict[str, Any] = {}  # by symbol: the newest keeper
        self._incarnations: dict[str, int] = {}  # by symbol: that keeper's
        self._assets: dict[str, tuple[str, Any]] = {}  # by symbol: base asset and keeper to notify
        self._balances: dict[str, tuple[int, Decimal]] = {}  # by asset: as of when (ms), and how much
        self._moves = AssetMovesByPair()
        self._seen: list[tuple[tuple[Balance, ...], int]] = []  # that the Monitor has not been told of, and as of when
        self._clock_offset_ms = 0
        self._accepted = AcceptedBuys()
        self._lines = LateLines(lambda: self.log, self.wake_in)

    @handles(StartUserStream)
    def _begin(self, message: StartUserStream, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self.configure("", message.silent_after_s, message.renew_after_s, needs_permit=message.needs_permit)
        self._ask_for_key()

    def _ask_for_key(self) -> None:
        if self._key.signer is None:
            is_first = self._status.state is StreamState.STARTING
            self.report_waiting(StreamState.WAITING_FOR_KEY if is_first else self._status.state, self._status.reason)
            self._key.ask(self._start.launcher)

    @handles(Credentials)
    def _credentials(self, message: Credentials, sender: Sender) -> None:
        if self._key.accept(message):
            self.begin_stream()
        elif self._key.signer is None:
            self.report_waiting(StreamState.KEY_UNUSABLE, self._key.trouble)

    @handles(PairsChanged)
    def _pairs_changed(self, message: PairsChanged, sender: Sender) -> None:
        """Who kept a pair that has gone is told nothing more."""
        for symbol in self._watchers.keys() - set(message.symbols):
            del self._watchers[symbol]
            self._assets.pop(symbol, None)

    @handles(PeersChanged)
    def _peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._monitor = message.peers.monitor
        self._permits.meet_gateway(message.peers.gateway)

    @handles(WatchOrders)
    def _watch_orders(self, message: WatchOrders, sender: Sender) -> None:
        """The newest keeper of a pair replaces the previous one."""
        if message.incarnation < self._incarnations.get(message.symbol, 0):
            return  # from a keeper that has a successor by now
        self._incarnations[message.symbol] = message.incarnation
        self._watchers[message.symbol] = sender
        if self._status.is_proven:
            self.reply(sender, StreamProven(self._status.since_ms))

    @handles(WatchBalance)
    def _watch_balance(self, message: WatchBalance, sender: Sender) -> None:
        self._assets[message.symbol] = (message.asset, sender)
        self._moves.add_pair(message.symbol, message.asset, message.quote)

    @handles(CountTrades)
    def _count_trades(self, message: CountTrades, sender: Sender) -> None:
        self._moves.add_pair(message.symbol, message.base, message.quote)

    def _handle_balances(self, balances: Iterable[Balance], at_ms: int) -> None:
        """Notifies keepers of a changed balance; to lock and free coins changes nothing.

        Two connections overlap when one is replaced: an event may arrive again after a newer one.
        """
        for each in balances:
            balance = total((each.free, each.locked))
            known_ms, known = self._balances.get(each.asset, (at_ms, None))
            if known == balance or at_ms < known_ms:
                continue
            self._balances[each.asset] = (at_ms, balance)
            for symbol, (asset, watcher) in self._assets.items():
                if asset == each.asset:
                    by_others = self._moves.moved_by_other_pairs(symbol, asset)
                    self.send(watcher, BalanceMoved(asset, balance, by_others, at_ms))

    # The stream

    def url(self) -> str:
        return self._start.ws_api_url

    def on_open(self, connection: StreamConnection) -> None:
        self._request_number += 1
        if self._is_clock_wrong:
            _request(connection, {"id": f"time-{self._request_number}", "method": "time"})
        else:
            self._subscribe(connection)

    def _subscribe(self, connection: StreamConnection) -> None:
        assert self._key.signer is not None  # the stream begins with it
        now_ms = self.wall_ms() + self._clock_offset_ms
        params = signed_frame_params({}, self._key.signer, now_ms, self._start.recv_window_ms)
        _request(connection, {"id": f"subscribe-{self._request_number}", "method": _SUBSCRIBE, "params": params})

    def on_frames(self, frames: list[bytes], connection: StreamConnection) -> None:
        self._read_s = time.time()
        for frame in frames:
            if not self.handle_frame(self._on_frame, frame, connection):
                self._event_lost("its handling failed")

    def _on_frame(self, frame: bytes, connection: StreamConnection) -> None:
        event = decode_user_frame(frame)
        try:
            self._apply_event(event, frame, connection)
        finally:
            self._status.kinds.count(event)  # after it: a fill waits for nothing

    def _apply_event(self, event: UserFrame, frame: bytes, connection: StreamConnection) -> None:
        match event:
            case Execution(report, fill) if is_news(report, fill):
                self._report_order(report, fill)
                if fill is not None:
                    self._moves.count_trade(fill)
                self._accepted.forget(report.order_id)
            case BuyAccepted(order_id):
                self._keep_accepted(order_id, frame)
            case Execution():
                pass
            case BalancesChanged(assets, at_ms):
                self._handle_balances(assets, at_ms)
                self._seen.append((assets, at_ms))
            case Subscribed():
                self.confirm(connection)
            case Ignored("reply") if self._is_clock_wrong:
                self._set_clock(frame, connection)
            case RequestFailed(_, code, text):
                failure = failure_of_code(code)
                self._is_clock_wrong = failure is FailureKind.CLOCK
                text = f"the exchange refuses the subscription: {text} ({code})"
                self.give_up(connection, ConnectFailure(failure, text))
            case StreamEnded(reason):
                self.give_up(connection, f"the exchange ended the subscription: {reason}")
            case ServerShutdown():
                self.renew("the exchange's server shuts down")
            case Ignored(kind, damaged):
                self._status.ignored += 1
                if damaged:
                    self._event_lost(kind)

    def _report_order(self, report: OrderReport, fill: Fill | None) -> None:
        watcher = self._watchers.get(report.symbol)
        if watcher is not None:
            self.send(watcher, OrderReported(report, fill))
            if fill is not None:
                self._lines.note(LogEvent.FILL_ARRIVED, "a fill arrived", fill_facts, report, fill, at_s=self._read_s)
            elif report.is_final:
                self._lines.note(LogEvent.ORDER_ENDED, "an order ended", report_facts, report, at_s=self._read_s)

    def _keep_accepted(self, order_id: int | None, frame: bytes) -> None:
        if order_id is not None and self._accepted.keep(order_id, frame):
            self.wake_in(_OPEN_BUYS_AFTER_S, ReportOpenBuys())

    def _report_open_buys(self) -> None:
        """One that cannot be read is found by the next comparison; nothing is bought by it yet."""
        for frame in self._accepted.pop_all():
            found = decode_accepted_buy(frame)
            if isinstance(found, Execution):
                self._report_order(found.report, None)

    def _set_clock(self, frame: bytes, connection: StreamConnection) -> None:
        """Rather behind than ahead: the exchange tolerates a second ahead, but the whole receive window behind."""
        theirs = orjson.loads(frame).get("result", {}).get("serverTime")
        if isinstance(theirs, int):
            self._clock_offset_ms, self._is_clock_wrong = theirs - self.wall_ms() - 1, False
            self._subscribe(connection)

    def _event_lost(self, kind: str) -> None:
        """An event could not be read: the keepers ask the exchange for what it said."""
        self.log.error("an event of the account could not be read: %s", kind, extra=named(LogEvent.EVENT_LOST))
        if self._status.is_proven:
            self.on_proven()

    def on_proven(self) -> None:
        self._broadcast(StreamProven(self.wall_ms()))

    def on_renewed(self, reason: str) -> None:
        """Keepers compare: whether the old connection delivered everything at its end is not known."""
        self.on_proven()

    def on_lost(self, reason: str) -> None:
        self._broadcast(StreamLost(self.wall_ms(), reason))

    def _broadcast(self, message: StreamProven | StreamLost) -> None:
        for watcher in self._watchers.values():
            self.send(watcher, message)

    def report(self) -> None:
        if self._monitor is not None:
            self.send(self._monitor, self._status.report(""))
            if self._seen:
                self._report_balances(self._monitor)

    def _report_balances(self, monitor: Any) -> None:
        """Once a second, so that no event of the account waits for it."""
        newest = NewestBalances()
        for balances, at_ms in self._seen:
            newest.note(BalanceSeen(each.asset, each.free, each.locked, at_ms) for each in balances)
        self._seen.clear()
        self.send(monitor, BalancesSeen(newest.pop()))

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case AskForKey():
                self._ask_for_key()
            case ReportOpenBuys():
                self._report_open_buys()
            case WriteLines():
                self._lines.write_some()
            case _:
                super().on_wakeup(payload)

    def on_exit(self) -> None:
        super().on_exit()
        self._lines.write_all()


def _request(connection: StreamConnection, request: dict[str, object]) -> None:
    connection.socket.send_text(orjson.dumps(request).decode())


def is_news(report: OrderReport, fill: Fill | None) -> bool:
    """Whether a keeper learns from an event at once: of a BUY the fills and the end.

    That a BUY stands on the book it learns a moment later: a BUY that fills at once must not find it busy with that.
    """
    return fill is not None or report.is_final or report.side is Side.SELL

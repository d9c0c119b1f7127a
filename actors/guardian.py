"""Guardian: the root. Starts and supervises everything else and answers the command line."""

from typing import Any

from actors.gateway.actor import Gateway
from actors.ledger.actor import Ledger
from actors.monitor.actor import Monitor
from actors.pair_supervisor import PairSupervisor
from actors.price_broadcaster.actor import PriceBroadcaster
from actors.supervising import ReportingSupervisor
from actors.user_stream.actor import UserStream
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import ChildSpec, TryAgain
from lotkeeper.exchange.websocket.connect_policy import stream_starts_after_s
from messages.control import (
    AdoptCoins,
    AdoptOrder,
    AdoptSince,
    AskPositions,
    AskStatus,
    Done,
    PairCommand,
    PausePair,
    ReconcilePair,
    Refused,
    ReleaseLot,
    ResolveOrder,
    ResumePair,
    StopService,
)
from messages.ledger import LedgerFailed, RecordPause
from messages.lifecycle import (
    PairSettings,
    Peers,
    PeersChanged,
    StartGateway,
    StartGuardian,
    StartLedger,
    StartMonitor,
    StartPair,
    StartPrices,
    StartUserStream,
    StopWanted,
)

_WRITE_AGAIN_S = 2.0
_STARTING_MS = 15_000
_AWHILE = TryAgain(30.0)  # one that restarting does not help is loud, and the others trade on
MONITOR, LEDGER, GATEWAY, USER_STREAM, PRICES = "monitor", "ledger", "gateway", "user stream", "prices"


class Guardian(ReportingSupervisor):
    """One a system. Whenever one of its actors begins a new life, everybody is told where it lives now."""

    _message: StartGuardian
    _launcher: Any
    _started_ms = 0

    def __init__(self) -> None:
        super().__init__()
        self._wanted: dict[str, bool] = {}  # pairs whose pause the operator changed, until the notebook has it

    @handles(StartGuardian)
    def _begin(self, message: StartGuardian, sender: Sender) -> None:
        self._message, self._launcher, self._started_ms = message, sender, self.wall_ms()
        self.supervise(*self._children())

    def _children(self) -> list[ChildSpec]:
        """In the order in which they start. `hang_timeout_s` is longer than any request or write may take."""
        return [
            ChildSpec(MONITOR, Monitor, self._start_monitor, on_give_up=_AWHILE),
            ChildSpec(LEDGER, Ledger, self._start_ledger, on_give_up=_AWHILE, hang_timeout_s=60.0),
            ChildSpec(GATEWAY, Gateway, self._start_gateway, on_give_up=_AWHILE, hang_timeout_s=30.0),
            ChildSpec(PRICES, PriceBroadcaster, self._start_prices, on_give_up=_AWHILE),
            *(
                ChildSpec(pair.symbol, PairSupervisor, self._start_pair(pair), on_give_up=_AWHILE)
                for pair in self._message.settings.pairs
            ),
            ChildSpec(USER_STREAM, UserStream, self._start_user_stream, on_give_up=_AWHILE, hang_timeout_s=30.0),
        ]

    def _start_monitor(self, _: int) -> StartMonitor:
        return StartMonitor(self._symbols(), self._started_ms)

    def _start_prices(self, _: int) -> StartPrices:
        return StartPrices(self.child(MONITOR), self._symbols())

    def _symbols(self) -> tuple[str, ...]:
        return tuple(pair.symbol for pair in self._message.settings.pairs)

    def _start_ledger(self, _: int) -> StartLedger:
        settings = self._message.settings
        return StartLedger(settings.database, self.child(MONITOR), settings.lease)

    def _start_gateway(self, _: int) -> StartGateway:
        settings = self._message.settings
        return StartGateway(
            rest_url=settings.rest_url,
            recv_window_ms=settings.recv_window_ms,
            launcher=self._launcher,
            monitor=self.child(MONITOR),
            symbols=self._symbols(),
            in_flight=settings.in_flight,
        )

    def _start_user_stream(self, _: int) -> StartUserStream:
        settings = self._message.settings
        return StartUserStream(
            ws_api_url=settings.ws_api_url,
            recv_window_ms=settings.recv_window_ms,
            silent_after_s=settings.silent_after_s,
            renew_after_s=settings.renew_after_s,
            launcher=self._launcher,
            monitor=self.child(MONITOR),
        )

    def _start_pair(self, pair: PairSettings) -> Any:
        return lambda _: StartPair(pair, self._message.settings, self._peers(), self._stream_after_s(pair.symbol))

    def _stream_after_s(self, symbol: str) -> float:
        """At the start of the service the keepers come first; a pair that is started again later has its stream."""
        if self.wall_ms() - self._started_ms > _STARTING_MS:
            return 0.0
        symbols = self._symbols()
        return stream_starts_after_s(symbols.index(symbol), len(symbols))

    def _peers(self) -> Peers:
        return Peers(
            ledger=self.child(LEDGER),
            gateway=self.child(GATEWAY),
            user_stream=self.child(USER_STREAM),
            prices=self.child(PRICES),
            monitor=self.child(MONITOR),
        )

    def introduction(self) -> PeersChanged:
        return PeersChanged(self._peers())

    def on_child_started(self, key: str, address: Any, incarnation: int) -> None:
        if key == LEDGER:
            self._repeat_wanted()
        elif key == MONITOR:
            self.report_children()

    def monitor(self) -> Any:
        return self.child(MONITOR)

    # The command line

    @handles(AskStatus)
    def _status(self, message: AskStatus, sender: Sender) -> None:
        self._hand_on(MONITOR, message, sender)

    @handles(AskPositions)
    def _positions(self, message: AskPositions, sender: Sender) -> None:
        if message.symbol and not self._is_configured(message.symbol):
            self._refuse(message.symbol, sender)
        else:
            self._hand_on(LEDGER, message, sender)

    @handles(PausePair, ResumePair)
    def _control(self, message: PausePair | ResumePair, sender: Sender) -> None:
        """What is wanted is written down first: a restart in between must not forget it."""
        if not self._is_configured(message.symbol):
            self._refuse(message.symbol, sender)
            return
        self._wanted[message.symbol] = isinstance(message, PausePair)
        self._send_wanted(message.symbol)
        self._hand_on(message.symbol, message, sender)

    @handles(ReconcilePair, ResolveOrder, AdoptOrder, AdoptSince, AdoptCoins, ReleaseLot)
    def _of_a_pair(self, message: PairCommand, sender: Sender) -> None:
        if self._is_configured(message.symbol):
            self._hand_on(message.symbol, message, sender)
        else:
            self._refuse(message.symbol, sender)

    @handles(StopService)
    def _stop(self, message: StopService, sender: Sender) -> None:
        """The launcher ends the system: it alone sees it to the end."""
        self.send(self._launcher, StopWanted())
        self.reply(sender, Done("stopping"))

    @handles(LedgerFailed)
    def _not_written(self, message: LedgerFailed, sender: Sender) -> None:
        """The database may be held by somebody else for a moment, or be opened later."""
        self.log.error("the pause of %s is not written down yet: %s", message.symbol, message.reason)
        self.wake_in(_WRITE_AGAIN_S, RecordPause(message.symbol, self._wanted[message.symbol]))

    def on_wakeup(self, payload: Any) -> None:
        if isinstance(payload, RecordPause) and payload.is_paused == self._wanted[payload.symbol]:
            self._send_wanted(payload.symbol)

    def _repeat_wanted(self) -> None:
        for symbol in self._wanted:
            self._send_wanted(symbol)

    def _send_wanted(self, symbol: str) -> None:
        ledger = self.child(LEDGER)
        if ledger is not None:
            self.send(ledger, RecordPause(symbol, self._wanted[symbol]))

    def _hand_on(self, key: str, message: object, sender: Sender) -> None:
        child = self.child(key)
        if child is None:
            self.reply(sender, Refused(f"the {key} is being restarted; try again in a moment"))
        else:
            self.forward(child, message, sender)

    def _is_configured(self, symbol: str) -> bool:
        return any(pair.symbol == symbol for pair in self._message.settings.pairs)

    def _refuse(self, symbol: str, sender: Sender) -> None:
        known = ", ".join(sorted(pair.symbol for pair in self._message.settings.pairs))
        self.reply(sender, Refused(f"{symbol} is not a configured pair; configured: {known}"))

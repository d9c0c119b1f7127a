"""Monitor: collects the reports of all actors and answers for the status of the service."""

from typing import Any

from actors.monitor.balance_log import BalanceLog
from actors.monitor.causes import find_causes
from actors.monitor.incident_log import IncidentLog
from actors.monitor.incidents import Restarts, find_incidents
from actors.monitor.restart_watch import RestartWatch
from actors.monitor.status import status_document
from actors.monitor.todo import FirstSeen, find_todo
from actors.monitor.view import View
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.log_levels import LogLevels
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.reports.todo import Todo
from messages.account import BalancesSeen
from messages.alerts import AlertsReported
from messages.control import AskStatus, StatusReported
from messages.fees import FeeReserveReported
from messages.health import (
    AskHoldings,
    AskReport,
    ChildReported,
    FramesCounted,
    GatewayReported,
    HoldingsReported,
    LedgerReported,
    MarketStreamReported,
    PairReported,
    PricesReported,
    StreamReported,
)
from messages.host_lease import HostLeaseReported
from messages.ledger import IncidentsRecorded, LedgerFailed
from messages.lifecycle import PairsChanged, Peers, PeersChanged, StartMonitor
from messages.prices import PriceModeChanged, PricesChanged, SubscribePrices

_PRICES_EVERY_S = 0.25  # while somebody watches the status
_UNWATCHED_PRICES_EVERY_S = 5.0  # else: far below the age at which a price counts as stale
_WATCHED_FOR_S = 60.0  # after the last question for the status
_SUBSCRIBE_AGAIN_S = 30.0
_TELL_EVERY_S, _TELL = 5.0, "tell"
_FILLED_AFTER_S = 20.0  # a new Monitor knows what there is to know: every source repeats its report within that time
_NEVER = float("-inf")
_LOOK_EVERY_S = 2.0
_SETTLED_AFTER_S = 60.0  # after its start, though not every source has reported
_LOOK = "look"


class Monitor(EngineActor):
    """After a restart its view fills up again, because every source repeats its report."""

    _peers = Peers()
    _held_longer_than_ms = 0
    _asked_s = _NEVER  # when somebody asked for the status last (monotonic clock)
    _began_s = _NEVER

    def __init__(self) -> None:
        super().__init__()
        self._view = View()
        self._first_seen = FirstSeen()
        self._restarts, self._incidents, self._balances = Restarts(), IncidentLog(), BalanceLog()
        self._storms = RestartWatch()

    @handles(StartMonitor)
    def _begin(self, message: StartMonitor, sender: Sender) -> None:
        self._view.symbols, self._view.started_ms = message.symbols, message.started_ms
        self._began_s = self.monotonic()
        self.wake_in(_SUBSCRIBE_AGAIN_S)
        self.wake_in(_LOOK_EVERY_S, _LOOK)
        self._held_longer_than_ms = message.held_longer_than_ms
        self.wake_in(_TELL_EVERY_S, _TELL)

    def _use_log_levels(self, levels: LogLevels) -> None:
        """Told to each actor, and shown by this one."""
        super()._use_log_levels(levels)
        self._view.levels = levels

    @handles(PairsChanged)
    def _on_pairs_changed(self, message: PairsChanged, sender: Sender) -> None:
        self._view.keep_only(message.symbols)

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        newcomers, self._peers = message.peers.newcomers(self._peers), message.peers
        if newcomers.prices is not None:
            self._subscribe()

    def _subscribe(self) -> None:
        if self._peers.prices is not None:
            every_s = _PRICES_EVERY_S if self._is_watched() else _UNWATCHED_PRICES_EVERY_S
            self.send(self._peers.prices, SubscribePrices((), every_s))

    def _is_watched(self) -> bool:
        return self.monotonic() - self._asked_s < _WATCHED_FOR_S

    def on_wakeup(self, payload: Any) -> None:
        if payload == _LOOK:
            self.wake_in(_LOOK_EVERY_S, _LOOK)
            self._look()
            self._record_balances()
            return
        if payload == _TELL:
            self.wake_in(_TELL_EVERY_S, _TELL)
            self._tell_causes()
            return
        self.wake_in(_SUBSCRIBE_AGAIN_S)
        self._subscribe()

    def _tell_causes(self) -> None:
        """Not before all sources have reported: what is not known yet is no cause, and not over either."""
        is_filled = self._view.has_all_reports() or self.monotonic() - self._began_s >= _FILLED_AFTER_S
        if self._peers.alerts is not None and is_filled:
            todo, now_ms, longer_ms = self._todo(), self.wall_ms(), self._held_longer_than_ms
            self.send(self._peers.alerts, find_causes(self._view, todo, self._storms, longer_ms, now_ms))

    @handles(AlertsReported)
    def _on_alerts_reported(self, message: AlertsReported, sender: Sender) -> None:
        self._view.alerts = message

    def _todo(self) -> list[Todo]:
        now_ms = self.wall_ms()
        return self._first_seen.dated(find_todo(self._view, now_ms), now_ms)

    # What goes wrong

    def _look(self) -> None:
        """So it is known since when something needs a person, too."""
        now_ms = self.wall_ms()
        found = find_incidents(self._view, self._todo(), now_ms)
        self._incidents.update([*found, *self._restarts.open()], now_ms)
        self._record_incidents()

    def _record_incidents(self) -> None:
        """While there is no Ledger they wait here."""
        if self._peers.ledger is None:
            return
        is_late = self.monotonic() - self._began_s >= _SETTLED_AFTER_S
        message = self._incidents.due(
            self.monotonic(), self.wall_ms(), is_settled=is_late or self._view.has_all_reports()
        )
        if message is not None:
            self.send(self._peers.ledger, message)

    @handles(IncidentsRecorded)
    def _on_incidents_recorded(self, message: IncidentsRecorded, sender: Sender) -> None:
        self._incidents.confirm(message.number)

    @handles(LedgerFailed)
    def _on_ledger_failed(self, message: LedgerFailed, sender: Sender) -> None:
        """They are said again; the Ledger's own report has the reason."""

    # What the account has

    @handles(BalancesSeen)
    def _on_balances_seen(self, message: BalancesSeen, sender: Sender) -> None:
        self._balances.note(message)

    def _record_balances(self) -> None:
        """So there is one write for many trades; while there is no Ledger they wait here."""
        message = None if self._peers.ledger is None else self._balances.pop(self.wall_ms())
        if message is not None:
            self.send(self._peers.ledger, message)

    # What others report

    @handles(PairReported)
    def _on_pair_reported(self, message: PairReported, sender: Sender) -> None:
        self._view.pairs[message.symbol], self._view.keepers[message.symbol] = message, sender

    @handles(StreamReported)
    def _on_stream_reported(self, message: StreamReported, sender: Sender) -> None:
        before, _ = self._view.streams.get(message.symbol, (None, 0))
        self._view.streams[message.symbol] = (message, self.wall_ms())
        if before is not None and before.state is not message.state:
            self._look()

    @handles(MarketStreamReported)
    def _on_market_stream_reported(self, message: MarketStreamReported, sender: Sender) -> None:
        before, _ = self._view.market_streams.get(message.stream.symbol, (None, 0))
        self._view.note_market_stream(message, self.wall_ms())
        if before is not None and before.stream.state is not message.stream.state:
            self._look()

    @handles(GatewayReported)
    def _on_gateway_reported(self, message: GatewayReported, sender: Sender) -> None:
        self._view.gateway = message

    @handles(LedgerReported)
    def _on_ledger_reported(self, message: LedgerReported, sender: Sender) -> None:
        self._view.ledger = message

    @handles(FeeReserveReported)
    def _on_fee_reserve_reported(self, message: FeeReserveReported, sender: Sender) -> None:
        self._view.fees = message

    @handles(HostLeaseReported)
    def _on_host_lease_reported(self, message: HostLeaseReported, sender: Sender) -> None:
        self._view.host_lease = message

    @handles(ChildReported)
    def _on_child_reported(self, message: ChildReported, sender: Sender) -> None:
        self._view.children[message.key] = message
        before, passed = self._restarts.open(), self._restarts.note(message, self.wall_ms())
        if passed is not None:
            self._incidents.end(passed, self.wall_ms())
        if passed is not None or self._restarts.open() != before:
            self._look()
        self._storms.note(message, self.wall_ms())

    @handles(PricesChanged)
    def _on_prices_changed(self, message: PricesChanged, sender: Sender) -> None:
        self._view.prices.update({price.symbol: price for price in message.prices})

    @handles(PricesReported)
    def _on_prices_reported(self, message: PricesReported, sender: Sender) -> None:
        self._view.broadcast = message

    @handles(PriceModeChanged)
    def _on_price_mode_changed(self, message: PriceModeChanged, sender: Sender) -> None:
        self._view.modes[message.symbol] = message

    @handles(FramesCounted)
    def _on_frames_counted(self, message: FramesCounted, sender: Sender) -> None:
        for counts in message.counts:
            if counts.symbol:
                self._view.frames[counts.symbol] = counts
            else:
                self._view.stream_frames[message.stream] = counts

    @handles(AskHoldings)
    def _answer_holdings(self, message: AskHoldings, sender: Sender) -> None:
        """By the newest reports. All of these pairs are asked to report, because who asks may need newer ones."""
        holdings = tuple(self._view.holdings(message.base, excluded=message.symbol))
        self.reply(sender, HoldingsReported(message.number, holdings, self._view.is_quote(message.base)))
        for symbol in self._view.pairs_of(message.base, excluded=message.symbol):
            if symbol in self._view.keepers:
                self.send(self._view.keepers[symbol], AskReport())

    @handles(AskStatus)
    def _answer_status(self, message: AskStatus, sender: Sender) -> None:
        self.reply(sender, StatusReported(status_document(self._view, self.wall_ms(), self._todo())))
        was_watched, self._asked_s = self._is_watched(), self.monotonic()
        if not was_watched:
            self._subscribe()

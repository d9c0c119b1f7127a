"""Guardian: the root. Starts and supervises everything else and answers the command line."""

from typing import Any

from actors.guardian.child_specs import ChildSpecs
from actors.guardian.children import ALERTS, GATEWAY, LEDGER, MONITOR
from actors.guardian.halt_commands import HaltCommands
from actors.guardian.market_streams import MarketStreams
from actors.guardian.pair_starts import PairStarts
from actors.guardian.reloads import Reloads
from actors.guardian.state import GuardianState
from actors.guardian.wakeups import HaltsDue, LeavingDue, MarketStreamsDue, PairEndDue, PairsDue
from actors.supervising import child_report, forward_to_child
from lotkeeper.engine.actor import handles
from lotkeeper.engine.actor.log_levels import LogLevels
from lotkeeper.engine.asking import Answer, Sender
from lotkeeper.engine.supervision import ChildStatus, Supervisor
from lotkeeper.trading.nearest_names import not_configured
from messages.configuration import AskChanges, ReloadConfig
from messages.control import (
    AcknowledgeAlerts,
    AskAlerts,
    AskLotsChanged,
    AskPositions,
    AskStatus,
    CommandDone,
    CommandRefused,
    ExplainLot,
    SetKillSwitch,
    StopService,
    TryChannels,
)
from messages.ledger import HaltsRead
from messages.lifecycle import KillSwitchApplied, PeersChanged, RequestStop, SettingsKept, StartGuardian
from messages.pair_commands import (
    AdoptCoins,
    AdoptOrder,
    AdoptSince,
    BuyCoins,
    CancelOrder,
    DismissCoins,
    PairCommand,
    PausePair,
    ReconcilePair,
    ReleaseLot,
    ResolveOrder,
    ResumePair,
    SellLot,
    WithdrawSale,
)
from messages.pair_rules import AskPairRules


class Guardian(Supervisor):
    """One a system. Whenever it has started an actor again, all the others get the new address (PeersChanged)."""

    _state: GuardianState
    _specs: ChildSpecs
    _starts: PairStarts
    _market_streams: MarketStreams
    _halts: HaltCommands
    _reloads: Reloads

    @handles(StartGuardian)
    def _begin(self, message: StartGuardian, sender: Sender) -> None:
        """What the pairs need is started before them, and what can wait after the first of them."""
        self._make_collaborators(GuardianState(message, sender, self.wall_ms()))
        self._state.halting.begin(message.settings.halts_file, self._state.started_ms)
        self._reloads.resume_leaving()
        self.supervise(*self._specs.shared(), *self._specs.host_lease())
        self._starts.start_some()
        self.supervise(*self._specs.fee_reserve(), self._specs.alerts())
        self._market_streams.begin()
        self._reloads.ask_leaving_again()

    def _make_collaborators(self, state: GuardianState) -> None:
        self._state, self._specs = state, ChildSpecs(state, self.child)
        self._starts = PairStarts(self, state, self._specs)
        self._market_streams = MarketStreams(self, state, self._specs)
        self._halts = HaltCommands(self, state)
        self._reloads = Reloads(self, state, self._starts, self._market_streams)

    # The children

    def introduction(self) -> PeersChanged:
        return PeersChanged(self._specs.peers())

    def on_child_started(self, key: str, address: Any, incarnation: int) -> None:
        if key == MONITOR:
            self._report_children()
        elif key == GATEWAY:
            self._halts.answer_switching()  # it was started with what they want

    def on_child_status(self, status: ChildStatus) -> None:
        monitor = self.child(MONITOR)
        if monitor is not None:
            self.send(monitor, child_report(status))

    def _report_children(self) -> None:
        """Reports every child again, since a new Monitor knows none."""
        for status in self.child_statuses():
            self.on_child_status(status)

    def _use_log_levels(self, levels: LogLevels) -> None:
        """The launcher and the HTTP server log so, too."""
        super()._use_log_levels(levels)
        self.send(self._state.launcher, levels)

    # Questions of the command line

    @handles(AskStatus)
    def _ask_status(self, message: AskStatus, sender: Sender) -> None:
        self._forward(MONITOR, message, sender)

    @handles(ExplainLot, AskChanges, AskLotsChanged, AskPairRules)
    def _ask_ledger(self, message: ExplainLot | AskChanges | AskLotsChanged | AskPairRules, sender: Sender) -> None:
        self._forward(LEDGER, message, sender)

    @handles(AskPositions)
    def _ask_positions(self, message: AskPositions, sender: Sender) -> None:
        if not message.symbol or self._accepts(message.symbol, sender):
            self._forward(LEDGER, message, sender)

    @handles(AskAlerts, AcknowledgeAlerts, TryChannels)
    def _ask_alerts(self, message: AskAlerts | AcknowledgeAlerts | TryChannels, sender: Sender) -> None:
        self._forward(ALERTS, message, sender)

    # What a person halts

    @handles(PausePair)
    def _pause(self, message: PausePair, sender: Sender) -> None:
        if self._accepts(message.symbol, sender):
            self._halts.pause(message, sender)

    @handles(ResumePair)
    def _resume(self, message: ResumePair, sender: Sender) -> None:
        if self._accepts(message.symbol, sender):
            self._halts.resume(message, sender)

    @handles(SetKillSwitch)
    def _set_kill_switch(self, message: SetKillSwitch, sender: Sender) -> None:
        self._halts.set_kill_switch(message, sender)

    @handles(KillSwitchApplied)
    def _on_kill_switch_applied(self, message: KillSwitchApplied, sender: Sender) -> None:
        self._halts.on_applied(message)

    @handles(HaltsRead)
    def _on_halts_read(self, message: HaltsRead, sender: Sender) -> None:
        self._halts.merge(message.halts)

    # Other commands

    @handles(
        ReconcilePair,
        ResolveOrder,
        AdoptOrder,
        AdoptSince,
        AdoptCoins,
        DismissCoins,
        ReleaseLot,
        SellLot,
        WithdrawSale,
        CancelOrder,
        BuyCoins,
    )
    def _command_pair(self, message: PairCommand, sender: Sender) -> None:
        if self._accepts(message.symbol, sender):
            self._forward(message.symbol, message, sender)

    @handles(ReloadConfig)
    def _reload_config(self, message: ReloadConfig, sender: Sender) -> None:
        self._reloads.reload(message, sender)

    @handles(SettingsKept)
    def _on_settings_kept(self, message: SettingsKept, sender: Sender) -> None:
        self._reloads.on_settings_kept(message)

    @handles(Answer)
    def _on_answer(self, message: Answer, sender: Sender) -> None:
        self._reloads.on_answer(message)

    @handles(StopService)
    def _stop_service(self, message: StopService, sender: Sender) -> None:
        """The launcher ends the system, because only it outlives all actors."""
        self.send(self._state.launcher, RequestStop())
        self.reply(sender, CommandDone("stopping"))

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case HaltsDue():
                self._halts.save_again()
            case PairsDue():
                self._starts.start_some()
            case MarketStreamsDue():
                self._market_streams.start()
            case LeavingDue():
                self._reloads.ask_leaving_again()
            case PairEndDue(symbol):
                self._reloads.end_pair(symbol)

    def _forward(self, key: str, message: object, sender: Sender) -> None:
        forward_to_child(self, key, message, sender, name=key)

    def _accepts(self, symbol: str, sender: Sender) -> bool:
        """Whether the pair is configured; the sender is told where it is not."""
        is_configured = symbol in self._state.symbols
        if not is_configured:
            self.reply(sender, CommandRefused(not_configured(symbol, self._state.symbols)))
        return is_configured

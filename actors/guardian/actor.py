"""Guardian: the root. Starts and supervises everything else and answers the command line."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from actors.alerts.actor import Alerts
from actors.fee_reserve.actor import FeeReserve
from actors.gateway.actor import Gateway
from actors.guardian.children import (
    ALERTS,
    FEE_RESERVE,
    GATEWAY,
    HOST_LEASE,
    LEDGER,
    MONITOR,
    PRICES,
    USER_STREAM,
    peers_of,
)
from actors.guardian.first_messages import (
    in_order,
    start_alerts,
    start_gateway,
    start_ledger,
    start_market_stream,
    start_user_stream,
)
from actors.guardian.halting import Halting, kill_switch_text
from actors.guardian.leaving_pairs import LeavingPairs, last_question, leaving_after
from actors.guardian.settings_change import added_pairs, changed_pairs, removed_pairs, settings_change
from actors.guardian.wakeups import HaltsDue, LeavingDue, MarketStreamsDue, PairEndDue, PairsDue
from actors.host_lease.actor import HostLease
from actors.ledger.actor import Ledger
from actors.market_stream.actor import MarketStream
from actors.monitor.actor import Monitor
from actors.pair_supervisor import PairSupervisor
from actors.price_broadcaster.actor import PriceBroadcaster
from actors.supervising import RETRY_LATER, child_report, forward_to_child
from actors.user_stream.actor import UserStream
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Answer, Sender
from lotkeeper.engine.supervision import ChildSpec, ChildStatus, Supervisor
from lotkeeper.exchange.websocket.connect_policy import market_streams_start_after_s
from lotkeeper.exchange.websocket.market_shares import MARKET_STREAM, named_shares
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.nearest_names import not_configured
from lotkeeper.trading.shown import changed_text
from messages.configuration import AskChanges, ConfigReloaded, ReloadConfig
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
from messages.ledger import HaltsRead, RecordHalts
from messages.lifecycle import (
    ChangeKillSwitch,
    ChangePolicy,
    FencePair,
    KeepSettings,
    KillSwitchApplied,
    LeavingPair,
    PairLeft,
    PairsChanged,
    PairSettings,
    Peers,
    PeersChanged,
    RequestStop,
    ServePairs,
    SettingsKept,
    StartFeeReserve,
    StartGateway,
    StartGuardian,
    StartHostLease,
    StartLedger,
    StartMarketStream,
    StartMonitor,
    StartPair,
    StartPrices,
)
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

_KEEP_AGAIN_S = 2.0
_ENDED_WITHIN_S = 0.5  # then a pair that is put back is tried again
_PAIRS_AT_ONCE = 10
_NEXT_PAIRS_AFTER_S = 0.03  # meanwhile the pairs before them get processor time
_MOST_FIRST = 20  # of the pairs that start first: a person may hold coins of many pairs
_AFTER_FIRST_PAIRS_S = 0.4  # so long pairs take for their missing SELLs on two cores, when nothing else starts


class Guardian(Supervisor):
    """One a system. Whenever it has started an actor again, all the others get the new address (PeersChanged)."""

    _start: StartGuardian
    _launcher: Any
    _started_ms = 0
    _waiting_pairs: list[PairSettings]  # those that are not started yet, in order

    def __init__(self) -> None:
        super().__init__()
        self._halting = Halting()
        self._switching: list[Sender] = []  # those that wait until the Gateway has the kill switch as they want it
        # Those that wait for the launcher, in order.
        self._reloads: deque[tuple[Sender, ReloadConfig, ConfigReloaded]] = deque()
        self._leaving = LeavingPairs()
        self._has_market_streams = False

    @handles(StartGuardian)
    def _begin(self, message: StartGuardian, sender: Sender) -> None:
        self._start, self._launcher, self._started_ms = message, sender, self.wall_ms()
        self._halting.begin(message.settings.halts_file, self._started_ms)
        self._leaving.resume(message.leaving)
        self.supervise(*self._shared_children())
        self.supervise(*self._host_lease())
        self._waiting_pairs = [*(each.pair for each in message.leaving), *in_order(message)]
        self._start_some_pairs()
        wait_s = market_streams_start_after_s(len(message.settings.pairs))
        self.supervise(*self._fee_reserve())
        alerts = lambda _: start_alerts(message, self._launcher, self.child(MONITOR), self._started_ms)  # noqa: E731
        self.supervise(ChildSpec(ALERTS, Alerts, alerts, on_give_up=RETRY_LATER, hang_timeout_s=30.0))
        if wait_s:
            self.wake_in(wait_s, MarketStreamsDue())
        else:
            self._follow_market_shares()
        for each in message.leaving:
            self.wake_in(self._leaving.within_s(each.pair.symbol), PairEndDue(each.pair.symbol))
        self._ask_leaving_again()

    def _start_some_pairs(self) -> None:
        """Those that start first begin to work, and have the processors for a moment, before others are started."""
        here = {status.key for status in self.child_statuses()}  # one that was taken out may not have ended yet
        pairs = [each for each in self._waiting_pairs if each.symbol not in here][:_PAIRS_AT_ONCE]
        self._waiting_pairs = [each for each in self._waiting_pairs if each not in pairs]
        are_first = pairs[0].symbol in self._start.first[:_MOST_FIRST] if pairs else False
        self.supervise(
            *(ChildSpec(each.symbol, PairSupervisor, self._start_pair(each), on_give_up=RETRY_LATER) for each in pairs)
        )
        if self._waiting_pairs:
            wait_s = _AFTER_FIRST_PAIRS_S if are_first else _NEXT_PAIRS_AFTER_S
            self.wake_in(wait_s if pairs else _ENDED_WITHIN_S, PairsDue())

    def _shared_children(self) -> list[ChildSpec]:
        """In the order in which they are started, before all pairs, which need them.

        `hang_timeout_s` is longer than any request or write may take.
        """
        user_stream = lambda _: start_user_stream(self._start, self._launcher, self.child(MONITOR))  # noqa: E731
        return [
            ChildSpec(MONITOR, Monitor, self._start_monitor, on_give_up=RETRY_LATER),
            ChildSpec(LEDGER, Ledger, self._start_ledger, on_give_up=RETRY_LATER, hang_timeout_s=60.0),
            ChildSpec(GATEWAY, Gateway, self._start_gateway, on_give_up=RETRY_LATER, hang_timeout_s=30.0),
            ChildSpec(PRICES, PriceBroadcaster, self._start_prices, on_give_up=RETRY_LATER),
            ChildSpec(USER_STREAM, UserStream, user_stream, on_give_up=RETRY_LATER, hang_timeout_s=30.0),
        ]

    def _start_monitor(self, _: int) -> StartMonitor:
        return StartMonitor(self._kept(), self._started_ms, self._start.settings.alerts.held_longer_than_ms)

    def _start_prices(self, _: int) -> StartPrices:
        return StartPrices(self.child(MONITOR), self._kept())

    def _symbols(self) -> tuple[str, ...]:
        return tuple(pair.symbol for pair in self._start.settings.pairs)

    def _kept(self) -> tuple[str, ...]:
        """Those of the configuration, and those that are on their way out."""
        return (*self._symbols(), *self._leaving.symbols)

    def _start_ledger(self, _: int) -> StartLedger:
        return start_ledger(self._start, self.child(MONITOR), self._started_ms, self._halting.halts)

    def _start_gateway(self, _: int) -> StartGateway:
        switch = self._halting.halts.kill_switch
        return start_gateway(self._start, self._launcher, self.child(MONITOR), self._kept(), switch)

    def _host_lease(self) -> Iterator[ChildSpec]:
        """Only on a host that takes turns with another one."""
        settings = self._start.settings
        term, database, launcher = settings.term, settings.database, self._launcher
        if term is not None and term.may_send_until_s is not None:
            start = lambda _: StartHostLease(database, term, launcher, self._peers())  # noqa: E731
            yield ChildSpec(HOST_LEASE, HostLease, start, on_give_up=RETRY_LATER, hang_timeout_s=15.0)

    def _start_pair(self, pair: PairSettings) -> Callable[[int], StartPair]:
        """With the settings that are in force when it starts."""
        return lambda _: StartPair(self._pair_settings(pair), self._start.settings, self._peers())

    def _pair_settings(self, known: PairSettings) -> PairSettings:
        return next((pair for pair in self._start.settings.pairs if pair.symbol == known.symbol), known)

    def _follow_market_shares(self) -> None:
        """Starts the streams that are missing, ends those without a pair, and tells the others what they serve."""
        self._has_market_streams = True
        shares, here = named_shares(self._kept()), {status.key for status in self.child_statuses()}
        for name, symbols in shares.items():
            child = self.child(name)
            if child is not None:
                self.send(child, ServePairs(symbols))
        for name in (each for each in here if each.startswith(MARKET_STREAM) and each not in shares):
            self.dismiss(name)
        self.supervise(*(self._market_stream(name) for name in shares if name not in here))

    def _market_stream(self, name: str) -> ChildSpec:
        def start(_: int) -> StartMarketStream:
            return start_market_stream(name, self._start, named_shares(self._kept()).get(name, ()), self._peers())

        return ChildSpec(name, MarketStream, start, on_give_up=RETRY_LATER, hang_timeout_s=30.0)

    def _fee_reserve(self) -> Iterator[ChildSpec]:
        """Only where the configuration says how much BNB is to be there for fees."""
        settings = self._start.settings
        fees = settings.fees
        if fees is not None:
            symbol, window_ms = settings.pairs[0].symbol, settings.recv_window_ms
            start = lambda _: StartFeeReserve(fees, symbol, window_ms, self._peers())  # noqa: E731
            yield ChildSpec(FEE_RESERVE, FeeReserve, start, on_give_up=RETRY_LATER)

    def _peers(self) -> Peers:
        return peers_of(self.child)

    def introduction(self) -> PeersChanged:
        return PeersChanged(self._peers())

    def on_child_started(self, key: str, address: Any, incarnation: int) -> None:
        if key == MONITOR:
            self._report_children()
        elif key == GATEWAY:
            self._answer_switching()  # it was started with what they want

    def on_child_status(self, status: ChildStatus) -> None:
        monitor = self.child(MONITOR)
        if monitor is not None:
            self.send(monitor, child_report(status))

    def _report_children(self) -> None:
        """Reports every child again, since a new Monitor knows none."""
        for status in self.child_statuses():
            self.on_child_status(status)

    # The command line

    @handles(AskStatus)
    def _ask_status(self, message: AskStatus, sender: Sender) -> None:
        self._forward(MONITOR, message, sender)

    @handles(ExplainLot, AskChanges, AskLotsChanged, AskPairRules)
    def _ask_ledger(self, message: ExplainLot | AskChanges | AskLotsChanged | AskPairRules, sender: Sender) -> None:
        self._forward(LEDGER, message, sender)

    @handles(AskPositions)
    def _ask_positions(self, message: AskPositions, sender: Sender) -> None:
        if message.symbol and not self._is_configured(message.symbol):
            self._refuse_unknown_pair(message.symbol, sender)
        else:
            self._forward(LEDGER, message, sender)

    @handles(AskAlerts, AcknowledgeAlerts, TryChannels)
    def _ask_alerts(self, message: AskAlerts | AcknowledgeAlerts | TryChannels, sender: Sender) -> None:
        self._forward(ALERTS, message, sender)

    # What a person halts

    @handles(PausePair)
    def _pause(self, message: PausePair, sender: Sender) -> None:
        """It is on file before the keeper answers, and the Ledger has it before a new keeper asks."""
        if not self._is_configured(message.symbol):
            self._refuse_unknown_pair(message.symbol, sender)
        elif refusal := self._halting.pause_refusal(message, self.wall_ms()):
            self.reply(sender, CommandRefused(refusal))
        else:
            self._forward_halt(message.symbol, self._halting.pause(message, self.wall_ms()), sender)

    @handles(ResumePair)
    def _resume(self, message: ResumePair, sender: Sender) -> None:
        if not self._is_configured(message.symbol):
            self._refuse_unknown_pair(message.symbol, sender)
        elif refusal := self._halting.pause_refusal(message, self.wall_ms()):
            self.reply(sender, CommandRefused(refusal))
        else:
            self._halting.resume(message, self.wall_ms())
            self._forward_halt(message.symbol, message, sender)

    def _forward_halt(self, symbol: str, message: PausePair | ResumePair, sender: Sender) -> None:
        self._record_halts()
        if not self._halting.trouble:
            self._forward(symbol, message, sender)
            return
        done = "is paused" if isinstance(message, PausePair) else "is resumed"
        child = self.child(symbol)
        if child is not None:
            self.send(child, message)
        self.reply(sender, CommandRefused(f"{symbol} {done}, but {self._halting.trouble}"))

    @handles(SetKillSwitch)
    def _set_kill_switch(self, message: SetKillSwitch, sender: Sender) -> None:
        """The Gateway has it at once; the answer waits until that says so, and until it is on file."""
        if refusal := self._halting.switch_refusal(message, self.wall_ms()):
            self.reply(sender, CommandRefused(refusal))
            return
        if self._halting.set_kill_switch(message, self.wall_ms()):
            self.log.warning("%s", kill_switch_text(self._halting.halts.kill_switch), extra=named(LogEvent.KILL_SWITCH))
            if message.is_on:
                self._send_kill_switch()  # a slow disk must not let an order pass
            self._halting.save()
            self._record_halts()
        self._switching.append(sender)
        self._send_kill_switch()
        if self.child(GATEWAY) is None:
            self._answer_switching()  # none runs, and the next one begins with it

    def _send_kill_switch(self) -> None:
        gateway = self.child(GATEWAY)
        if gateway is not None:
            self.send(gateway, ChangeKillSwitch(self._halting.halts.kill_switch))

    @handles(KillSwitchApplied)
    def _on_kill_switch_applied(self, message: KillSwitchApplied, sender: Sender) -> None:
        if message.kill_switch == self._halting.halts.kill_switch:
            self._answer_switching()

    def _answer_switching(self) -> None:
        waiting, self._switching = self._switching, []
        trouble = self._halting.trouble
        text = kill_switch_text(self._halting.halts.kill_switch)
        answer = CommandRefused(f"{text}, but {trouble}") if trouble else CommandDone(text)
        for sender in waiting:
            self.reply(sender, answer)

    @handles(HaltsRead)
    def _on_halts_read(self, message: HaltsRead, sender: Sender) -> None:
        if self._halting.merge(message.halts):
            self._send_kill_switch()

    def _record_halts(self) -> None:
        ledger = self.child(LEDGER)
        if ledger is not None:  # else the next one begins with them
            self.send(ledger, RecordHalts(self._halting.halts))
        self._keep_again()

    def _keep_again(self) -> None:
        if self._halting.trouble:
            self.log.error("what was halted: %s", self._halting.trouble, extra=named(LogEvent.HALTS_TROUBLE))
            self.wake_in(_KEEP_AGAIN_S, HaltsDue())

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
        if self._is_configured(message.symbol):
            self._forward(message.symbol, message, sender)
        else:
            self._refuse_unknown_pair(message.symbol, sender)

    @handles(ReloadConfig)
    def _reload_config(self, message: ReloadConfig, sender: Sender) -> None:
        """The launcher is told first, for it starts the next Guardian."""
        found = settings_change(self._start.settings, message.settings)
        answer = ConfigReloaded(found.in_force, found.at_restart)
        if message.shown not in (None, answer):
            now = ", ".join(f"{each.key}: {each.before} -> {each.now}" for each in found.in_force)
            self.reply(sender, CommandRefused(changed_text(now or "nothing differs")))
        elif message.is_dry_run or found.settings == self._start.settings:
            self._leaving.wait(sender, answer, () if message.is_dry_run else self._leaving.untold)
            self._answer_reloads()
        else:
            self._reloads.append((sender, message, answer))
            leaving = leaving_after(self._leaving, self._start.settings, found.settings, message)
            self.send(self._launcher, KeepSettings(found.settings, leaving))

    @handles(SettingsKept)
    def _on_settings_kept(self, message: SettingsKept, sender: Sender) -> None:
        sender, command, answer = self._reloads.popleft() if self._reloads else (None, None, None)
        who, why = (command.who, command.why) if command is not None else ("", "")
        before = self._start.settings
        if message.trouble:
            if sender is not None:
                self.reply(sender, CommandRefused(f"nothing was changed: {message.trouble}"))
            return
        self._start = replace(self._start, settings=message.settings)
        for pair in changed_pairs(before, message.settings):
            child = self.child(pair.symbol)
            if child is not None:  # one that is being started again, or that waits for its start, gets them then
                self.send(child, ChangePolicy(pair, who, why))
        gone = removed_pairs(before, message.settings)
        if sender is not None and answer is not None:
            self._leaving.wait(sender, answer, tuple(each.symbol for each in gone))
        for pair in gone:
            self._take_out(LeavingPair(pair, who, why))
        added = added_pairs(before, message.settings)
        if added:
            self._waiting_pairs.extend(added)
            self._tell_pairs()
            self._start_some_pairs()
        self._answer_reloads()

    def _take_out(self, leaving: LeavingPair) -> None:
        """Its keeper compares its book with the exchange once more, and is ended when it has, or soon."""
        symbol = leaving.pair.symbol
        self._waiting_pairs = [each for each in self._waiting_pairs if each.symbol != symbol]
        self._leaving.begin(leaving)
        if self._ask_last_comparison(leaving):
            self.wake_in(self._leaving.within_s(symbol), PairEndDue(symbol))
        else:
            self._end_pair(symbol)

    def _ask_last_comparison(self, leaving: LeavingPair) -> bool:
        """Whether there is somebody to ask."""
        child = self.child(leaving.pair.symbol)
        if child is not None:
            self.forward(child, *last_question(leaving, self.myAddress))
        return child is not None

    def _ask_leaving_again(self) -> None:
        if again := self._leaving.to_ask_again:
            for each in again:
                self._ask_last_comparison(each)
            self.wake_in(LeavingPairs.ASK_AGAIN_S, LeavingDue())

    @handles(Answer)
    def _on_answer(self, message: Answer, sender: Sender) -> None:
        if symbol := self._leaving.note(message):
            self.wake_in(LeavingPairs.RECORDED_AFTER_S, PairEndDue(symbol))

    def _end_pair(self, symbol: str) -> None:
        """No order of its keeper is sent from here on; SELLs on the book stay."""
        gateway = self.child(GATEWAY)
        if gateway is not None:
            self.send(gateway, FencePair(symbol, self.wall_ns()))
        self.log.info("%s", self._leaving.end(symbol), extra=named(LogEvent.PAIR_LEFT))
        self.send(self._launcher, PairLeft(symbol))
        self.dismiss(symbol)
        self._tell_pairs()
        self._answer_reloads()

    def _tell_pairs(self) -> None:
        """The streams first: what they still report of a pair that has gone, the broadcaster is not to believe."""
        if self._has_market_streams:
            self._follow_market_shares()
        for key in (MONITOR, GATEWAY, USER_STREAM, PRICES):
            child = self.child(key)
            if child is not None:
                self.send(child, PairsChanged(self._kept()))

    def _answer_reloads(self) -> None:
        for sender, answer in self._leaving.pop_done():
            self.reply(sender, answer)

    @handles(StopService)
    def _stop_service(self, message: StopService, sender: Sender) -> None:
        """The launcher ends the system, because only it outlives all actors."""
        self.send(self._launcher, RequestStop())
        self.reply(sender, CommandDone("stopping"))

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case HaltsDue() if self._halting.trouble:
                self._halting.save()
                self._keep_again()
            case PairsDue():
                self._start_some_pairs()
            case MarketStreamsDue():
                self._follow_market_shares()
            case LeavingDue():
                self._ask_leaving_again()
            case PairEndDue(symbol) if symbol in self._leaving:
                self._end_pair(symbol)

    def _forward(self, key: str, message: object, sender: Sender) -> None:
        forward_to_child(self, key, message, sender, name=key)

    def _is_configured(self, symbol: str) -> bool:
        return any(pair.symbol == symbol for pair in self._start.settings.pairs)

    def _refuse_unknown_pair(self, symbol: str, sender: Sender) -> None:
        self.reply(sender, CommandRefused(not_configured(symbol, self._symbols())))

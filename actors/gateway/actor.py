"""Gateway: the only sender of signed requests. It never waits: requests are in flight together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from logging import INFO, WARNING
from pathlib import Path
from typing import Any

from actors.credentials import AskForKey, SignerRequest
from actors.gateway.address_share import AddressShare
from actors.gateway.answers import Answers, Query
from actors.gateway.connect_permits import Addressed, ConnectPermits
from actors.gateway.in_flight_journal import JournalFactory, MappedJournal, machine_began_ms, remove_unused
from actors.gateway.keepers import Keepers
from actors.gateway.link_events import LinkEvents
from actors.gateway.listing_watch import ListingWatch
from actors.gateway.order_entry import STARTING, OrderEntry
from actors.gateway.order_lines import OrderLines
from actors.gateway.order_replies import OrderMessage, not_sent, outcome_unknown
from actors.gateway.own_questions import OwnQuestions
from actors.gateway.questions import GATHER_S, Questions
from actors.gateway.report import build_report
from actors.gateway.request_runner import RequestRunner
from actors.gateway.throttle import RequestThrottle
from actors.gateway.wakeups import AnswerNext, EndGathering, OpenJournal, ReportDue, SyncTime, TendLink
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.link.protocol import ExchangeLink, LinkFactory
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import Route
from lotkeeper.exchange.link.switching_link import SwitchingLink
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Outcome, RateLimited
from lotkeeper.logging.late_lines import LateLines, WriteLines
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.recovery.in_flight import describe_note
from messages.connections import LimitHit, RequestConnectPermit
from messages.fees import BuyForFees, FeeBuyRefused, FeeBuyUnknown
from messages.host_lease import HostLeaseRenewed
from messages.lifecycle import (
    AccountRead,
    ChangeKillSwitch,
    Credentials,
    ExchangeTimeRead,
    FencePair,
    KillSwitchApplied,
    LeaseChecked,
    PairsChanged,
    PeersChanged,
    StartGateway,
)
from messages.orders import (
    CancelSellOrder,
    IntroduceKeeper,
    KillSwitchChanged,
    PlaceSellOrder,
    SellFenced,
)
from messages.purchases import PlaceBuyOrder
from messages.queries import (
    AskExchange,
    FetchBalance,
    FetchMarket,
    FetchPrices,
    FetchReference,
    FetchTop,
)

ORDER_ANSWER_S = 3.0  # a later answer is not waited for: the keeper asks about the outcome instead
_REPORT_EVERY_S = 1.0
_OPEN_AGAIN_S = 0.1
_REST_CONNECTIONS = 20
_MOST_QUESTIONS = {Route.REST: 16, Route.WEBSOCKET_API: 64}  # under way; by REST some connections stay for orders
_FAULT = "a fault in the Gateway, see the log"


class Gateway(EngineActor):
    """Holds the account's key, the rate budget, and the account of what is in flight."""

    _start: StartGateway | None = None
    _monitor: Any = None
    _link: ExchangeLink | None = None  # None until the key is here
    _runner: RequestRunner | None = None
    _link_due_s: float | None = None  # monotonic: when the link is tended next
    _link_number = 0
    _is_answer_due = False

    def __init__(self) -> None:
        super().__init__()
        self.link_factory: LinkFactory = SwitchingLink  # a simulation puts its own exchange here
        self.journal_factory: JournalFactory = MappedJournal
        self.machine_began_ms: Callable[[], int] = machine_began_ms
        self._key = SignerRequest(self)
        self._throttle = RequestThrottle(self.monotonic, self.wall_ms)
        self._order_entry = OrderEntry(self._throttle, number=self.wall_ns())
        self._keepers = Keepers()
        self._answers = Answers(self._throttle, self._order_entry.guard.note_standing)
        self._questions = Questions(self._answers, self.reply, self._report_fault)
        self._permits = ConnectPermits(self._throttle)
        self._share = AddressShare(self._throttle, self.monotonic, self._broker_changed)
        self._listings = ListingWatch(self._throttle, self.monotonic)
        self._own_questions = OwnQuestions(self._throttle, self.monotonic, self._tell_launcher)
        self._lines = OrderLines(LateLines(lambda: self.log, self.wake_in), self.monotonic)

    @handles(StartGateway)
    def _begin(self, message: StartGateway, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self._answers.rules.symbols = message.symbols
        if message.exchange_trouble:
            self._own_questions.want_account()
        self._order_entry.term.begin(message.term)
        self._throttle.begin(Path(message.pause_file) if message.pause_file else None, message.exchange_trouble)
        self._share.begin(message.broker)
        self._order_entry.kill_switch.note(message.kill_switch)
        if message.watches_listings:
            self._listings.begin()
        self._open_journal()
        self._connect()
        self._key.ask(message.launcher)
        self.wake_in(_REPORT_EVERY_S, ReportDue())

    @handles(Credentials)
    def _credentials(self, message: Credentials, sender: Sender) -> None:
        if self._key.accept(message):
            self._connect()

    def _connect(self) -> None:
        """Begins to serve once both the settings and the key are here."""
        if self._start is None or self._key.signer is None or self._link is not None:
            return
        settings = LinkSettings(
            self._start.rest_url,
            self._start.ws_api_url,
            recv_window_ms=self._start.recv_window_ms,
            rest_connections=_REST_CONNECTIONS,
            silent_after_s=self._start.silent_after_s,
            renew_after_s=self._start.renew_after_s,
        )
        self._link = self.link_factory(
            settings,
            self._key.signer,
            LinkEvents(self._throttle, self._on_late_reply),
            may_connect=self._throttle.take_connection,
            monotonic=self.monotonic,
            wall_ms=self.wall_ms,
        )
        self._runner = RequestRunner(self._link)
        self._own_questions.use(self._link)
        self._probe_when_due()
        self._sync_time()
        self._introduce_waiting()
        self._answer_later()
        self._tend_link()
        self._report()

    def _open_journal(self) -> None:
        """Loads what the previous Gateway left in flight; no order is sent before."""
        if self._start is None:
            return
        guard, place, now = self._order_entry.guard, self._start.in_flight, self._throttle.read_clocks()
        before, path = guard.trouble, Path(place.path) if place else None
        began_ms, recv_window_ms = self.machine_began_ms(), self._start.recv_window_ms
        for order in guard.open(path, self.journal_factory, now, recv_window_ms, began_ms):
            is_readable = bool(order.symbol)
            about = {"symbol": order.symbol, "order": order.client_id} if is_readable else {}
            text = describe_note(order, now.monotonic_ms)
            self.log.warning("%s", text, extra=named(LogEvent.IN_FLIGHT_JOURNAL, **about))
        if guard.trouble:
            if guard.trouble != before:
                self.log.error("%s", guard.trouble, extra=named(LogEvent.IN_FLIGHT_JOURNAL))
            self.wake_in(_OPEN_AGAIN_S, OpenJournal())
            return
        if self._start.term is not None:
            guard.begin_term(self._start.term, now)
        if place and place.earlier_path:
            guard.import_earlier(Path(place.earlier_path), now)
        if place and place.is_memory:
            remove_unused(Path(place.path).parent, now.monotonic_ms)
        self._introduce_waiting()

    @handles(PairsChanged)
    def _pairs_changed(self, message: PairsChanged, sender: Sender) -> None:
        self._answers.rules.symbols = message.symbols

    @handles(PeersChanged)
    def _peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._monitor = message.peers.monitor

    # Keepers

    @handles(LeaseChecked)
    def _lease_checked(self, message: LeaseChecked, sender: Sender) -> None:
        if message.overtaken and message != self._order_entry.lease:
            self.log.error("no order is sent any more: %s", message.overtaken, extra=named(LogEvent.ORDERS_STOPPED))
        self._order_entry.lease = message
        self._note_kill_switch(message.kill_switch)
        self._introduce_waiting()

    @handles(ChangeKillSwitch)
    def _change_kill_switch(self, message: ChangeKillSwitch, sender: Sender) -> None:
        self._note_kill_switch(message.kill_switch)
        self.reply(sender, KillSwitchApplied(self._order_entry.kill_switch.halt))

    def _note_kill_switch(self, halt: Halt) -> None:
        """Keepers that are not introduced yet hear of it then."""
        switch = self._order_entry.kill_switch
        if switch.note(halt):
            self.log.warning(
                "the kill switch is %s",
                "on: no order is placed" if switch.is_on else "off",
                extra=named(LogEvent.KILL_SWITCH),
            )
            who, why = switch.halt.who, switch.halt.why
            for keeper in self._keepers.addresses():
                self.reply(keeper, KillSwitchChanged(self._order_entry.guard.number, switch.is_on, who, why))
            self._report()

    @handles(HostLeaseRenewed)
    def _host_lease_renewed(self, message: HostLeaseRenewed, sender: Sender) -> None:
        self._order_entry.term.renew(message.may_send_until_s)

    @handles(FencePair)
    def _fence(self, message: FencePair, sender: Sender) -> None:
        self._keepers.fence(message.symbol, message.incarnation)

    @handles(IntroduceKeeper)
    def _introduce(self, message: IntroduceKeeper, sender: Sender) -> None:
        if self._is_newest(message.symbol, message.incarnation, "", sender):
            self._keepers.let_wait(message, sender)
            self._introduce_waiting()

    def _introduce_waiting(self) -> None:
        """Answers the keepers that wait, once orders can be sent: their SELLs follow at once."""
        if self._link is None or self._order_entry.lease is None or self._order_entry.guard.trouble:
            return
        for keeper, address in self._keepers.pop_waiting():
            introduced = self._order_entry.guard.introduce(keeper, self._throttle.read_clocks())
            self.reply(address, replace(introduced, is_halted=self._order_entry.kill_switch.is_on))

    def _is_newest(self, symbol: str, incarnation: int, client_id: str, sender: Sender) -> bool:
        """Whether the newest keeper of the pair sent it; an older keeper is told that it is fenced off."""
        newest = self._keepers.note(symbol, incarnation, sender)
        if incarnation < newest:
            self.reply(sender, SellFenced(symbol, client_id, newest))
        return incarnation == newest

    # Orders

    @handles(PlaceSellOrder, CancelSellOrder, PlaceBuyOrder)
    def _order(self, message: OrderMessage, sender: Sender) -> None:
        if not self._is_newest(message.symbol, message.incarnation, message.client_id, sender):
            return
        if self._runner is None:
            self.reply(sender, not_sent(message, STARTING))
            return
        self._run_order(self._runner, message, sender)

    def _run_order(self, runner: RequestRunner, message: OrderMessage, sender: Sender) -> None:
        lines = self._lines.begin(message)

        def tell(reply: Any) -> None:
            self.reply(self._keepers.receiver(message.symbol, sender), reply)
            lines.note_answered(reply)

        def fail(error: Exception) -> None:
            self._report_fault(message, error)
            tell(outcome_unknown(message, _FAULT))

        runner.run(self._order_entry.begin(message), ORDER_ANSWER_S, tell, fail)
        lines.note_sent()
        self._tend_link()

    @handles(BuyForFees)
    def _buy_for_fees(self, message: BuyForFees, sender: Sender) -> None:
        client_id = message.purchase.client_id
        if self._runner is None:
            self.reply(sender, FeeBuyRefused(client_id, STARTING.reason))
            return

        def fail(error: Exception) -> None:
            self._report_fault(message, error)
            self.reply(sender, FeeBuyUnknown(client_id, _FAULT))

        steps = self._order_entry.buy_for_fees(message)
        self._runner.run(steps, ORDER_ANSWER_S, lambda reply: self.reply(sender, reply), fail)
        self._tend_link()

    def _report_fault(self, message: object, error: Exception) -> None:
        """As if its handler had raised: what goes on with an outcome is handled in the name of another message."""
        self._on_handler_error(error)
        self.on_failure(message, error)

    def _on_late_reply(self, request: ExchangeRequest, outcome: Outcome) -> None:
        """The keeper was told that the outcome is unknown, and asks. This is the answer."""
        reply = self._order_entry.reply_late(request, outcome)
        receiver = None if reply is None else self._keepers.receiver(reply.symbol, None)
        if reply is not None and receiver is not None:
            self.reply(receiver, reply)
            self._lines.note_late(reply)

    # Queries

    @handles(AskExchange, FetchMarket, FetchTop, FetchBalance, FetchReference, FetchPrices)
    def _query(self, message: Query, sender: Sender) -> None:
        was_gathering = self._questions.is_gathering
        self._questions.put(message, sender, self._throttle.read_clocks())
        if self._questions.is_gathering and not was_gathering:
            self.wake_in(GATHER_S, EndGathering())
        self._answer_later()

    def _answer_later(self) -> None:
        if self._link is None or self._is_answer_due:
            return
        if self._questions.can_begin(_MOST_QUESTIONS[self._link.state.route]):
            self._is_answer_due = True
            self.send(self.myAddress, AnswerNext())
        self._share.ask()

    @handles(AnswerNext)
    def _answer_next(self, message: AnswerNext, sender: Sender) -> None:
        self._is_answer_due = False
        if self._runner is not None:
            self._questions.begin_next(self._runner, self.wall_ms())
            self._tend_link()

    # The link

    def watched(self) -> Sequence[int]:
        link = () if self._link is None else self._link.filenos()
        return (*link, *self._share.filenos)

    def on_readable(self, descriptors: Sequence[int]) -> None:
        for descriptor in descriptors:
            if self._share.on_readable(descriptor):
                self._grant_permits()
            elif self._link is not None:
                self._link.on_ready(descriptor)
        self._tend_link()

    def _tend_link(self) -> None:
        """After each call of the link: it does what is due, and says when it has to be called again."""
        if self._link is None:
            return
        due_in_s = self._link.on_time()
        if self._throttle.pop_new_pause():
            self._grant_permits()
        self._answer_later()
        if due_in_s is None:
            return
        due_s = self.monotonic() + due_in_s
        if self._link_due_s is None or due_s < self._link_due_s:
            self._link_due_s = due_s
            self._link_number += 1
            self.wake_in(due_in_s, TendLink(self._link_number))

    # What it asks of its own accord

    def _sync_time(self) -> None:
        self.wake_in(self._own_questions.sync_time(), SyncTime())

    def _probe_when_due(self) -> None:
        if self._own_questions.probe_when_due():
            self._tend_link()

    def _tell_launcher(self, message: ExchangeTimeRead | AccountRead) -> None:
        if self._start is not None:
            self.send(self._start.launcher, message)

    # Streams

    @handles(RequestConnectPermit)
    def _permit_requested(self, message: RequestConnectPermit, sender: Sender) -> None:
        self._send_all(self._permits.request(message, sender, self.wall_ms()))
        self._grant_permits()

    @handles(LimitHit)
    def _limit_hit(self, message: LimitHit, sender: Sender) -> None:
        """The exchange counts by address: the refusal of a connection pauses everything."""
        self._throttle.pause(RateLimited(message.retry_after_s, message.text))
        self._grant_permits()

    def _grant_permits(self) -> None:
        self._send_all(self._permits.grant(self.wall_ms()))
        self._share.ask()

    def _send_all(self, messages: Iterable[Addressed]) -> None:
        for to, message in messages:
            self.reply(to, message)

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case TendLink(number) if number == self._link_number:
                self._link_due_s = None
                self._tend_link()
            case AskForKey() if self._start is not None:
                self._key.ask(self._start.launcher)
            case SyncTime():
                self._sync_time()
                self._tend_link()
            case OpenJournal():
                self._open_journal()
            case EndGathering():
                self._questions.end_gathering()
                self._answer_later()
            case ReportDue():
                self.wake_in(_REPORT_EVERY_S, ReportDue())
                self._each_second()
            case WriteLines():
                self._lines.late.write_some()

    def _each_second(self) -> None:
        self._share.each_second()
        self._probe_when_due()
        self._own_questions.ask_account()
        self._own_questions.keep_warm()
        self._listings.ask_when_due(self._link)
        self._tend_link()  # what is due of it a moment later is done now
        self._order_entry.guard.keep(self._throttle.read_clocks())
        self._grant_permits()
        self._report()
        self._report_balances()

    def _report(self) -> None:
        if self._monitor is not None:
            link = None if self._link is None else self._link.state
            report = build_report(
                self._throttle,
                self._order_entry.counts,
                link,
                self._start.in_flight if self._start is not None else None,
                waiting=self._questions.waiting,
                broker=self._share.state(),
                trouble=self._trouble(),
                wall_ms=self.wall_ms(),
                kill_switch=self._order_entry.kill_switch.halt,
                plans=self._listings.plans_of(self._start.symbols if self._start is not None else ()),
                needs_a_person=self._needs_a_person(),
            )
            self.send(self._monitor, report)

    def _report_balances(self) -> None:
        """What an answer about the account has shown since the last second."""
        seen = None if self._monitor is None else self._answers.balances.pop_seen()
        if seen is not None:
            self.send(self._monitor, seen)

    def _needs_a_person(self) -> bool:
        """Whether the trouble will hardly end by itself."""
        if self._link is None:
            return bool(self._key.trouble)
        is_leased = self._order_entry.lease is not None
        return self._throttle.is_key_refused or (is_leased and bool(self._order_entry.trouble()))

    def _trouble(self) -> str:
        if self._link is None:
            return self._key.trouble or "waiting for the key"
        return self._order_entry.trouble() or self._throttle.trouble()

    def _broker_changed(self, trouble: str) -> None:
        text = f"the budget broker is gone: {trouble}; requests are counted alone" if trouble else "shares are granted"
        self.log.log(WARNING if trouble else INFO, "%s", text, extra=named(LogEvent.BUDGET_BROKER))

    def on_exit(self) -> None:
        self._share.close()
        self._order_entry.guard.close()
        link, self._link = self._link, None  # its descriptors are watched no more
        self._own_questions.use(None)
        if link is not None:
            link.close()
        self._lines.late.write_all()

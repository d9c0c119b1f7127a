"""Ledger: the only writer of the database."""

from collections.abc import Callable
from typing import Any

from actors.ledger.account_records import unconfirmed_entries
from actors.ledger.answers import changes, lot_explanation, pair_rules, positions
from actors.ledger.database_access import DatabaseAccess
from actors.ledger.database_watch import DatabaseWatch
from actors.ledger.halt_records import HaltRecords
from actors.ledger.incident_records import incident_entries
from actors.ledger.lot_changes import LotChanges
from actors.ledger.pair_records import (
    KnownSince,
    buys_entries,
    history_entries,
    is_history_final,
    load_pair,
    lots_entries,
    pair_state_entries,
)
from actors.ledger.record_lines import note_recorded
from actors.ledger.waiting_records import WaitingRecords, Written
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.logging.late_lines import LateLines, WriteLines
from lotkeeper.trading.log_events import LogEvent, named
from messages.configuration import AskChanges
from messages.control import AskLotsChanged, AskPositions, CommandRefused, ExplainLot
from messages.fees import AskFeesPaid, FeesPaidFetched
from messages.ledger import (
    BacklogWritten,
    HaltsRead,
    IncidentsRecorded,
    LedgerFailed,
    LoadPair,
    LotsKept,
    LotsRecorded,
    PairLoaded,
    RecordBalances,
    RecordBuys,
    RecordCoins,
    RecordDecisions,
    RecordHalts,
    RecordIncidents,
    RecordLots,
    RecordWatchOnly,
)
from messages.lifecycle import LeaseChecked, Peers, PeersChanged, StartLedger
from messages.pair_rules import AskPairRules
from messages.purchases import PurchaseRecorded, RecordPurchase
from persistence.backlog.backlog import Backlog, Draining
from persistence.errors import StoreError
from persistence.records import Entry
from persistence.store import Store

_OPEN_AGAIN_S = 2.0
_REPORT_EVERY_S = 2.0
_COUNTED_AT_ONCE = 100  # lots; records wait meanwhile
_COUNT_AGAIN_S = 0.1
_OPEN = "open"
_REPORT = "report"
_COUNT = "count"
_DRAIN = "drain"
_DRAIN_AGAIN_S = 0.02  # between two parts of what waits: records and questions come first


class Ledger(EngineActor):
    """What the database loses, the exchange can tell again. Writing the same record twice changes nothing.

    While it cannot be written, records wait on disk: nobody waits for the database, and it is tried every two seconds.
    """

    _start: StartLedger
    _guardian: Sender
    _peers = Peers()
    _records = 0
    _is_counting = False  # a wake-up is on its way that goes on with it
    _is_draining = False  # a wake-up is on its way that goes on with it

    def __init__(self) -> None:
        super().__init__()
        self._database = DatabaseAccess(self, self._check_lease)
        self._waiting: list[tuple[LoadPair, Sender]] = []  # requests that came before the database was open
        self._newest: dict[str, int] = {}  # by symbol: the incarnation of the keeper whose records are written
        self._known_since = KnownSince()
        self._files = DatabaseWatch()
        self._halts = HaltRecords()
        self._backlog = WaitingRecords()
        self._changes = LotChanges()
        self._lines = LateLines(lambda: self.log, self.wake_in)

    @handles(StartLedger)
    def _begin(self, message: StartLedger, sender: Sender) -> None:
        self._start, self._peers, self._guardian = message, Peers(monitor=message.monitor), sender
        self._halts = HaltRecords(message.halts)
        self._backlog = WaitingRecords(Backlog(message.backlog, message.lease))
        for sentence in self._backlog.backlog.find():
            self.log.error("%s", sentence, extra=named(LogEvent.DATABASE_TROUBLE))
        self._open()
        self._report()
        self.wake_in(_REPORT_EVERY_S, _REPORT)

    def _open(self) -> None:
        if not self._database.open(self._start.database):
            self.wake_in(_OPEN_AGAIN_S, _OPEN)
            return
        self._changes.begin(self.wall_ms())
        self._check_lease()
        self._halts.is_behind = True  # it may be a new database, or an old one
        self._drain()
        self._write_halts()
        self._answer_waiting()

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        newcomers, self._peers = message.peers.newcomers(self._peers), message.peers
        if newcomers.gateway is not None:
            self._check_lease()

    # The lease

    def _check_lease(self) -> bool:
        """Says to the Gateway whether it may send orders; says nothing, and returns False, without the database."""
        is_read = self._database.attempt(self._read_lease) is not None
        if is_read and self._peers.gateway is not None:
            self.send(self._peers.gateway, LeaseChecked(self._database.overtaken, self._halts.halts.kill_switch))
        return is_read

    def _read_lease(self, store: Store) -> bool:
        self._read_kill_switch(store)
        self._database.check_lease(store, self._start.lease)
        return True

    # What a person has halted

    def _read_kill_switch(self, store: Store) -> None:
        if self._halts.read_kill_switch(store):
            self.send(self._guardian, HaltsRead(self._halts.halts))

    @handles(RecordHalts)
    def _record_halts(self, message: RecordHalts, sender: Sender) -> None:
        """The newest counts from now on, also where it cannot be written yet."""
        self._halts.note(message.halts)
        self._write_halts()

    def _write_halts(self) -> None:
        """Again every two seconds, until the database has them."""
        is_behind = self._halts.is_behind and self._backlog.is_empty  # what waits is older
        if is_behind and not self._database.overtaken and self._database.attempt(self._write_halts_into) is not None:
            self._halts.is_behind = False

    def _write_halts_into(self, store: Store) -> bool:
        store.record(self._halts.entries(store), self._start.lease)
        return True

    # What keepers record

    @handles(LoadPair)
    def _load(self, message: LoadPair, sender: Sender) -> None:
        """Is answered only from the database: a keeper that does not know what was sold could sell it twice."""
        is_behind = self._database.can_write and not self._backlog.is_empty  # for a moment
        if self._database.store is None or self._database.overtaken or is_behind:
            self._keep_waiting(message, sender)
            return
        self._is_newest(message.symbol, message.incarnation)
        loaded = self._database.attempt(lambda store: self._read_pair(store, message))
        if loaded is None:
            self._keep_waiting(message, sender)
        else:
            self._backlog.note_loaded(message.symbol, message.incarnation)
            self.reply(sender, loaded)

    def _read_pair(self, store: Store, message: LoadPair) -> PairLoaded | None:
        """None while it is not known by the exchange's clock from when on BUYs are kept: the launcher corrects that."""
        self._begin_history(store, message.symbol)
        if not is_history_final(store, message.symbol):
            return None
        if self._halts.read_pause(store, message.symbol):
            self.send(self._guardian, HaltsRead(self._halts.halts))
        pause = self._halts.halts.pause(message.symbol)
        return load_pair(store, message, pause, self.wall_ms(), self._start.lease)

    def _begin_history(self, store: Store, symbol: str) -> None:
        """The launcher has noted where it begins, unless the database was replaced while the service runs."""
        store.record(history_entries(store, symbol, self._start.started_ms), self._start.lease)

    def _keep_waiting(self, message: LoadPair, sender: Sender) -> None:
        """Keepers repeat the request, which is answered once."""
        if (message, sender) not in self._waiting:
            self._waiting.append((message, sender))

    def _answer_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for message, sender in waiting:
            self._load(message, sender)

    @handles(RecordLots)
    def _record_lots(self, message: RecordLots, sender: Sender) -> None:
        if not self._is_newest(message.symbol, message.incarnation):
            text = f"{message.symbol}: keeper {message.incarnation} is not the newest; not recorded"
            self.log.warning("%s", text, extra=named(LogEvent.KEEPER_FENCED, symbol=message.symbol))
            return
        is_first = message.cursor is not None and self._is_without_cursor(message.symbol)
        written = self._write(message.symbol, lots_entries(message), sender)
        note_recorded(self._lines, message, written)
        if written is Written.IN_DATABASE:
            self._changes.note(message)
            self.reply(sender, LotsRecorded(message.symbol, message.number, is_first))
        elif written is Written.KEPT:
            self._backlog.remember(message.symbol, sender)
            self.reply(sender, LotsKept(message.symbol, message.number))

    def _is_without_cursor(self, symbol: str) -> bool:
        """Whether the database knows of no comparison of the pair; False while it cannot be read."""
        return self._backlog.is_empty and self._database.attempt(lambda store: store.cursor(symbol) is None) is True

    @handles(RecordBuys)
    def _record_buys(self, message: RecordBuys, sender: Sender) -> None:
        """Not while the database cannot be written: the next comparison tells again what stands on the book."""
        if self._is_newest(message.symbol, message.incarnation) and self._backlog.is_empty:
            self._record_unconfirmed(buys_entries(message))

    @handles(RecordDecisions, RecordBalances)
    def _record_what_is_told_again(self, message: RecordDecisions | RecordBalances, sender: Sender) -> None:
        """Not while the database cannot be written: who decided tells again what was found, the exchange what is."""
        self._record_unconfirmed(unconfirmed_entries(message))

    def _record_unconfirmed(self, entries: list[Entry]) -> None:
        """What nobody waits for."""
        self._database.attempt(lambda store: store.record(entries, self._start.lease))

    @handles(RecordIncidents)
    def _record_incidents(self, message: RecordIncidents, sender: Sender) -> None:
        """What is only repeated does not wait on disk: without an answer the Monitor says it again."""
        can_be_written = self._database.store is not None and self._backlog.is_empty
        if can_be_written or not message.are_all:
            written = self._write("", incident_entries(message), sender)
            if written is not Written.NOWHERE:
                self.reply(sender, IncidentsRecorded(message.number))

    @handles(RecordWatchOnly, RecordCoins)
    def _record_pair_state(self, message: RecordWatchOnly | RecordCoins, sender: Sender) -> None:
        self._write(message.symbol, pair_state_entries(message), sender)

    @handles(RecordPurchase)
    def _record_purchase(self, message: RecordPurchase, sender: Sender) -> None:
        """Without an answer nothing is bought: the person asks again. A new Ledger may be asked before it starts."""
        recorded = self._database.attempt(
            lambda store: store.find_or_record_purchase(
                message.symbol,
                message.wish,
                is_again=message.is_again,
                sent_again=message.sent_again,
                lease=self._start.lease,
            )
        )
        if recorded is None:
            self.reply(sender, LedgerFailed(message.symbol, self._database.trouble))
        else:
            self.reply(sender, PurchaseRecorded(message.symbol, message.number, *recorded))

    def _is_newest(self, symbol: str, incarnation: int) -> bool:
        self._newest[symbol] = max(incarnation, self._newest.get(symbol, 0))
        return incarnation == self._newest[symbol]

    def _write(self, symbol: str, entries: list[Entry], sender: Sender) -> Written:
        """Into the database, or behind what waits. If neither can be, the sender gets the reason."""
        if self._backlog.is_empty and self._database.attempt(lambda store: self._record(store, entries)):
            self._records += len(entries)
            self._database.note_written()
            return Written.IN_DATABASE
        if not self._database.overtaken and self._backlog.keep(entries):
            return Written.KEPT
        self.reply(sender, LedgerFailed(symbol, self._database.trouble))
        return Written.NOWHERE

    def _record(self, store: Store, entries: list[Entry]) -> bool:
        store.record([*entries, *self._known_since.entries(store, entries)], self._start.lease)
        return True

    # What waits on disk

    def _drain(self) -> None:
        """Writes a part of what waits; those whose records waited are told when all is written."""
        self._is_draining = False
        done = None if self._database.overtaken else self._database.attempt(self._backlog.drain)
        if done is not None:
            self._after_drain(done)

    def _after_drain(self, done: Draining) -> None:
        if done is Draining.NOTHING:
            return
        self._database.can_write = True
        self._changes.begin(self.wall_ms())
        if done is Draining.MORE:
            self._is_draining = True
            self.wake_in(_DRAIN_AGAIN_S, _DRAIN)
            return
        self._database.note_written()
        self.log.info("all records that waited for the database are written", extra=named(LogEvent.DATABASE_WELL))
        for symbol, keeper in self._backlog.pop_keepers().items():
            self.send(keeper, BacklogWritten(symbol))
        self._write_halts()
        self._answer_waiting()

    # What the command line asks

    @handles(AskPositions)
    def _answer_positions(self, message: AskPositions, sender: Sender) -> None:
        self._answer(sender, lambda store: positions(store, message))

    @handles(AskLotsChanged)
    def _answer_lots_changed(self, message: AskLotsChanged, sender: Sender) -> None:
        self._answer(sender, lambda _: self._changes.answer(message))

    @handles(ExplainLot)
    def _answer_explanation(self, message: ExplainLot, sender: Sender) -> None:
        self._answer(sender, lambda store: lot_explanation(store, message.lot, self.wall_ms()))

    @handles(AskChanges)
    def _answer_changes(self, message: AskChanges, sender: Sender) -> None:
        self._answer(sender, lambda store: changes(store, message, self.wall_ms()))

    @handles(AskPairRules)
    def _answer_pair_rules(self, _: AskPairRules, sender: Sender) -> None:
        self._answer(sender, pair_rules)

    @handles(AskFeesPaid)
    def _answer_fees_paid(self, message: AskFeesPaid, sender: Sender) -> None:
        """Not while the database cannot be read: the FeeReserve asks again in its next round."""
        paid = self._database.attempt(lambda store: store.fees_paid(message.asset, message.since_ms))
        if paid is not None:
            self.reply(sender, FeesPaidFetched(message.request_id, paid))

    def _answer(self, sender: Sender, query: Callable[[Store], object]) -> None:
        """Replies with what the query returns; refuses while the database cannot be read."""
        if self._database.store is None:
            self.reply(sender, CommandRefused(self._database.trouble))
            return
        try:
            answer = query(self._database.store)
        except StoreError as error:
            answer = CommandRefused(str(error))
        self.reply(sender, answer)

    # Time

    def on_wakeup(self, payload: Any) -> None:
        if payload == _OPEN:
            self._open()
        elif payload == WriteLines():
            self._lines.write_some()
        elif payload == _REPORT:
            self.wake_in(_REPORT_EVERY_S, _REPORT)
            self._look_after_database()
            self._report()
            if not self._is_counting:
                self._count_lots()
        elif payload == _COUNT:
            self._count_lots()
        elif payload == _DRAIN:
            self._drain()

    def _look_after_database(self) -> None:
        """What could not be written, or answered, may be now."""
        self._mend_files()
        can_read = self._check_lease()
        if can_read and not self._is_draining:
            self._drain()
        if can_read:
            self._write_halts()
        if self._waiting and self._database.store is not None:
            self._answer_waiting()

    def _count_lots(self) -> None:
        """Counts what lots earned that changed; after a migration all of them, which must not hold up records."""
        self._is_counting = self._count_some()
        if self._is_counting:
            self.wake_in(_COUNT_AGAIN_S, _COUNT)

    def _count_some(self) -> bool:
        """Whether there may be more to count."""
        if self._database.overtaken or not self._backlog.is_empty:
            return False
        counted = self._database.attempt(lambda store: store.count_lots(_COUNTED_AT_ONCE, self._start.lease))
        return counted == _COUNTED_AT_ONCE

    def _mend_files(self) -> None:
        """Files that were deleted are written again while the records are still open here."""
        store = self._database.store
        if store is None or self._database.overtaken:  # the files are another system's then
            return
        said_before = self._files.trouble(self.monotonic())
        if self._files.mend(store, self.monotonic()):
            self._database.forget()
            self._open()
        said = self._files.trouble(self.monotonic())
        if said not in ("", said_before):
            self.log.error("%s", said, extra=named(LogEvent.DATABASE_TROUBLE))

    def _report(self) -> None:
        if self._peers.monitor is None:
            return
        trouble = self._database.trouble or self._files.trouble(self.monotonic())
        report = self._backlog.report(self.wall_ms(), self._records, trouble, self._database.failing_since_ms)
        self.send(self._peers.monitor, report)

    def on_exit(self) -> None:
        self._lines.write_all()
        self._backlog.backlog.close()
        store = self._database.store
        if store is not None and (self._database.overtaken or not self._files.mend(store, self.monotonic())):
            store.close()

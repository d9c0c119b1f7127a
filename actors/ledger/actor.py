"""Ledger: the only writer of the database."""

from enum import StrEnum
from typing import Any

from actors.ledger.explanation import explanation
from actors.ledger.positions import position
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.reports.explaining import explained
from messages.control import AskPositions, ExplainLot, LotExplained, PositionsReport, Refused
from messages.health import LedgerReported
from messages.ledger import LedgerFailed, LoadPair, LotsRecorded, PairLoaded, RecordLots, RecordPause, WatchOnly
from messages.lifecycle import LeaseChecked, PeersChanged, StartLedger
from persistence.errors import OvertakenError, StoreError
from persistence.records import CursorRecord, Entry, PairRecord, StateRecord, lot_entries
from persistence.store import Store

_PAUSED = "paused:"
_WATCH_ONLY = "watch-only:"
_KNOWN_SINCE = "known-since:"
_OPEN_AGAIN_S = 2.0
_REPORT_EVERY_S = 2.0
_COMPLAIN_EVERY_S = 60.0
_OPEN = "open"
_REPORT = "report"


class _Pause(StrEnum):
    """Whether a person paused a pair, as the database has it."""

    PAUSED = "yes"
    RESUMED = "no"


class Ledger(EngineActor):
    """A notebook: what it loses, the exchange tells again. Writing the same thing twice changes nothing."""

    _start: StartLedger
    _monitor: Any = None
    _gateway: Any = None
    _overtaken = ""
    _store: Store | None = None
    _trouble = ""
    _complained_at = float("-inf")
    _records = 0

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[LoadPair, Sender]] = []  # a keeper may ask before this one was told to begin
        self._newest: dict[str, int] = {}  # by symbol: the incarnation of the keeper that is obeyed

    @handles(StartLedger)
    def _begin(self, message: StartLedger, sender: Sender) -> None:
        self._start, self._monitor = message, message.monitor
        self._begun: set[str] = set()  # pairs that have a cursor
        self._open()
        self._report()
        self.wake_in(_REPORT_EVERY_S, _REPORT)

    def _open(self) -> None:
        try:
            self._store = Store.open(self._start.database)
            self._trouble = ""
        except StoreError as error:
            self._failing(error)
            self.wake_in(_OPEN_AGAIN_S, _OPEN)
            return
        self._look_at_lease()
        self._answer_waiting()

    def _look_at_lease(self) -> None:
        """The Gateway sends orders by this word. While the database cannot be read it goes by the last one."""
        if self._store is None:
            return
        try:
            self._store.check_lease(self._start.lease)
        except OvertakenError as error:
            self._overtaken_by(error)
        except StoreError as error:
            self._failing(error)
            return
        if self._gateway is not None:
            self.send(self._gateway, LeaseChecked(self._overtaken))

    def _overtaken_by(self, error: OvertakenError) -> None:
        if not self._overtaken:
            self.log.error("%s", error)
        self._overtaken = self._trouble = str(error)

    @handles(PeersChanged)
    def _neighbours_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._monitor = message.peers.monitor
        if message.peers.gateway not in (None, self._gateway):
            self._gateway = message.peers.gateway
            self._look_at_lease()

    @handles(LoadPair)
    def _load(self, message: LoadPair, sender: Sender) -> None:
        """Without the notebook a pair does not start: it could sell twice what it does not know to be sold."""
        if self._store is None or self._overtaken:
            self._keep_waiting(message, sender)
            return
        symbol = message.symbol
        self._is_newest(symbol, message.incarnation)
        try:
            stored = self._store.load_pair(symbol, with_dust=message.with_dust)
            is_paused = self._store.state(_PAUSED + symbol) == _Pause.PAUSED
            watch_only = self._store.state(_WATCH_ONLY + symbol) or ""
            since = self._store.state(_KNOWN_SINCE + symbol)
        except StoreError as error:
            self._failing(error)
            self._keep_waiting(message, sender)
            return
        since_ms = None if since is None else int(since)
        self.reply(
            sender, PairLoaded(symbol, stored.lots, stored.closed, stored.cursor, is_paused, watch_only, since_ms)
        )

    def _keep_waiting(self, message: LoadPair, sender: Sender) -> None:
        """Keepers ask again and again; each is answered once."""
        if (message, sender) not in self._waiting:
            self._waiting.append((message, sender))

    def _is_newest(self, symbol: str, incarnation: int) -> bool:
        self._newest[symbol] = max(incarnation, self._newest.get(symbol, 0))
        return incarnation == self._newest[symbol]

    @handles(RecordLots)
    def _record(self, message: RecordLots, sender: Sender) -> None:
        if not self._is_newest(message.symbol, message.incarnation):
            self.log.warning("%s: keeper %d is not the newest; not written", message.symbol, message.incarnation)
        elif self._write(message.symbol, _entries(message), sender):
            self.reply(sender, LotsRecorded(message.symbol, message.number))

    @handles(RecordPause)
    def _record_pause(self, message: RecordPause, sender: Sender) -> None:
        symbol, is_paused = message.symbol, message.is_paused
        entries: list[Entry] = [StateRecord(_PAUSED + symbol, str(_Pause.PAUSED if is_paused else _Pause.RESUMED))]
        self._write(symbol, entries if is_paused else [*entries, StateRecord(_WATCH_ONLY + symbol, "")], sender)

    @handles(WatchOnly)
    def _watch_only(self, message: WatchOnly, sender: Sender) -> None:
        self._write(message.symbol, [StateRecord(_WATCH_ONLY + message.symbol, message.reason)], sender)

    def _write(self, symbol: str, entries: list[Entry], sender: Sender) -> bool:
        """Whether it is written; otherwise whoever sent it keeps it and sends it again."""
        if self._store is None:
            self.reply(sender, LedgerFailed(symbol, self._trouble))
            return False
        try:
            self._store.record([*entries, *self._first_cursors(self._store, entries)], self._start.lease)
        except OvertakenError as error:
            self._overtaken_by(error)
            self._look_at_lease()
            self.reply(sender, LedgerFailed(symbol, str(error)))
            return False
        except StoreError as error:
            self._failing(error)
            self.reply(sender, LedgerFailed(symbol, str(error)))
            return False
        self._trouble = ""
        self._records += len(entries)
        return True

    def _first_cursors(self, store: Store, entries: list[Entry]) -> list[Entry]:
        """A pair that is reconciled for the first time with this notebook: nothing before is known to it."""
        cursors = [each for each in entries if isinstance(each, CursorRecord) and each.symbol not in self._begun]
        new = [each for each in cursors if store.cursor(each.symbol) is None]
        self._begun |= {each.symbol for each in cursors} - {each.symbol for each in new}
        return [StateRecord(_KNOWN_SINCE + each.symbol, str(each.at_ms)) for each in new]

    def _failing(self, error: StoreError) -> None:
        """Told at once, then once a minute: a full disk fails every record, each in words of its own."""
        if self.monotonic() - self._complained_at >= _COMPLAIN_EVERY_S:
            self._complained_at = self.monotonic()
            self.log.error("%s", error)
        self._trouble = str(error)

    @handles(AskPositions)
    def _positions(self, message: AskPositions, sender: Sender) -> None:
        if self._store is None:
            self.reply(sender, Refused(self._trouble))
            return
        try:
            lots = self._store.lots(symbol=message.symbol or None, open_only=message.is_open_only, limit=message.limit)
        except StoreError as error:
            self.reply(sender, Refused(str(error)))
            return
        self.reply(sender, PositionsReport(tuple(position(lot) for lot in lots)))

    @handles(ExplainLot)
    def _explain(self, message: ExplainLot, sender: Sender) -> None:
        """The notebook has all that it takes: the lot with its SELLs, and the terms of its pair."""
        if self._store is None:
            self.reply(sender, Refused(self._trouble))
            return
        try:
            lot = self._store.lot(message.lot)
            terms = self._store.terms(lot.symbol) if lot else None
        except StoreError as error:
            self.reply(sender, Refused(str(error)))
            return
        if lot is None:
            self.reply(sender, Refused(f"there is no lot {message.lot}; `lotkeeper positions --all` lists them"))
            return
        self.reply(sender, LotExplained(explanation(explained(lot, terms, self.wall_ms()))))

    # Time

    def on_wakeup(self, payload: Any) -> None:
        if payload == _OPEN:
            self._open()
        elif payload == _REPORT:
            self.wake_in(_REPORT_EVERY_S, _REPORT)
            self._look_at_lease()
            if self._waiting and self._store is not None:
                self._answer_waiting()
            self._report()

    def _report(self) -> None:
        if self._monitor is not None:
            self.send(self._monitor, LedgerReported(self.wall_ms(), self._records, self._trouble))

    def _answer_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for message, sender in waiting:
            self._load(message, sender)

    def on_exit(self) -> None:
        if self._store is not None:
            self._store.close()


def _entries(message: RecordLots) -> list[Entry]:
    entries: list[Entry] = [PairRecord(message.terms)] if message.terms else []
    entries += [entry for lot in message.lots for entry in lot_entries(lot)]
    if message.cursor is not None:
        entries.append(CursorRecord(message.symbol, message.cursor, message.at_ms))
    return entries

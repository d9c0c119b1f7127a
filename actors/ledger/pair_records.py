"""What the database keeps of a pair beside its lots: why it is watch-only, and since when it is known."""

from collections.abc import Iterable
from decimal import Decimal

from lotkeeper.trading.halts import Halt
from lotkeeper.trading.money import plain
from lotkeeper.trading.policy import Market
from lotkeeper.trading.recovery.history_start import Clock, HistoryStart, from_text, to_text
from messages.ledger import LoadPair, PairLoaded, RecordBuys, RecordCoins, RecordLots, RecordWatchOnly
from persistence.history_starts import state_key
from persistence.records import (
    BuyRecord,
    CursorRecord,
    DecisionRecord,
    Entry,
    OpenBuysRecord,
    PairRecord,
    StateRecord,
    lot_entries,
)
from persistence.store import Store

# Keys of the system state, each followed by the symbol.
_WATCH_ONLY = "watch-only:"
_KNOWN_SINCE = "known-since:"
_OWN_COINS = "own-coins:"


def load_pair(store: Store, message: LoadPair, pause: Halt, now_ms: int, lease: int) -> PairLoaded:
    """Everything that the database has of a pair; raises StoreError. `pause` is the newest that is known of it."""
    symbol = message.symbol
    stored = store.load_pair(symbol, with_dust=message.with_dust, lease=lease)
    known_since = store.state(_KNOWN_SINCE + symbol)
    history_from_ms = _history_from_ms(store, symbol)
    own_coins = store.state(_OWN_COINS + symbol)
    return PairLoaded(
        symbol=symbol,
        lots=stored.lots,
        closed=stored.closed,
        finished=stored.finished,
        finished_disposals=stored.finished_disposals,
        cursor=stored.cursor,
        is_paused=pause.is_in_force(now_ms),
        pause=pause,
        watch_only=store.state(_WATCH_ONLY + symbol) or "",
        known_since_ms=None if known_since is None else int(known_since),
        history_from_ms=history_from_ms,
        history_shown_ms=store.first_trade_ms(symbol) if history_from_ms is None else history_from_ms,
        sell_rate=store.sell_rate(symbol),
        own_coins=None if own_coins is None else Decimal(own_coins),
        market=_recorded_market(store, symbol),
    )


def _recorded_market(store: Store, symbol: str) -> Market | None:
    """None also for a record of an earlier version that this one cannot read."""
    try:
        terms = store.terms(symbol)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None
    return None if terms is None else terms.market


def is_history_final(store: Store, symbol: str) -> bool:
    """Whether it is known from when on the pair's BUYs are kept: the exchange may not have told its time yet.

    Raises StoreError.
    """
    history = _history_start(store, symbol)
    return history is None or history.is_final


def _history_from_ms(store: Store, symbol: str) -> int | None:
    history = _history_start(store, symbol)
    return None if history is None else history.since_ms


def _history_start(store: Store, symbol: str) -> HistoryStart | None:
    text = store.state(state_key(symbol))
    history = None if text is None else from_text(text)
    return history if isinstance(history, HistoryStart) else None


def history_entries(store: Store, symbol: str, started_ms: int) -> list[Entry]:
    """The start of a history that nobody has noted: that of the service. None where an earlier version kept the pair.

    Raises StoreError.
    """
    is_noted = _history_from_ms(store, symbol) is not None
    if is_noted or store.cursor(symbol) is not None or store.first_trade_ms(symbol) is not None:
        return []
    return [StateRecord(state_key(symbol), to_text(HistoryStart(started_ms, Clock.EXCHANGE)))]


def lots_entries(message: RecordLots) -> list[Entry]:
    """The changed lots, with the terms and the cursor where the message has them."""
    entries: list[Entry] = [PairRecord(message.terms)] if message.terms else []
    entries += [entry for lot in message.lots for entry in lot_entries(lot)]
    entries += map(DecisionRecord, message.decisions)
    if message.cursor is not None:
        entries.append(CursorRecord(message.symbol, message.cursor, message.at_ms))
    return entries


def buys_entries(message: RecordBuys) -> list[Entry]:
    """The reports, and which BUYs stand on the book where all are known."""
    entries: list[Entry] = [BuyRecord(each) for each in message.buys]
    if message.are_all:
        entries.append(OpenBuysRecord(message.symbol, frozenset(each.order_id for each in message.buys)))
    return entries


def pair_state_entries(message: RecordWatchOnly | RecordCoins) -> list[Entry]:
    if isinstance(message, RecordWatchOnly):
        return [StateRecord(_WATCH_ONLY + message.symbol, message.reason)]
    return [] if message.own is None else [StateRecord(_OWN_COINS + message.symbol, plain(message.own))]


class KnownSince:
    """Notes when a pair was first reconciled with this database: nothing that ended before is in it."""

    def __init__(self) -> None:
        self._reconciled: set[str] = set()  # symbols that are known to have a cursor, which saves a query

    def entries(self, store: Store, entries: Iterable[Entry]) -> list[Entry]:
        """What to write with the first cursor of a pair; raises StoreError."""
        cursors = [each for each in entries if isinstance(each, CursorRecord) and each.symbol not in self._reconciled]
        first = [each for each in cursors if store.cursor(each.symbol) is None]
        self._reconciled |= {each.symbol for each in cursors} - {each.symbol for each in first}
        return [StateRecord(_KNOWN_SINCE + each.symbol, str(each.at_ms)) for each in first]

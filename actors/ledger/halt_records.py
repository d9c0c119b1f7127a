"""What a person has halted, as the Ledger knows it: the newest of what the Guardian and the database say."""

from lotkeeper.trading.halts import Halt, Halts, halt_from_text, halt_to_text, newest
from lotkeeper.trading.replacing import replace
from persistence.errors import StoreError
from persistence.records import Entry, StateRecord
from persistence.store import Store

# Keys of the system state; that of a pause is followed by the symbol.
_KILL_SWITCH = "kill-switch"
_PAUSED = "paused:"
_WATCH_ONLY = "watch-only:"


class HaltRecords:
    """The Guardian may know better than the database, which may have been away; or the other way round."""

    def __init__(self, halts: Halts | None = None) -> None:
        self.halts = Halts() if halts is None else halts
        self.is_behind = True  # whether the database may lack something of it

    def note(self, halts: Halts) -> None:
        """The Guardian says so."""
        self.halts, self.is_behind = self.halts.merged(halts), True

    def read_kill_switch(self, store: Store) -> bool:
        """Whether the database has it newer; raises StoreError."""
        found = newest(self.halts.kill_switch, _read(store, _KILL_SWITCH))
        is_newer, self.halts = found != self.halts.kill_switch, replace(self.halts, kill_switch=found)
        return is_newer

    def read_pause(self, store: Store, symbol: str) -> bool:
        """The same for the pause of one pair."""
        found = newest(self.halts.pause(symbol), _read(store, _PAUSED + symbol))
        is_newer = found != self.halts.pause(symbol)
        if is_newer:
            self.halts = self.halts.with_pause(symbol, found)
        return is_newer

    def entries(self, store: Store) -> list[Entry]:
        """What the database lacks; raises StoreError."""
        found: list[Entry] = []
        if _is_newer(self.halts.kill_switch, _read(store, _KILL_SWITCH)):
            found.append(StateRecord(_KILL_SWITCH, halt_to_text(self.halts.kill_switch)))
        for symbol, pause in self.halts.pauses.items():
            if _is_newer(pause, _read(store, _PAUSED + symbol)):
                found += _pause_entries(symbol, pause)
        return found


def _is_newer(halt: Halt, recorded: Halt) -> bool:
    return halt != recorded and newest(halt, recorded) == halt


def _pause_entries(symbol: str, pause: Halt) -> list[Entry]:
    """A pause, or its end, which also ends watch-only."""
    entries: list[Entry] = [StateRecord(_PAUSED + symbol, halt_to_text(pause))]
    return entries if pause.is_on else [*entries, StateRecord(_WATCH_ONLY + symbol, "")]


def _read(store: Store, key: str) -> Halt:
    try:
        return halt_from_text(store.state(key))
    except ValueError as error:
        raise StoreError(f"the database {store.place} has a wrong value of {key}: {error}") from error

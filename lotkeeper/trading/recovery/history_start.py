"""Where the history of a pair begins: the moment from which on its BUYs are kept.

It is the moment at which the service was started with the pair for the first time, or again after the pair had been
taken out of the configuration. It is written down before the exchange is asked for anything but its time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Clock(StrEnum):
    """Whose time a moment is given in."""

    EXCHANGE = "exchange"
    MACHINE = "machine"  # the exchange could not be asked yet: to be corrected as soon as it can


@dataclass(frozen=True, slots=True)
class MachineMoment:
    """A moment by the clocks of this machine."""

    wall_ms: int  # since 1970 UTC; anybody may set this clock
    boot_ms: int = 0  # since this machine was booted: nobody can set it
    boot_id: str = ""  # which boot; empty where the machine does not tell


@dataclass(frozen=True, slots=True)
class HistoryStart:
    """From when on the BUYs of a pair are kept."""

    since_ms: int  # the first millisecond that counts, since 1970 UTC
    clock: Clock
    noted: MachineMoment | None = None  # the moment itself, as long as it is not known by the exchange's clock

    @property
    def is_final(self) -> bool:
        """Whether it is known by the exchange's clock. Before that nothing can be said of a BUY near it."""
        return self.noted is None


@dataclass(frozen=True, slots=True)
class Removed:
    """The pair was taken out of the configuration: its history begins anew when it is put back."""


HistoryRecord = HistoryStart | Removed  # what the database has of a pair


def begun_histories(
    records: Mapping[str, HistoryRecord], known: Iterable[str], configured: Iterable[str], start: HistoryStart
) -> dict[str, HistoryStart]:
    """The pairs whose history begins with this start.

    `known` are pairs of which the database has lots or a cursor: an earlier version kept those, without such a record.
    """
    kept = {symbol for symbol, record in records.items() if isinstance(record, HistoryStart)}
    kept |= set(known) - records.keys()
    return {symbol: start for symbol in configured if symbol not in kept}


def removed_pairs(
    records: Mapping[str, HistoryRecord], known: Iterable[str], configured: Iterable[str]
) -> dict[str, Removed]:
    """The pairs that the configuration does not have any more."""
    before = {symbol for symbol, record in records.items() if isinstance(record, HistoryStart)}
    before |= set(known) - records.keys()
    return {symbol: Removed() for symbol in before - set(configured)}


def to_be_corrected(records: Mapping[str, HistoryRecord]) -> tuple[str, ...]:
    """The pairs whose moment is not known by the exchange's clock yet."""
    return tuple(
        symbol for symbol, record in records.items() if isinstance(record, HistoryStart) and not record.is_final
    )


def corrected_starts(
    records: Mapping[str, HistoryRecord], exchange_ms: int, answered: MachineMoment
) -> dict[str, HistoryStart]:
    """The records by the machine's clock, now by the exchange's: its time `exchange_ms` arrived at `answered`.

    The exchange read its clock before its answer arrived. So the result is early by one round trip at most: nothing
    that was bought after the moment is left out.
    """
    return {
        symbol: HistoryStart(min(_at_exchange(record.noted, exchange_ms, answered), exchange_ms), Clock.EXCHANGE)
        for symbol, record in records.items()
        if isinstance(record, HistoryStart) and record.noted is not None
    }


def _at_exchange(noted: MachineMoment, exchange_ms: int, answered: MachineMoment) -> int:
    """Across a boot of the machine only the wall clock tells how long ago the moment was."""
    if noted.boot_id and noted.boot_id == answered.boot_id:
        return exchange_ms - (answered.boot_ms - noted.boot_ms)
    return exchange_ms - (answered.wall_ms - noted.wall_ms)


_REMOVED = "removed"


def to_text(record: HistoryRecord) -> str:
    """As the database has it."""
    if isinstance(record, Removed):
        return _REMOVED
    noted = record.noted
    more = () if noted is None else (str(noted.wall_ms), str(noted.boot_ms), noted.boot_id)
    return " ".join((str(record.since_ms), str(record.clock), *more)).strip()


def from_text(text: str) -> HistoryRecord:
    """Raises ValueError for any other text."""
    if text == _REMOVED:
        return Removed()
    since, clock, *more = text.split(" ")
    noted = MachineMoment(int(more[0]), int(more[1]), more[2] if len(more) > 2 else "") if more else None
    return HistoryStart(int(since), Clock(clock), noted)

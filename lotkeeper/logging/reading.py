"""Reads the log files: the last lines that are wanted, and from then on every new one, also while files are rotated."""

import contextlib
import gzip
import os
import re
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import orjson

from lotkeeper.logging.files import ALL
from lotkeeper.logging.lines import upgraded
from lotkeeper.logging.rotation import PACKED
from lotkeeper.trading.orders.client_ids import is_purchase

LEVELS = ("debug", "info", "warning", "error", "critical")
UNREADABLE = "UNREADABLE"
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WantedLines:
    """Which lines are wanted."""

    words: tuple[str, ...] = ()  # at least one of them stands in the line, such as the name of a lot; none: every line
    level: str = "debug"  # of this level or a worse one
    since: str = ""  # not before this time (ISO 8601 in UTC, as the lines have it); empty: of any time
    lot: str = ""  # not those of another lot that have a word by chance: of two pairs SELLs may have the same name
    actor: str = ""  # of this actor, or this process, in any way of writing it; empty: of all

    def select(self, lines: Iterable[bytes]) -> Iterator[Entry]:
        """What the wanted ones among these lines say."""
        pattern, of_lot = _pattern(self.words), _pattern((self.lot,) if self.lot else ())
        levels = frozenset(LEVELS[LEVELS.index(self.level) :])
        for line in lines:
            if pattern is not None and pattern.search(line) is None:
                continue
            entry = read_line(line)
            if entry.get("level", "info") not in levels or str(entry.get("ts", "")) < self.since:
                continue
            if self.actor and _plain(str(entry.get("actor", ""))) != _plain(self.actor):
                continue
            if of_lot is None or self._may_concern_lot(entry) or of_lot.search(line) is not None:
                yield entry

    def _may_concern_lot(self, entry: Entry) -> bool:
        """As far as its fields say; a line that names it elsewhere does, too."""
        pair = entry.get("pair")
        is_same_pair = pair is None or pair == self.lot.rpartition("-")[0]
        return entry.get("lot") == self.lot or (entry.get("lot") is None and is_same_pair)

    def with_purchases(self, found: Iterable[Entry]) -> "WantedLines":
        """With what was logged before a BUY of ours had the order id that names its lot."""
        orders = {str(each.get("order")) for each in found}
        names = sorted(each for each in orders if is_purchase(each) and each not in self.words)
        return replace(self, words=(*self.words, *names)) if self.lot else self


def _plain(name: str) -> str:
    """PairKeeper, pair-keeper and "pair keeper" are the same."""
    return "".join(each for each in name.lower() if each.isalnum())


def _pattern(words: tuple[str, ...]) -> re.Pattern[bytes] | None:
    """One of the words, not as a part of a longer one: BTCUSDT-7 is not in BTCUSDT-71, but BTCUSDT is in BTCUSDT-7."""
    if not words:
        return None
    any_word = b"|".join(re.escape(word.encode()) for word in words)
    return re.compile(rb"(?<![0-9A-Za-z])(?:" + any_word + rb")(?![0-9A-Za-z])")


def read_line(line: bytes) -> Entry:
    """What a line says. One that is no JSON object, such as a half of one after a power failure, has only a text."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = None
    if isinstance(found, dict):
        return upgraded(found)
    return {"event": UNREADABLE, "text": line.decode("utf-8", "replace").rstrip()}


class LogFiles:
    """The log files of a folder as they are when this is made: what is rotated later is neither lost nor read twice.

    Raises FileNotFoundError where there is none, and OSError where they cannot be read.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / ALL
        self._files = _open_all(self._path)  # the newest first
        self._ends = [_end_of(each) for each in self._files]
        self._rest = b""  # of the newest file: a line whose end is not there yet
        self._left: BinaryIO | None = None  # renamed a moment ago: a process may still write a last line into it
        self._left_rest = b""

    def last(self, wanted: WantedLines, most: int) -> list[Entry]:
        """The last wanted lines, at most so many, in the order of their times."""
        found: deque[Entry] = deque()
        for number, (file, end) in enumerate(zip(self._files, self._ends, strict=True)):
            lines = self._lines_of(file, end, is_newest=number == 0)
            found.extendleft(reversed(deque(wanted.select(lines), maxlen=most - len(found))))
            is_older = wanted.since and os.fstat(file.fileno()).st_mtime < seconds_of(wanted.since)
            if len(found) == most or is_older:
                break
        self._files[0].seek(self._ends[0])
        return in_order(found)

    def new_lines(self) -> list[bytes]:
        """The lines that came since; call it again and again. Never waits."""
        lines: list[bytes] = []
        if self._left is not None:
            lines += self._read_left(self._left)
        lines += self._read_newest()
        if self._is_renamed():
            lines += self._read_newest()  # what came between the two
            self._left, self._left_rest, self._rest = self._files.pop(0), self._rest, b""
            self._files.insert(0, self._path.open("rb"))
            lines += self._read_newest()
        return lines

    def _lines_of(self, file: BinaryIO, end: int, *, is_newest: bool) -> Iterator[bytes]:
        """The lines up to `end`; what comes behind it in the newest file is of `new_lines`."""
        file.seek(0)
        left = end
        for line in _readable(file):
            whole = line[:left]
            left -= len(whole)
            if whole.endswith(b"\n"):
                yield whole
            elif is_newest:
                self._rest = whole
            if not left:
                break

    def _read_newest(self) -> list[bytes]:
        lines, self._rest = _split(self._rest + self._files[0].read())
        return lines

    def _read_left(self, left: BinaryIO) -> list[bytes]:
        """For the last time."""
        lines, _ = _split(self._left_rest + left.read())
        left.close()
        self._left = None
        return lines

    def _is_renamed(self) -> bool:
        try:
            return not os.path.samestat(self._path.stat(), os.fstat(self._files[0].fileno()))
        except FileNotFoundError:
            return False  # the next one is not there yet

    def close(self) -> None:
        for each in (*self._files, *([] if self._left is None else [self._left])):
            each.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """By their times: some lines are written a moment after others that are younger."""
    return sorted(entries, key=lambda each: str(each.get("ts", "")))


def _open_all(path: Path) -> list[BinaryIO]:
    """The newest first. One that is renamed meanwhile is found again under its next name, and taken once."""
    files = [_open_newest(path)]
    number = 1
    while (file := _open_set_aside(f"{path}.{number}")) is not None:
        if any(os.path.sameopenfile(file.fileno(), each.fileno()) for each in files):
            file.close()
        else:
            files.append(file)
        number += 1
    return files


def _open_newest(path: Path) -> BinaryIO:
    """Where it was set aside and nobody has written since, that is the newest one."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return path.with_name(f"{path.name}.1").open("rb")


def _open_set_aside(path: str) -> BinaryIO | None:
    """As it is or packed: while it is being packed it is there in both forms, with the same lines."""
    for name in (path, f"{path}{PACKED}"):
        with contextlib.suppress(FileNotFoundError):
            return cast(BinaryIO, gzip.open(name, "rb")) if name.endswith(PACKED) else open(name, "rb")
    return None


def _end_of(file: BinaryIO) -> int:
    """Up to where it is read: a file that is packed is whole."""
    return sys.maxsize if isinstance(cast(object, file), gzip.GzipFile) else os.fstat(file.fileno()).st_size


def _readable(file: BinaryIO) -> Iterator[bytes]:
    """Its lines; those of a packed file as far as it is not damaged."""
    with contextlib.suppress(gzip.BadGzipFile, EOFError, zlib.error):
        for line in file:  # noqa: UP028  # `yield from` would close the file when this generator is
            yield line


def _split(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole lines, and what is left behind them."""
    *lines, rest = data.split(b"\n")
    return [line + b"\n" for line in lines], rest


def seconds_of(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()

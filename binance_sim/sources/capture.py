"""Recorded market data in any known format, plain, gzip or xz, as frames for a replay."""

import gzip
import logging
import lzma
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, cast

from binance_sim.sources.captures.book_builder import BookBuilder, CaptureSurvey
from binance_sim.sources.captures.formats import choose_reader
from binance_sim.sources.captures.frames import BOOK, DAMAGE, TRADE, CaptureError, LineReader, RecordedFrame
from binance_sim.symbols.rules import Json

__all__ = ["BOOK", "TRADE", "Capture", "CaptureError", "RecordedFrame"]

log = logging.getLogger(__name__)
GZIP, XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"
HEAD_LINES = 200
SCAN_LINES = 5000


@dataclass(slots=True)
class Capture:
    """A file of frames or rows, read as a stream."""

    path: Path
    # The pairs of the start: a CSV file whose name has no pair belongs to the only one of them.
    symbols: Sequence[str] = ()
    # Elements of exchangeInfo by symbol: created prices are multiples of their tick size.
    documents: Mapping[str, Json] = field(default_factory=dict)
    damaged: int = 0  # lines that cannot be read
    first_damage: str = ""  # where the first of them is, and why
    frames: int = 0  # frames and rows that were read
    passed_over: int = 0  # lines without market data: requests, snapshots, headers
    _survey: CaptureSurvey | None = field(default=None, init=False, repr=False)

    def open(self) -> IO[bytes]:
        """The decompressed text; raises CaptureError if there is no such file."""
        try:
            with self.path.open("rb") as file:
                head = file.read(len(XZ))
            if head.startswith(GZIP):
                return cast(IO[bytes], gzip.open(self.path, "rb"))
            return cast(IO[bytes], lzma.open(self.path, "rb")) if head == XZ else self.path.open("rb")
        except OSError as error:
            raise CaptureError(f"{self.path}: {error.strerror}") from error

    def read(self) -> Iterator[RecordedFrame]:
        """All frames in order, and frames created for pairs without a book; raises CaptureError."""
        yield from self._with_books(self._recorded())
        if self.passed_over:
            log.info("%s: %d lines of no market data passed over", self.path, self.passed_over)

    def first_books(self) -> dict[str, RecordedFrame]:
        """The first best prices of each pair at the start of the file; raises CaptureError if there are none."""
        books: dict[str, RecordedFrame] = {}
        for frame in self._with_books(self._beginning()):
            if frame.kind == BOOK:
                books.setdefault(frame.symbol, frame)
        if not books:
            raise CaptureError(f"{self.path}: no bookTicker, trade or aggTrade among the first {SCAN_LINES} frames")
        return books

    def names(self) -> set[str]:
        """The streams at the start of the file."""
        return {frame.name for frame in self._beginning()}

    def _with_books(self, frames: Iterator[RecordedFrame]) -> Iterator[RecordedFrame]:
        if self._survey is None:
            self._survey = CaptureSurvey(self._beginning())
        books = BookBuilder(self._survey.drivers, self.documents)
        for frame in frames:
            yield from books.follow(frame)

    def _beginning(self) -> Iterator[RecordedFrame]:
        return islice(self._unseen()._recorded(), SCAN_LINES)

    def _unseen(self) -> "Capture":
        """The same file with counts of zero."""
        return Capture(self.path, self.symbols, self.documents)

    def _recorded(self) -> Iterator[RecordedFrame]:
        reader = self._reader()
        with self.open() as file:
            for number, line in self._lines(file):
                try:
                    frames = reader.read(line)
                except DAMAGE as error:
                    self._damage(number, str(error))
                    continue
                self.frames += frames is not None
                self.passed_over += frames is None
                yield from frames or ()

    def _reader(self) -> LineReader:
        with self.open() as file:
            head = [line for _, line in islice(self._unseen()._lines(file), HEAD_LINES)]
        return choose_reader(head, self.path, self.symbols, self.documents)

    def _lines(self, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
        number = 0
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            self._damage(number + 1, str(error))

    def _damage(self, line: int, reason: str) -> None:
        self.damaged += 1
        self.first_damage = self.first_damage or f"line {line}: {reason}"

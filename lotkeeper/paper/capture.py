"""Recorded market data: one line is `<receive time, ns> <combined stream frame as JSON>`, plain, gzip or xz."""

import gzip
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import orjson

GZIP, XZ = b"\x1f\x8b", b"\xfd7zXZ\x00"
SCAN_LINES = 5000
BOOK, TRADE = "bookTicker", "trade"


class CaptureError(ValueError):
    """A capture cannot be read, or holds no price."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One frame: when it came (ns), its stream, its payload as sent and as parsed."""

    time_ns: int
    name: str
    payload: bytes
    data: Any

    @property
    def symbol(self) -> str:
        return self.name.partition("@")[0].upper()

    @property
    def kind(self) -> str:
        return self.name.partition("@")[2]


@dataclass(slots=True)
class Capture:
    """A file of frames. Lines that cannot be read are counted in `damaged`; `first_damage` says where and why."""

    path: Path
    damaged: int = 0
    first_damage: str = ""
    frames: int = field(default=0)

    def open(self) -> IO[bytes]:
        """The text, whatever it is packed with; raises CaptureError where there is no such file."""
        try:
            with self.path.open("rb") as file:
                head = file.read(len(XZ))
            if head.startswith(GZIP):
                return cast(IO[bytes], gzip.open(self.path, "rb"))
            return cast(IO[bytes], lzma.open(self.path, "rb")) if head == XZ else self.path.open("rb")
        except OSError as error:
            raise CaptureError(f"{self.path}: {error.strerror}") from error

    def read(self) -> Iterator[Recorded]:
        """All frames in order; answers without a stream's name, such as depth snapshots, are passed over."""
        with self.open() as file:
            for number, line in self._lines(file):
                try:
                    frame = parse(line)
                except (ValueError, KeyError, TypeError) as error:
                    self._damage(number, str(error))
                    continue
                if frame:
                    self.frames += 1
                    yield frame

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

    def first_books(self) -> dict[str, Recorded]:
        """The first top of the book of each pair in the file's beginning; raises CaptureError if there is none."""
        books: dict[str, Recorded] = {}
        for count, frame in enumerate(Capture(self.path).read()):
            if frame.kind == BOOK:
                books.setdefault(frame.symbol, frame)
            if count >= SCAN_LINES:
                break
        if not books:
            raise CaptureError(f"{self.path}: no bookTicker frame among the first {SCAN_LINES} lines")
        return books


NEEDED = {BOOK: ("u", "s", "b", "B", "a", "A"), TRADE: ("t", "s", "p", "q", "m")}


def parse(line: bytes) -> Recorded | None:
    """The frame of a line, None for one without a stream; raises ValueError, KeyError or TypeError."""
    stamp, _, text = line.partition(b" ")
    text = text.strip()
    whole = orjson.loads(text)
    if not isinstance(whole, dict):
        raise TypeError("not a JSON object")
    time_ns = int(stamp)
    if "stream" not in whole:
        return None
    name, data = whole["stream"], whole["data"]
    for field_name in NEEDED.get(name.partition("@")[2], ()):
        data[field_name]
    return Recorded(time_ns, name, _payload(text, data), data)


def _payload(text: bytes, data: Any) -> bytes:
    """The payload's own bytes where the frame has the usual order of members."""
    start = text.find(b'"data":')
    raw = text[start + len(b'"data":') : -1].strip()
    return raw if text.startswith(b'{"stream":') and raw.endswith((b"}", b"]")) else orjson.dumps(data)

"""The journal: one JSON object a line for everything that comes in and goes out, with both clocks.

`wall_ns` is nanoseconds since 1970, `mono_ns` is CLOCK_MONOTONIC, which all processes of a machine share, so that the
time from a fill's event to the order that answers it can be measured. The kinds of lines are described in
docs/reference/simulator.md; a new kind or field may come, those that there are keep their meaning.
"""

import asyncio
import os
import time
from collections.abc import Mapping
from io import SEEK_END, FileIO
from pathlib import Path
from typing import Any

import orjson

FORMAT = 1
SECRET = ("signature", "apiKey")
# Both clocks: monotonic and wall time in nanoseconds.
Stamp = tuple[int, int]


def stamp() -> Stamp:
    return time.monotonic_ns(), time.time_ns()


def _open(path: Path) -> FileIO:
    """Open the file to append lines, after a line that a killed process left incomplete if there is one."""
    file = FileIO(path, "a+")
    if file.seekable() and file.seek(0, SEEK_END) and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
        file.write(b"\n")
    return file


class Journal:
    """Lines are collected and written at the end of the event loop's turn. Without a path it does nothing."""

    def __init__(self, path: Path | None) -> None:
        self._file = _open(path) if path else None
        self._lines: list[bytes] = []
        self._requests = 0

    @property
    def is_on(self) -> bool:
        return self._file is not None

    def write(self, kind: str, /, **fields: Any) -> None:
        """Add a line with the current time; `body` may be encoded JSON."""
        if self._file is not None:
            self.write_of(stamp(), kind, **fields)

    def write_of(self, at: Stamp, kind: str, /, **fields: Any) -> None:
        """Add a line with a time that was taken before."""
        if self._file is None:
            return
        entry: dict[str, Any] = {"mono_ns": at[0], "wall_ns": at[1], "kind": kind}
        body = fields.pop("body", None)
        if body is not None:
            fields["body"] = orjson.Fragment(body) if isinstance(body, bytes) else body
        self._lines.append(orjson.dumps(entry | fields, default=str))
        if len(self._lines) == 1:
            self._schedule()

    def request(self, via: str, name: str, values: Mapping[str, Any], **fields: Any) -> int:
        """Add the line of a request, without its key and signature; returns its number, for the reply's line."""
        self._requests += 1
        if self._file:
            shown = {key: value for key, value in values.items() if key not in SECRET}
            self.write("request", via=via, n=self._requests, name=name, params=shown, **fields)
        return self._requests

    def _schedule(self) -> None:
        try:
            asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:
            self.flush()

    def flush(self) -> None:
        if self._file and self._lines:
            lines, self._lines = self._lines, []
            self._file.write(b"\n".join(lines) + b"\n")

    def close(self) -> None:
        self.flush()
        if self._file:
            self._file.close()
            self._file = None

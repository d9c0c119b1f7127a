"""Of the frames that arrived together, only the newest of each stream is decoded: it makes the others worthless.

Which stream a frame is of is read from its first bytes: a combined connection begins each frame with
`{"stream":"btcusdt@bookTicker"` (Binance web-socket-streams.md). A frame of bookTicker has no time; on one connection
the frames of a stream arrive in the order of their update ids.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

_PREFIX = b'{"stream":"'
_AT = len(_PREFIX)


def head_of(frame: bytes) -> bytes:
    """The beginning of a frame up to the end of its stream's name; something without a meaning for other frames."""
    return frame[: frame.find(b'"', _AT)]


def head_of_stream(name: str) -> bytes:
    """What every frame of the stream begins with."""
    return _PREFIX + name.encode()


class NewestFrames:
    """The newest frame of each stream of one connection that was not decoded yet, and when it was read.

    Only for streams that were named with `reduce`: of all others each frame is handled. Times are seconds of a clock
    that never runs back.
    """

    def __init__(self) -> None:
        self._reduced: set[bytes] = set()
        self._newest: dict[bytes, tuple[bytes, float]] = {}  # by head
        self._superseded: Counter[bytes] = Counter()

    def __bool__(self) -> bool:
        return bool(self._newest)

    def reduce(self, head: bytes, is_reduced: bool) -> None:
        """From now on only the newest frame of this stream is of use; or again each."""
        if is_reduced:
            self._reduced.add(head)
        else:
            self._reduced.discard(head)

    def sort(self, frames: list[bytes], now_s: float) -> Iterable[bytes]:
        """Keeps the newest frame of each reduced stream; gives the other frames, which are to be handled each."""
        heads = [head_of(frame) for frame in frames]
        newest = dict(zip(heads, frames, strict=True))
        if newest.keys() <= self._reduced:
            self._keep(newest, Counter(heads), now_s)
            return ()
        return self._sort_each(heads, frames, now_s)

    def _sort_each(self, heads: list[bytes], frames: list[bytes], now_s: float) -> Iterator[bytes]:
        """One after the other: a frame that is handled may change which streams are reduced."""
        for head, frame in zip(heads, frames, strict=True):
            if head in self._reduced:
                self._keep({head: frame}, Counter((head,)), now_s)
            else:
                yield frame

    def _keep(self, newest: dict[bytes, bytes], counts: Counter[bytes], now_s: float) -> None:
        for head, frame in newest.items():
            superseded = counts[head] - 1 + (head in self._newest)
            if superseded:
                self._superseded[head] += superseded
            self._newest[head] = (frame, now_s)

    def take(self) -> Iterable[tuple[bytes, bytes, float]]:
        """Head, newest frame and the time at which it was read, of each stream that has one; they are forgotten."""
        newest, self._newest = self._newest, {}
        return [(head, frame, read_s) for head, (frame, read_s) in newest.items()]

    def take_superseded(self) -> Counter[bytes]:
        """How many frames were not decoded since this was last called, by head."""
        superseded, self._superseded = self._superseded, Counter()
        return superseded

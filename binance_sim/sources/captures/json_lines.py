"""Lines with a frame as JSON: `<ns> <frame>`, and cryptofeed's raw collection, `<s>: <frame>`."""

import re
from typing import Any

import orjson

from binance_sim.sources.captures.frames import AGG_TRADE, BOOK, TRADE, RecordedFrame, seconds_ns, split, stamp_ns

# What the simulator reads of each kind of frame: amounts, whole numbers, flags.
FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    BOOK: (("b", "B", "a", "A"), ("u",), ()),
    TRADE: (("p", "q"), ("t",), ("m",)),
    AGG_TRADE: (("p", "q"), ("l", "T"), ("m",)),
}
SIZES_THAT_MAY_BE_ZERO = ("B", "A")
PLAIN = re.compile(r"\d{1,20}(\.\d{1,8})?")
# Lines without market data: connections, requests and their answers, sent messages, cryptofeed's configuration.
CRYPTOFEED_OTHERS = re.compile(rb"(wss?|https?)://\S+ (<->|<-|->) \d+(\.\d+)?(:|\s*$)|configuration: ")
DATA = b'"data":'


class NanosecondLines:
    """Lines `<receive time, ns> <combined stream frame>`."""

    def read(self, line: bytes) -> list[RecordedFrame] | None:
        stamp, _, text = line.partition(b" ")
        return _frames(int(stamp), text.strip())


class CryptofeedLines:
    """Lines `<receive time, s>: <combined stream frame>` among lines of other kinds, in the order of arrival."""

    def read(self, line: bytes) -> list[RecordedFrame] | None:
        if CRYPTOFEED_OTHERS.match(line):
            return None
        stamp, _, text = line.partition(b":")
        return _frames(seconds_ns(stamp.decode()), text.strip())


def _frames(time_ns: int, text: bytes) -> list[RecordedFrame] | None:
    whole = orjson.loads(text)
    if not isinstance(whole, dict):
        raise TypeError("not a JSON object")
    if "stream" not in whole:
        return None
    name, data = whole["stream"], whole["data"]
    if not isinstance(name, str):
        raise TypeError("the stream's name is not a text")
    _check(name, data)
    return [RecordedFrame(time_ns, name, _payload(text, data), data)]


def _check(name: str, data: Any) -> None:
    """Check everything that the simulator will read, so that no error occurs later."""
    symbol, kind = split(name)
    if kind not in FIELDS:
        return
    if not symbol or data["s"] != symbol:
        raise ValueError(f"{name} has the symbol {data['s']!r}")
    amounts, numbers, flags = FIELDS[kind]
    for each in amounts:
        _check_amount(each, data[each], zero=each in SIZES_THAT_MAY_BE_ZERO)
    for each, wanted in (*((each, int) for each in numbers), *((each, bool) for each in flags)):
        if type(data[each]) is not wanted:
            raise TypeError(f"{each} is {data[each]!r}")
    if "T" in data:
        stamp_ns(str(data["T"]))


def _check_amount(name: str, text: str, zero: bool) -> None:
    if not PLAIN.fullmatch(text) or not (zero or text.strip("0.")):
        raise ValueError(f"{name} is {text!r}")


def _payload(text: bytes, data: Any) -> bytes:
    """The payload as it was recorded, if the frame has the usual order of members."""
    raw = text[text.find(DATA) + len(DATA) : -1].strip()
    return raw if text.startswith(b'{"stream":') and raw.endswith((b"}", b"]")) else orjson.dumps(data)

"""Whatever comes on a socket: no exception leaves the decoder or the rules of prices, and each frame is accounted for.

`make fuzz` tries 100,000 inputs; a run of the tests some hundreds, the same each time.
"""

import os
from decimal import Decimal as D
from types import SimpleNamespace
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.market_stream.actor import MarketStream
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.exchange.shapes import (
    BookTop,
    Ignored,
    MiniTicker,
    RequestFailed,
    ServerShutdown,
    SubscriptionsChanged,
    SubscriptionsListed,
    TradePrint,
)
from lotkeeper.exchange.websocket.decode import decode_market_frame, decode_user_frame
from lotkeeper.trading.prices.price_filter import ValidatedPrice
from messages.lifecycle import Peers, StartMarketStream

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
TRIED = settings(
    max_examples=EXAMPLES or 200,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FIELDS = (
    "e",
    "E",
    "s",
    "t",
    "p",
    "q",
    "T",
    "u",
    "b",
    "B",
    "a",
    "A",
    "c",
    "x",
    "i",
    "r",
    "stream",
    "data",
    "event",
    "id",
)
ODD_NUMBERS = (
    "NaN",
    "-NaN",
    "sNaN1",
    "Infinity",
    "-0",
    "1e999999999",
    "1E-999999",
    "1_0",
    "१२",
    " 1 ",
    "",
    "+1",
    "0x1",
    "-5",
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=10),
    st.sampled_from(ODD_NUMBERS),
    st.sampled_from(["BTCUSDT", "bookTicker", "trade", "24hrMiniTicker", "serverShutdown", "executionReport"]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)),
    max_leaves=5,
)
prices = st.one_of(
    st.integers(0, 10**20).map(lambda number: f"{number}e-8"), st.sampled_from(["0", "60000", "60000.01", "1e-20"])
)


@st.composite
def almost(draw: st.DrawFn) -> dict[str, Any]:
    """A frame as it should be, or with one field replaced or left out."""
    price, other = draw(prices), draw(prices)
    number = draw(st.integers(0, 2000))
    frame: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"u": number, "s": "BTCUSDT", "b": price, "B": "1", "a": other, "A": "1"},
                {"e": "trade", "E": 1, "s": "BTCUSDT", "t": number, "p": price, "q": "1", "T": 1, "m": True},
                {"e": "24hrMiniTicker", "E": 1, "s": "BTCUSDT", "c": price},
            ]
        )
    )
    broken = draw(st.sampled_from([*frame, None]))
    if broken is not None:
        frame = {name: value for name, value in frame.items() if name != broken}
        if draw(st.booleans()):
            frame[broken] = draw(scalars)
    return {"stream": "btcusdt@x", "data": frame} if draw(st.booleans()) else frame


def written(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer beyond 64 bits, or a text of half a character
        return repr(value).encode("utf-8", "surrogatepass")


@st.composite
def torn(draw: st.DrawFn) -> bytes:
    """A frame that was cut, or has something else in its middle."""
    whole = written(draw(almost()))
    at = draw(st.integers(0, len(whole)))
    return whole[:at] + draw(st.sampled_from([b"", b"\x00", b"\xff\xfe", b"}" * 9, b'"' + b"x" * 65_536, b"[" * 3000]))


frames = st.one_of(
    st.binary(max_size=200),
    values.map(written),
    almost().map(written),
    torn(),
    st.sampled_from(
        [b"<html><body><h1>502 Bad Gateway</h1></body></html>", b"", b"[" * 100_000, b"{}" * 32_768, b"null"]
    ),
)


@TRIED
@given(frames)
def test_no_exception_leaves_the_decoder(frame: bytes) -> None:
    decode_user_frame(frame)
    shape = decode_market_frame(frame)
    answers = SubscriptionsListed | SubscriptionsChanged | RequestFailed
    assert isinstance(shape, BookTop | TradePrint | MiniTicker | answers | ServerShutdown | Ignored)
    if isinstance(shape, Ignored):
        assert len(shape.kind) < 200


@TRIED
@given(st.lists(almost().map(written), max_size=4), st.sampled_from([D(0), D("0.01"), D("1e-8")]))
def test_no_exception_leaves_the_rules_of_prices(texts: list[bytes], tick: D) -> None:
    belief = ValidatedPrice()
    belief.learn(tick, False, 0.0)
    for second, text in enumerate(texts):
        match decode_market_frame(text):
            case BookTop(_, best, _, _, update_id):
                belief.apply_best_prices(best, update_id, float(second))
            case TradePrint(_, trade_id, price):
                belief.apply_trade(price, trade_id, float(second))
            case MiniTicker(_, close):
                belief.apply_close(close, float(second))
        assert belief.best is None or 0 < belief.best.bid <= belief.best.ask


class Fed(MarketStream):
    """A market stream without a socket: the test feeds the frames."""

    def begin_stream(self) -> None:
        pass

    def feed(self, frames_given: list[bytes]) -> None:
        connection: Any = SimpleNamespace(is_verified=True)  # nothing else of it is used
        self.on_frames(frames_given, connection)


@settings(TRIED, max_examples=max(1, TRIED.max_examples // 10))
@given(st.lists(frames, min_size=5, max_size=10))
def test_a_market_stream_accounts_for_every_frame_and_never_fails(texts: list[bytes]) -> None:
    desk = ActorBench(Fed)
    peers = Peers(prices=desk.probe("prices").address)
    desk.tell(StartMarketStream("market stream 1", ("BTCUSDT",), "ws://nowhere", 60.0, 82_800.0, peers))
    desk.actor.feed(texts)
    desk.advance(2.0)
    reader = desk.actor._reader
    assert reader.frames == len(texts)
    assert ("any", "a fault of ours") not in {row[:2] for row in reader.tally.rows()}

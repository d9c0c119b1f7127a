import gzip
import lzma

import orjson
import pytest
from click.testing import CliRunner

from binance_sim.command.main import build_command
from binance_sim.sources.capture import Capture, CaptureError

SECOND = 10**9
BOOK = {"u": 7, "s": "NKNUSDT", "b": "0.35", "B": "3", "a": "0.3501", "A": "2"}
TRADE = {"e": "trade", "s": "NKNUSDT", "t": 5, "p": "0.35", "q": "4", "T": 1633998512001, "m": True}
AGGREGATE = {"e": "aggTrade", "s": "NKNUSDT", "a": 1, "p": "0.36", "q": "4", "f": 6, "l": 9, "T": 1633998512002}
AGGREGATE |= {"m": False, "M": True}
DEPTH = {"e": "depthUpdate", "s": "NKNUSDT", "U": 1, "u": 2, "b": [], "a": [["0.36", "0"]]}
KLINE = {"e": "kline", "s": "NKNUSDT", "k": {"i": "1m"}}
OTHERS = (
    'https://api.binance.com/api/v3/exchangeInfo -> 1633998511.132921: {"symbols":[]}',
    'configuration: {"trades":["NKN-USDT"]}',
    "wss://stream.binance.com:9443/stream?streams=nknusdt@trade/nknusdt@bookTicker <-> 1633998511.159679",
    'wss://stream.binance.com:9443/stream <- 1633998511.2: {"method":"SUBSCRIBE"}',
    '1633998511.3: {"result":null,"id":1}',
)
TRADE_ROWS = (
    "100,60000.5,0.02000000,1200.01,1723161255342,True,True",
    "101,60001.50000000,0.5,30000.75,1723161255342123,false,True",
    "102,60001.49,0.001,60.00149,1723161256000,true,False",
)
HEADER = "open_time,open,high,low,close,volume"
CANDLES = ("1704067200000,100,110.5,90,105,8", "1704067500000,105,106,99,100,4.00004")


def line(kind, data, stamp="1633998512.0633569"):
    return f"{stamp}: " + orjson.dumps({"stream": f"nknusdt@{kind}", "data": data}).decode()


def capture(tmp_path, *lines, name="capture", packer=lambda text: text, **more):
    path = tmp_path / name
    path.write_bytes(packer("\n".join(lines).encode()))
    return Capture(path, **more)


def told(frame):
    """A trade or a book in short form."""
    names = ("t", "p", "q", "m") if frame.kind == "trade" else ("u", "b", "B", "a", "A")
    return (frame.kind, *(frame.data[name] for name in names))


# Cryptofeed


@pytest.mark.parametrize("packer", [bytes, gzip.compress, lzma.compress])
def test_frames_of_cryptofeed_are_as_recorded_and_the_rest_is_passed_over(tmp_path, packer):
    frames = {"bookTicker": BOOK, "depth@100ms": DEPTH, "aggTrade": AGGREGATE, "kline_1m": KLINE}
    found = capture(tmp_path, *OTHERS, *(line(kind, data) for kind, data in frames.items()), packer=packer)
    got = list(found.read())
    assert {frame.kind: frame.data for frame in got} == frames
    assert [frame.payload for frame in got] == [orjson.dumps(data) for data in frames.values()]
    assert {(frame.time_ns, frame.symbol) for frame in got} == {(1633998512_063356900, "NKNUSDT")}
    assert (found.frames, found.passed_over, found.damaged) == (4, 5, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_lines_of_several_kinds_does_not_matter(tmp_path, order):
    lines = (*OTHERS, line("bookTicker", BOOK), line("trade", TRADE))
    assert list(capture(tmp_path, *lines[::order]).first_books()) == ["NKNUSDT"]


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("bookTicker", BOOK | {"b": "NaN"}, "'NaN'"),
        ("bookTicker", BOOK | {"a": "0.00000000"}, "a is '0.00000000'"),
        ("bookTicker", BOOK | {"a": 1.5}, "float"),
        ("bookTicker", BOOK | {"s": "BTCUSDT"}, "'BTCUSDT'"),
        ("bookTicker", [], "list"),
        ("trade", TRADE | {"p": "1e999999999"}, "1e999999999"),
        ("trade", TRADE | {"q": "0.000"}, "q is '0.000'"),
        ("trade", TRADE | {"t": None}, "t is None"),
        ("trade", {"s": "NKNUSDT", "q": "1"}, "'p'"),
        ("aggTrade", AGGREGATE | {"m": 1}, "m is 1"),
        ("aggTrade", AGGREGATE | {"T": 16339985120022}, "not a time"),
    ],
)
def test_a_frame_that_would_break_the_matching_is_damage(tmp_path, kind, data, reason):
    found = capture(tmp_path, line("bookTicker", BOOK), line(kind, data), line("bookTicker", BOOK))
    assert len(list(found.read())) == 2
    assert (found.frames, found.damaged) == (2, 1)
    assert found.first_damage.startswith("line 2: ")
    assert reason in found.first_damage


@pytest.mark.parametrize(
    "text", ["x", "1633998512.1: {half", "16339985120.1: {}", '1633998512.1: {"stream":5,"data":1}']
)
def test_a_line_that_is_no_frame_is_damage(tmp_path, text):
    found = capture(tmp_path, OTHERS[2], text, line("bookTicker", BOOK))
    assert [frame.kind for frame in found.read()] == ["bookTicker"]
    assert (found.damaged, found.passed_over) == (1, 1)


# Pairs without a book


def test_trades_stand_for_a_book_that_was_not_recorded(tmp_path):
    found = capture(tmp_path, line("trade", TRADE), line("aggTrade", AGGREGATE))
    got = list(found.read())
    assert [frame.kind for frame in got] == ["trade", "bookTicker", "aggTrade"]
    assert told(got[1]) == ("bookTicker", 5, "0.35000000", "4.00000000", "0.35010000", "4.00000000")
    assert found.first_books()["NKNUSDT"].data == got[1].data
    assert found.frames == 2


def test_aggregate_trades_drive_a_pair_without_trades_and_book(tmp_path):
    got = list(capture(tmp_path, line("aggTrade", AGGREGATE)).read())
    assert [frame.kind for frame in got] == ["aggTrade", "trade", "bookTicker"]
    assert got[0].data == AGGREGATE
    assert got[1].data == {
        "e": "trade",
        "E": 1633998512002,
        "s": "NKNUSDT",
        "t": 9,
        "p": "0.36000000",
        "q": "4.00000000",
        "T": 1633998512002,
        "m": False,
        "M": True,
    }
    assert told(got[2]) == ("bookTicker", 9, "0.35990000", "4.00000000", "0.36000000", "4.00000000")
    assert len({frame.time_ns for frame in got}) == 1


def test_aggregate_trades_of_a_pair_with_a_book_drive_nothing(tmp_path):
    got = list(capture(tmp_path, line("aggTrade", AGGREGATE), line("bookTicker", BOOK)).read())
    assert [frame.kind for frame in got] == ["aggTrade", "bookTicker"]


def test_a_book_that_comes_late_takes_over(tmp_path, monkeypatch):
    monkeypatch.setattr("binance_sim.sources.capture.SCAN_LINES", 1)
    got = list(capture(tmp_path, *[line("trade", TRADE), line("bookTicker", BOOK)] * 2).read())
    assert [frame.data["u"] for frame in got if frame.kind == "bookTicker"] == [5, 7, 7]


def test_made_books_keep_to_the_steps_that_the_exchange_is_given(tmp_path):
    sizes = {"PRICE_FILTER": {"tickSize": "0.01"}, "LOT_SIZE": {"stepSize": "3"}}
    filters = [{"filterType": name, **fields} for name, fields in sizes.items()]
    document = {"symbol": "NKNUSDT", "baseAsset": "NKN", "quoteAsset": "USDT", "filters": filters}
    book = capture(tmp_path, line("trade", TRADE), documents={"NKNUSDT": document}).first_books()["NKNUSDT"]
    assert told(book) == ("bookTicker", 5, "0.35000000", "3.00000000", "0.36000000", "3.00000000")


# Rows


def test_a_row_of_trades_is_a_trade_and_the_top_of_a_book(tmp_path):
    found = capture(tmp_path, *TRADE_ROWS, name="BTCUSDT-trades-2024-08-08.csv")
    got = list(found.read())
    assert [told(frame) for frame in got] == [
        ("trade", 100, "60000.50000000", "0.02000000", True),
        ("bookTicker", 100, "60000.50000000", "0.02000000", "60000.51000000", "0.02000000"),
        ("trade", 101, "60001.50000000", "0.50000000", False),
        ("bookTicker", 101, "60001.49000000", "0.50000000", "60001.50000000", "0.50000000"),
        ("trade", 102, "60001.49000000", "0.00100000", True),
        ("bookTicker", 102, "60001.49000000", "0.50000000", "60001.50000000", "0.50000000"),
    ]
    assert [frame.time_ns for frame in got[::2]] == [
        1723161255_342 * 10**6,
        1723161255_342123 * 10**3,
        1723161256 * SECOND,
    ]
    assert got[0].payload == (
        b'{"e":"trade","E":1723161255342,"s":"BTCUSDT","t":100,"p":"60000.50000000","q":"0.02000000",'
        b'"T":1723161255342,"m":true,"M":true}'
    )
    assert got[4].data["M"] is False
    assert (found.frames, found.damaged) == (3, 0)


@pytest.mark.parametrize(
    "row", ["1,2,3", "100,-5,1,5,1723161255342,True,True", "100,0,1,0,1723161255342,True,True", "100,1,0.000000001"]
)
@pytest.mark.parametrize("place", [0, 2])
def test_a_damaged_row_is_passed_over(tmp_path, row, place):
    rows = [*TRADE_ROWS[:place], row, *TRADE_ROWS[place:]]
    found = capture(tmp_path, *rows, name="BTCUSDT-trades-2024.csv")
    assert len(list(found.read())) == 6
    assert (found.damaged, found.first_damage.partition(":")[0]) == (1, f"line {place + 1}")


def test_a_stamp_of_another_century_does_not_stop_the_replay(tmp_path):
    late = TRADE_ROWS[0].replace("1723161255342", "9723161255342")
    found = capture(tmp_path, late, *TRADE_ROWS, name="BTCUSDT-trades-2024.csv")
    assert len(list(found.read())) == 6
    assert "not a time of the exchange" in found.first_damage


@pytest.mark.parametrize("header", [(), (HEADER,)])
def test_a_candle_is_four_trades_at_the_quarters_of_its_time(tmp_path, header):
    found = capture(tmp_path, *header, *CANDLES, name="BTCUSDT-5m-2024-01.csv")
    trades = [frame for frame in found.read() if frame.kind == "trade"]
    assert [told(frame)[1:] for frame in trades] == [
        (1, "100.00000000", "2.00000000", False),
        (2, "90.00000000", "2.00000000", True),
        (3, "110.50000000", "2.00000000", False),
        (4, "105.00000000", "2.00000000", True),
        (5, "105.00000000", "1.00001000", False),
        (6, "106.00000000", "1.00001000", False),
        (7, "99.00000000", "1.00001000", True),
        (8, "100.00000000", "1.00001000", False),
    ]
    assert [frame.time_ns - 1704067200 * SECOND for frame in trades] == [75 * SECOND * n for n in range(8)]
    assert (found.frames, found.passed_over, found.damaged) == (2, len(header), 0)


def test_candles_of_twelve_columns_in_microseconds_with_a_gap(tmp_path):
    rest = ",1735693259999999,5,10,2,3,0"
    stamps = (1735693200, 1735693440, 1735693500)
    rows = [f"{stamp}000000,1.5,1.5,1.5,1.5,4{rest}" for stamp in stamps]
    found = capture(tmp_path, *rows, name="BTCUSDT-1m-2025-01.csv")
    trades = [frame for frame in found.read() if frame.kind == "trade"]
    assert [frame.time_ns for frame in trades] == [(stamp + 15 * n) * SECOND for stamp in stamps for n in range(4)]


@pytest.mark.parametrize(("name", "seconds"), [("BTCUSDT-1h-2024.csv", 3600), ("BTCUSDT-1d-2024.csv", 86_400)])
def test_the_interval_of_a_single_candle_is_in_the_name(tmp_path, name, seconds):
    times = [frame.time_ns for frame in capture(tmp_path, HEADER, CANDLES[0], name=name).read()][::2]
    assert times[1] - times[0] == seconds * SECOND // 4


def test_a_candle_without_volume_moves_nothing_and_one_out_of_order_is_damage(tmp_path):
    rows = ("1704067200000,1,1,1,1,0", "1704067500000,5,4,1,2,8")
    found = capture(tmp_path, HEADER, *rows, *CANDLES[1:], name="BTCUSDT-5m-2024.csv")
    assert sum(frame.kind == "trade" for frame in found.read()) == 4
    assert found.first_damage == "line 3: low and high do not enclose open and close"


# The pair of the rows


def test_the_pair_is_the_one_of_the_name_or_the_only_one_given(tmp_path):
    named = capture(tmp_path, *TRADE_ROWS, name="ETHUSDT-trades-2024.csv", symbols=("BTCUSDT",))
    given = capture(tmp_path, *TRADE_ROWS, name="rows.csv", symbols=("BTCUSDT",))
    assert (list(named.first_books()), list(given.first_books())) == (["ETHUSDT"], ["BTCUSDT"])


@pytest.mark.parametrize("symbols", [(), ("BTCUSDT", "ETHUSDT")])
def test_rows_of_no_pair_are_refused(tmp_path, symbols):
    with pytest.raises(CaptureError, match=r"rows without a symbol; name the file like BTCUSDT-trades"):
        capture(tmp_path, *TRADE_ROWS, name="rows.csv", symbols=symbols).first_books()


# Refusals


@pytest.mark.parametrize(
    "text", [b"", b"\n\n", b"a,b,c\n1,2,3\n", b'{"symbols":[]}', b"\x1f\x8bbroken", b"\xfd7zXZ\x00"]
)
def test_a_file_of_no_known_format_is_refused_and_the_formats_are_named(tmp_path, text):
    path = tmp_path / "file"
    path.write_bytes(text)
    result = CliRunner().invoke(build_command(), ["--replay", str(path)])
    assert result.exit_code == 2, result.output
    for word in (str(path), "bookTicker", "cryptofeed", "CSV of trades", "CSV of candles", "gzip", "xz"):
        assert word in result.output


def test_a_capture_of_answers_only_is_refused(tmp_path):
    path = tmp_path / "BINANCE.0"
    path.write_text("\n".join(OTHERS[:2]))
    result = CliRunner().invoke(build_command(), ["--replay", str(path)])
    assert (result.exit_code, "no bookTicker, trade or aggTrade" in result.output) == (2, True)


def test_a_pair_of_a_capture_that_cannot_be_described_is_named(tmp_path):
    path = tmp_path / "capture"
    path.write_text(line("bookTicker", BOOK).replace("NKNUSDT", "ADARUB").replace("nknusdt", "adarub"))
    result = CliRunner().invoke(build_command(), ["--replay", str(path)])
    assert (result.exit_code, "ADARUB" in result.output) == (2, True)

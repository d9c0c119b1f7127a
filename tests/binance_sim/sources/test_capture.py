import gzip
import lzma

import pytest

from binance_sim.sources.capture import Capture, CaptureError
from tests.binance_sim.support import shared

BOOK = (
    b'1000 {"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"10.00","B":"1.00","a":"10.01","A":"2.00"}}\n'
)
TRADE = b'2000 {"stream":"btcusdt@trade","data":{"e":"trade","s":"BTCUSDT","t":5,"p":"10.01","q":"0.5","m":false}}\n'
SNAPSHOT = b'1500 {"lastUpdateId":1,"bids":[],"asks":[]}\n'
DAMAGED = b"xyz\n", b"1000 {half\n", b'1000 {"stream":"btcusdt@trade","data":{"e":"trade"}}\n', b"1000 []\n"


def write(tmp_path, text, packer=lambda text: text):
    path = tmp_path / "capture"
    path.write_bytes(packer(text))
    return Capture(path)


@pytest.mark.parametrize("packer", [bytes, gzip.compress, lzma.compress])
def test_packing_is_told_by_content(tmp_path, packer):
    capture = write(tmp_path, BOOK + SNAPSHOT + TRADE, packer)
    frames = list(capture.read())
    assert [(frame.time_ns, frame.kind, frame.symbol) for frame in frames] == [
        (1000, "bookTicker", "BTCUSDT"),
        (2000, "trade", "BTCUSDT"),
    ]
    assert frames[0].payload == b'{"u":1,"s":"BTCUSDT","b":"10.00","B":"1.00","a":"10.01","A":"2.00"}'
    assert (capture.frames, capture.damaged) == (2, 0)


def test_damaged_lines_are_counted_and_passed_over(tmp_path):
    capture = write(tmp_path, BOOK + b"".join(DAMAGED) + TRADE)
    assert [frame.kind for frame in capture.read()] == ["bookTicker", "trade"]
    assert capture.damaged == 4
    assert capture.first_damage.startswith("line 2: ")


def test_a_file_that_breaks_off_is_damage_at_its_end(tmp_path):
    capture = write(tmp_path, BOOK * 1000, lambda text: gzip.compress(text)[:-20])
    assert all(frame.kind == "bookTicker" for frame in capture.read())
    assert capture.damaged == 1


def test_a_capture_without_prices_is_refused(tmp_path):
    with pytest.raises(CaptureError, match="no bookTicker"):
        write(tmp_path, SNAPSHOT).first_books()
    with pytest.raises(CaptureError, match="No such file"):
        Capture(tmp_path / "absent").open()


def test_a_real_capture():
    capture = Capture(shared("ws/hftbacktest_btcusdt_20240808.txt.gz"))
    assert list(capture.first_books()) == ["BTCUSDT"]
    assert (sum(1 for _ in capture.read()), capture.damaged) == (41_248, 0)

"""How a recorded frame changes its pair."""

from binance_sim.sources.captures.frames import make_frame
from binance_sim.sources.replay import ReplayFeed
from tests.binance_sim.support import Bench

RECORDED_NS, TRADED_MS = 1_723_161_599_997_948_484, 1_723_161_601_271
TRADE = {"e": "trade", "s": "BTCUSDT", "t": 5, "p": "60000.01", "q": "0.5", "T": TRADED_MS, "m": False}
BOOK = {"u": 9, "s": "BTCUSDT", "b": "60000.00", "B": "1", "a": "60000.01", "A": "1"}


def test_a_pairs_time_is_never_behind_its_trades_whatever_the_recorders_clock_said():
    """The recorder's clock was 1.27 s behind, as in the captures of 2024-08-08: a candle would start in the future."""
    bench, sent = Bench(), []
    feed = ReplayFeed(bench.exchange, lambda name, raw: sent.append(name), set())
    market = bench.exchange.markets["BTCUSDT"]
    feed.set_first_price(make_frame(RECORDED_NS, "BTCUSDT", "bookTicker", BOOK))
    assert market.clock_us == RECORDED_NS // 1000
    feed.play(make_frame(RECORDED_NS, "BTCUSDT", "trade", TRADE), 0.0)
    feed.play(make_frame(RECORDED_NS + 1, "BTCUSDT", "bookTicker", BOOK), 0.0)
    assert market.clock_us == TRADED_MS * 1000
    assert sent == ["btcusdt@trade", "btcusdt@bookTicker"]

from decimal import Decimal as D

import pytest

from binance_sim.errors import ApiError
from tests.binance_sim.support import Bench


@pytest.fixture
def bench():
    return Bench({"USDT": "100000", "BTC": "2"})


def test_an_iceberg_shows_one_piece_and_queues_anew_with_each(bench):
    iceberg = bench.place("SELL", qty="0.5", price="60000.01", iceberg_qty="0.2")
    other = bench.place("SELL", qty="0.1", price="60000.01")
    bench.quote("59000", "60000.02")
    book = bench.exchange.markets["BTCUSDT"].book
    assert book.asks.best().total == D("0.3")
    stranger = bench.open_account("stranger", USDT="100000")
    taker = bench.place("BUY", qty="0.45", price="60000.01", account=stranger)
    assert [trade.qty for trade in taker.trades] == [D("0.2"), D("0.1"), D("0.15")]
    assert (iceberg.filled, other.filled, iceberg.shown, iceberg.hidden) == (D("0.35"), D("0.1"), D("0.05"), D("0.1"))
    assert bench.place("BUY", qty="0.15", price="60000.01", account=stranger, tif="FOK").status == "FILLED"
    assert iceberg.status == "FILLED"


def test_too_many_parts_are_refused(bench):
    assert bench.place("SELL", qty="1", price="61000", iceberg_qty="0.01").status == "NEW"
    with pytest.raises(ApiError, match="ICEBERG_PARTS"):
        bench.place("SELL", qty="1", price="61000", iceberg_qty="0.0099")

import pytest

from tests.binance_sim.support import Bench, D


@pytest.fixture(scope="module")
def busy():
    """An account with orders and trades of all kinds."""
    bench = Bench({"USDT": "100000"})
    order = bench.place("BUY", qty="0.1", price="50000")
    bench.cancel(order)
    bench.place("BUY", "MARKET", quote_qty="100")
    bench.place("BUY", qty="0.1", price="59999")
    bench.print("59990", "0.05", buyer_is_maker=True)
    bench.print("59990", "0.05", buyer_is_maker=True)
    bench.place("SELL", qty="0.05", price="70000")
    bench.exchange.move_funds(bench.account, "USDT", D(1))
    above, below = (
        bench.ticket("SELL", "LIMIT_MAKER", qty="0.01", price="71000"),
        bench.ticket("SELL", "STOP_LOSS", qty="0.01", stop_price="50000"),
    )
    whole = bench.place_list(None, above, below)
    bench.cancel(whole.orders[0])
    return bench

"""A journal that ends in the middle, and that of the next process, with the orders of the state file."""

import os
import signal

import pytest

from binance_sim.process import start_simulator
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import Expectations
from tests.binance_sim.support import Client

ARGS = ["--symbol", "BTCUSDT", "--paused", "--balance", "USDT=100000"]


def lives(bench, kept):
    """The journal that a kill cuts off after some lines, and the start of the next process."""
    bench.journal.flush()
    rows = bench.path.read_text().splitlines()
    bench.path.write_text("".join(f"{row}\n" for row in rows[:kept]))
    bench.facts.write_start(bench.exchange, "1", resumed=True)
    bench.journal.flush()


def trade(bench):
    """A BUY in two fills with a partially filled SELL, another BUY with a filled SELL."""
    first = bench.place("BUY", qty="0.02", price="59000")
    bench.print("59000", "0.005", buyer_is_maker=True)
    bench.print("59000", "0.015", buyer_is_maker=True)
    bench.sell(first, "0.01998", "60500")
    second = bench.buy("0.01")
    bench.sell(second, "0.00999", "60490")
    bench.print("60490", "0.00999", buyer_is_maker=False)
    bench.print("60500", "0.005", buyer_is_maker=False)


def length(bench):
    bench.journal.flush()
    return len(bench.path.read_text().splitlines())


@pytest.mark.parametrize("lost", range(16))
def test_whatever_was_not_written_any_more_is_known_from_the_next_life(bench, lost):
    begun = length(bench)
    trade(bench)
    kept = max(begun, length(bench) - lost)
    lives(bench, kept)
    verdict = bench.verdict()
    assert (verdict.is_kept, verdict.eras) == (True, 1), verdict.violations
    (pair,) = verdict.pairs
    assert (str(float(pair.received)), pair.sells) == ("0.02997", 2)
    assert (float(pair.sold), float(pair.offered)) == (0.01499, 0.01498)


def test_what_was_broken_in_the_lines_that_are_lost_is_found(bench):
    lot = bench.buy("0.01")
    begun = length(bench)
    bench.sell(lot, "0.005", "60000.5")
    bench.sell(lot, "0.005", "60500", generation=2)
    lives(bench, begun)
    assert [point for point, _ in bench.broken()] == [2, 3]


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.process.wait()


def test_lots_of_an_earlier_process_are_known(tmp_path):
    """A new journal contains the BUY of the earlier process; otherwise its SELL would have no lot."""
    state, second = ["--state", str(tmp_path / "state")], tmp_path / "second.jsonl"
    first = tmp_path / "first.jsonl"
    with start_simulator([*ARGS, *state, "--journal", str(first)]) as process:
        client = Client(process)
        lot = client.order("BUY", "MARKET", quantity="0.01").json()["orderId"]
        kill(process)
    with start_simulator([*ARGS, *state, "--journal", str(second)]) as process:
        client = Client(process)
        name = f"{lot_name(lot)}-1"
        assert client.order("SELL", quantity="0.00999", price="70000", newClientOrderId=name).status_code == 200
        kill(process)
    for journal in (first, second):
        with start_simulator([*ARGS, *state, "--journal", str(journal)]) as process:
            assert process.symbols == ["BTCUSDT"]
    for journal in (first, second):
        verdict = judge(journal, Expectations(grace_s=0, strict=True))
        assert verdict.is_kept, verdict.violations
        assert (verdict.eras, verdict.pairs[0].lots, verdict.pairs[0].sells) == (1, 1, 1)

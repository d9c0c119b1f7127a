"""A journal that ends in the middle, and that of the next process, with the orders of the state file."""

import pytest


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

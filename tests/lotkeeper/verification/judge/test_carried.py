"""A journal that ends in the middle, and the next life's, which carries what the state file kept."""

import pytest


def lives(hall, kept):
    """The journal as a kill leaves it after so many lines, and the start of the next life."""
    hall.journal.flush()
    rows = hall.path.read_text().splitlines()
    hall.path.write_text("".join(f"{row}\n" for row in rows[:kept]))
    hall.facts.write_start(hall.exchange, "1", resumed=True)
    hall.journal.flush()


def trade(hall):
    """A BUY in two fills, its SELL filled in part, another BUY and its SELL filled whole."""
    first = hall.place("BUY", qty="0.02", price="59000")
    hall.print("59000", "0.005", buyer_is_maker=True)
    hall.print("59000", "0.015", buyer_is_maker=True)
    hall.sell(first, "0.01998", "60500")
    second = hall.buy("0.01")
    hall.sell(second, "0.00999", "60490")
    hall.print("60490", "0.00999", buyer_is_maker=False)
    hall.print("60500", "0.005", buyer_is_maker=False)


def length(hall):
    hall.journal.flush()
    return len(hall.path.read_text().splitlines())


@pytest.mark.parametrize("lost", range(16))
def test_whatever_was_not_written_any_more_is_known_from_the_next_life(hall, lost):
    begun = length(hall)
    trade(hall)
    kept = max(begun, length(hall) - lost)
    lives(hall, kept)
    verdict = hall.verdict()
    assert (verdict.is_kept, verdict.eras) == (True, 1), verdict.violations
    (pair,) = verdict.pairs
    assert (str(float(pair.received)), pair.sells) == ("0.02997", 2)
    assert (float(pair.sold), float(pair.offered)) == (0.01499, 0.01498)


def test_what_was_broken_in_the_lines_that_are_lost_is_found(hall):
    lot = hall.buy("0.01")
    begun = length(hall)
    hall.sell(lot, "0.005", "60000.5")
    hall.sell(lot, "0.005", "60500", generation=2)
    lives(hall, begun)
    assert [point for point, _ in hall.broken()] == [2, 3]

"""The second point: sold and offered are never more than was received."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.verification.judge.naming import buy_order_id_of, lot_name
from lotkeeper.verification.judge.verdict import NOTHING_TWICE
from tests.binance_sim.support import D
from tests.lotkeeper.verification.judge.bench import JournalBench

PRICE = "60500"


def twice(bench):
    return [each for each in bench.verdict().violations if each.point == NOTHING_TWICE]


def test_two_sells_for_the_same_coins(bench):
    lot = bench.buy()
    bench.sell(lot, "0.00999", PRICE)
    bench.sell(lot, "0.00999", PRICE, 2)
    (found,) = twice(bench)
    assert "0.00999 BTC too many" in found.text
    assert "received 0.00999, sold 0, offered 0.01998" in found.text
    assert f"{lot_name(lot.order_id)}-1" in found.text
    assert f"{lot_name(lot.order_id)}-2" in found.text


def test_one_that_is_too_large_by_a_step(bench):
    lot = bench.buy()
    bench.sell(lot, "0.01", PRICE)
    (found,) = twice(bench)
    assert "0.00001 BTC too many" in found.text


def test_sold_and_then_offered_again(bench):
    lot = bench.buy()
    bench.sell(lot, "0.00999", PRICE)
    bench.quote(PRICE)
    bench.quote("60000")
    bench.sell(lot, "0.00999", PRICE, 2)
    (found,) = twice(bench)
    assert "sold 0.00999, offered 0.00999" in found.text


def test_offered_twice_for_a_moment_only(bench):
    """The second SELL was canceled, but both could have been filled."""
    lot = bench.buy()
    bench.sell(lot, "0.00999", PRICE)
    bench.cancel(bench.sell(lot, "0.00999", PRICE, 2))
    assert len(twice(bench)) == 1


def test_a_sell_that_replaces_a_canceled_one_is_none(bench):
    lot = bench.buy()
    first = bench.sell(lot, "0.00999", PRICE)
    bench.cancel(first)
    bench.sell(lot, "0.00999", PRICE, 2)
    assert bench.broken() == []


def test_an_amended_sell_offers_less(bench):
    lot = bench.buy()
    bench.amend(bench.sell(lot, "0.00999", PRICE), "0.005")
    bench.sell(lot, "0.00499", PRICE, 2)
    assert bench.broken() == []


def test_a_sell_before_its_coins_came(bench):
    """A SELL names a BUY that is filled only later."""
    lot = bench.place("BUY", qty="0.01", price="59000")
    bench.sell(lot, "0.00999", PRICE)
    bench.quote("58999.99", ask="59000")
    (found,) = twice(bench)
    assert "received 0, sold 0, offered 0.00999" in found.text


def test_a_sell_that_names_a_buy_that_never_was(bench):
    bench.sell(4711, "0.001", PRICE)
    (found,) = twice(bench)
    assert found.lot == lot_name(4711)


def test_the_same_id_of_another_pair_or_account_is_another_lot(bench):
    bench.quote("0.04", symbol="ETHBTC", bid_qty="9", ask_qty="9")
    first, second = bench.buy(), bench.buy(qty="0.01", symbol="ETHBTC")
    assert first.order_id == second.order_id
    bench.sell(first, "0.00999", PRICE)
    bench.sell(second, "0.0099", "0.05", symbol="ETHBTC")
    assert bench.broken() == []


@given(number=st.integers(0, 10**15), generation=st.integers(0, 10**6))
def test_names_go_there_and_back(number, generation):
    assert buy_order_id_of(f"{lot_name(number)}-{generation}") == number


pieces = st.lists(st.integers(10, 400), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(pieces=pieces, canceled=st.sets(st.integers(0, 5)))
def test_offered_in_pieces_it_is_twice_exactly_when_they_are_more_than_was_received(tmp_path_factory, pieces, canceled):
    """Each SELL is some steps of 0.00001 of a lot with 999 steps; some are canceled before the next."""
    bench = JournalBench(tmp_path_factory.mktemp("pieces") / "journal.jsonl")
    lot, offered, most = bench.buy(), 0, 0
    for generation, steps in enumerate(pieces):
        order = bench.sell(lot, D(steps) / 100_000, PRICE, generation)
        offered, most = offered + steps, max(most, offered + steps)
        if generation in canceled:
            bench.cancel(order)
            offered -= steps
    assert bool(twice(bench)) == (most > 999)
    assert bench.verdict().pairs[0].remainder == D(999 - offered) / 100_000

"""The expected numbers: 0.01 BTC at 60000.01 with 0.1 % in BTC leaves 0.00999; cost 600.0001; wanted profit 0.5 %."""

from fractions import Fraction

from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import NOT_BELOW_FLOOR
from tests.binance_sim.support import D

# 600.0001 * 1.005 / 0.00999 / 0.999 = 60420.791..., up to the tick.
FLOOR = "60420.80"
BELOW = "60420.79"


def test_the_floor_is_what_it_says():
    exact = Fraction("600.0001") * Fraction("1.005") / Fraction("0.00999") / Fraction("0.999")
    assert Fraction(BELOW) < exact <= Fraction(FLOOR)


def test_at_the_floor_the_promise_is_kept_and_a_tick_below_it_is_not(bench):
    lot = bench.buy()
    bench.sell(lot, "0.00999", FLOOR)
    assert bench.broken() == []
    other = bench.buy()
    bench.sell(other, "0.00999", BELOW)
    (found,) = bench.verdict().violations
    assert found.point == NOT_BELOW_FLOOR
    assert found.lot == lot_name(other.order_id)
    assert "at 60420.79, its floor is 60420.8" in found.text


def test_a_lot_is_excepted_by_name_only(bench):
    first, second = bench.buy(), bench.buy()
    for lot in (first, second):
        bench.sell(lot, "0.00999", "60100")
    names = [lot for _, lot in bench.broken()]
    assert len(names) == 2
    assert bench.broken(exempt=frozenset(names[:1])) == [(NOT_BELOW_FLOOR, names[1])]
    assert bench.broken(exempt=frozenset(names)) == []


def test_each_pair_may_have_a_profit_of_its_own(bench):
    bench.sell(bench.buy(), "0.00999", FLOOR)
    assert bench.broken(profit_of={"BTCUSDT": Fraction("0.006")}) != []
    assert bench.broken(profit=Fraction(1), profit_of={"BTCUSDT": Fraction("0.005")}) == []
    assert bench.broken(profit=Fraction(1), pairs=frozenset({"ETHBTC"})) == []


def test_parts_of_a_lot_may_have_prices_of_their_own(bench):
    """A BUY in two fills, each 0.01: a SELL for each by its own cost is as good as one SELL for both."""
    lot = fill_twice(bench)
    cheap, dear = (floor(price) for price in prices(bench))
    assert dear - cheap > 900
    bench.sell(lot, "0.00999", cheap)
    bench.sell(lot, "0.00999", dear, 2)
    assert bench.broken() == []


def test_sells_that_are_fair_alone_may_be_too_cheap_together(bench):
    """Each could be for the cheap fill, but only one of them can be."""
    lot = fill_twice(bench)
    cheap, dear = (floor(price) for price in prices(bench))
    bench.sell(lot, "0.00999", cheap)
    bench.sell(lot, "0.00999", dear - D(1), 2)
    (found,) = bench.verdict().violations
    assert found.point == NOT_BELOW_FLOOR
    assert "the SELLs up to lk1-" in found.text
    assert "less than the floor of all they cover" in found.text


def test_a_sell_knows_only_what_was_bought_before_it(bench):
    """While a BUY fills at rising prices, its first SELL is fair by the first fill; the next must bring the rest."""
    bench.quote("60000", ask_qty="0.01")
    lot = bench.place("BUY", qty="0.02", price="60000.01", tif="GTC")
    bench.sell(lot, "0.00999", FLOOR)
    bench.quote("60000", ask_qty="0.01")
    bench.sell(lot, "0.00999", FLOOR, 2)
    assert (lot.filled, bench.broken()) == (D("0.02"), [])


def test_a_rest_that_nobody_can_sell_alone_may_be_of_the_dear_fill(bench):
    """Seed 13520 of the drill: a SELL that was in doubt is sent once more, by the fills it was decided by."""
    lot = fill_twice(bench, dear="0.00007")
    bench.sell(lot, "0.00999", floor(prices(bench)[0]))
    assert bench.broken() == []


def test_of_a_lot_that_is_offered_to_the_last_step_all_fills_count(bench):
    lot = fill_twice(bench, dear="0.00007")
    bench.sell(lot, "0.01005", floor(prices(bench)[0]))
    assert bench.broken() == [(NOT_BELOW_FLOOR, lot_name(lot.order_id))]


def fill_twice(bench, dear="0.01"):
    """One order that takes two of another account's, at 50000 and 51000, of the second so much."""
    bench.quote("40000", ask="52000")
    other = bench.open_account("other", BTC="1")
    for price in ("50000.00", "51000.00"):
        bench.place("SELL", qty="0.01", price=price, account=other)
    return bench.place("BUY", qty=str(D("0.01") + D(dear)), price="51000.00")


def prices(bench):
    """The prices of the last order's fills."""
    return [D(event["L"]) for event in bench.events if event.get("x") == "TRADE" and event["S"] == "BUY"][-2:]


def floor(price):
    """A fill of 0.01 at this price leaves 0.00999, and a SELL of that brings 0.999 of its value."""
    exact = Fraction(price) * Fraction("0.01") * Fraction("1.005") / Fraction("0.00999") / Fraction("0.999")
    return D(int(-(-exact * 100 // 1))) / 100

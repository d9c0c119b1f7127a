"""The dust of all other lots at any line, as their own figures give it."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.verification.judge.evidence import NEVER, FillFacts, PairFacts, SellFacts
from lotkeeper.verification.judge.floors import LotPart
from lotkeeper.verification.judge.lots import JudgedLot
from lotkeeper.verification.judge.pools import SpareDust, largest_dust

STEP = Fraction(1, 100)
PAIR = PairFacts("BTCUSDT", "BTC", "USDT", "TRADING", STEP, STEP, STEP, Fraction(5))
lines = st.integers(1, 30)
amounts = st.integers(1, 60).map(lambda each: Fraction(each, 400))


@st.composite
def sell_facts(draw):
    at = draw(lines)
    quantity = draw(amounts)
    sell = SellFacts("main", "BTCUSDT", 1, "lk1-x-1", -1, 1, at, 0, Fraction(100), quantity)
    sell.fills = [FillFacts(at + draw(lines), 0, quantity / 4, Fraction(1), Fraction(0), "USDT") for _ in range(2)]
    if draw(st.booleans()):
        sell.sizes.append((at + draw(lines), quantity + STEP))
    if draw(st.booleans()):
        sell.ended, sell.ended_at = "CANCELED", at + draw(lines)
    return sell


@st.composite
def judged_lots(draw):
    parts = st.lists(
        st.builds(lambda at, qty: LotPart(at=at, received=qty, cost=qty * 100), lines, amounts), max_size=3
    )
    sells = st.lists(sell_facts(), max_size=3)
    zero, count = Fraction(0), draw(st.integers(1, 5))
    return [JudgedLot(PAIR, "main", number, draw(parts), draw(sells), zero, 0, 0) for number in range(count)]


@given(judged_lots(), st.integers(0, 70))
def test_it_is_the_sum_of_what_the_other_lots_have_left(lots, line):
    dust = SpareDust(lots)
    for taker in lots:
        for at in (line, NEVER):
            others = [each for each in lots if each is not taker]
            due = sum((min(max(each.left_at(at), Fraction(0)), largest_dust(each)) for each in others), Fraction(0))
            assert dust.for_lot(taker, at) == due

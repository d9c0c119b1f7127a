"""The golden table: every case is decided as the keeper decides it, and compared with what was worked out by hand."""

from decimal import Decimal as D
from itertools import count

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.prices.fee_valuation import fee_values
from lotkeeper.trading.selling.decisions import Park, PlaceSell, TransferDust
from lotkeeper.trading.selling.plan import PairConditions, decide_lot
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.golden import fees, floors, parked
from tests.lotkeeper.trading.golden.case import Bought, Case, Parks, Sells

CASES = (*fees.CASES, *floors.CASES, *parked.CASES)
EARLIER, LOT = 6, 7


def buys(book: PairBook, case: Case, order_id: int, fills: tuple[Bought, ...]) -> None:
    known = book.lots.get(order_id)
    numbers = count(100 * order_id + (len(known.buys) if known else 0))
    for number, each in zip(numbers, fills, strict=False):
        asset = each.asset if each.fee != "0" else case.base
        book.apply_fill(make.fill(number, order_id, Side.BUY, each.quantity, each.price, each.fee, asset))
    for asset, price in case.fee_prices.items():
        for value in fee_values(book.lots[order_id], asset, D(price), make.NOW):
            book.set_fee_value(order_id, value)


def ends(book: PairBook, order_id: int) -> None:
    executed = sum(each.quantity for each in book.lots[order_id].buys)
    book.apply_report(make.buy_report(order_id, str(executed)))


def does(book: PairBook, case: Case, order_id: int) -> PlaceSell | Park:
    """What is decided; dust is carried, and the SELL booked as sent."""
    free, reference = (None if each is None else D(each) for each in (case.free, case.reference))
    decisions = decide_lot(book, order_id, PairConditions(make.NOW, free_balance=free, reference_price=reference))
    for each in decisions:
        if isinstance(each, TransferDust):
            book.lots.transfer_dust(each.transfer)
    last = decisions[-1]
    assert isinstance(last, PlaceSell | Park), last
    if isinstance(last, PlaceSell):
        book.lots.record_sell_sent(last, make.NOW)
    else:
        book.lots.apply_decision(book.lots[order_id], last)
    return last


def played(case: Case) -> tuple[PairBook, PlaceSell | Park]:
    """The case from its beginning to the decision that it is about."""
    book = PairBook(make.SYMBOL, case.base, make.QUOTE, market=case.market, policy=case.policy)
    if case.earlier:
        buys(book, case, EARLIER, case.earlier)
        ends(book, EARLIER)
        if isinstance(does(book, case, EARLIER), PlaceSell):
            book.apply_report(make.sell_report(book.lots[EARLIER].orders[0], 60))
    if case.first:
        buys(book, case, LOT, case.first)
        assert isinstance(does(book, case, LOT), PlaceSell)
        state = "EXPIRED" if case.first_sold else "NEW"
        first = book.lots[LOT].orders[0]
        book.apply_report(make.sell_report(first, 70, state, executed=case.first_sold or "0"))
    buys(book, case, LOT, case.buys)
    if not case.goes_on:
        ends(book, LOT)
    return book, does(book, case, LOT)


@pytest.mark.parametrize("case", CASES, ids=[case.what.replace(" ", "-") for case in CASES])
def test_it_is_as_worked_out_by_hand(case):
    book, decision = played(case)
    if isinstance(case.expected, Parks):
        assert isinstance(decision, Park), decision
        assert Parks(decision.cause, decision.why) == case.expected
        return
    assert isinstance(decision, PlaceSell), decision
    lot = book.lots[LOT]
    rest = lot.uncovered_cost if case.policy.dust == "keep" or lot.remainder == 0 else D(0)
    found = (decision.price, decision.quantity, decision.cost, decision.profit, lot.remainder, rest)
    assert Sells(*map(plain, found)) == Sells(*map(plain, numbers(case.expected)))


def numbers(expected: Sells) -> tuple[D, ...]:
    texts = (expected.price, expected.quantity, expected.cost, expected.profit, expected.rest, expected.rest_cost)
    return tuple(map(D, texts))


def plain(value: D) -> str:
    return f"{value.normalize():f}"


def test_the_table_has_what_it_must_have():
    """A test of the table: fees in the coin, in quote and in BNB, ticks and steps at both ends, dust, parking."""
    assert len(CASES) >= 25
    assert len({case.what for case in CASES}) == len(CASES)
    assets = {each.asset for case in CASES for each in case.buys if each.fee != "0"}
    assert {"BTC", "USDT", "BNB"} <= assets
    assert {D("1E-8"), D(1)} <= {case.market.pair.tick for case in CASES}
    assert D(1) in {case.market.pair.step for case in CASES}
    assert {str(case.policy.dust) for case in CASES} == {"keep", "write_off"}
    causes = {case.expected.cause for case in CASES if isinstance(case.expected, Parks)}
    assert len(causes) >= 5


def test_a_tick_less_would_not_bring_what_is_wanted():
    """Beside the sums: each SELL brings cost and profit after its fee, and a tick lower it would not."""
    for case in CASES:
        if isinstance(case.expected, Sells) and case.reference is None and case.expected.cost != "0":
            price, quantity, cost, profit, *_ = numbers(case.expected)
            kept = 1 - case.market.sell_rate
            assert price * quantity * kept >= cost + profit, case.what
            assert (price - case.market.pair.tick) * quantity * kept < cost + profit, case.what

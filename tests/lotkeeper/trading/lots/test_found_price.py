"""The least that a lot asks for whose SELL was found on the exchange, where lots are sold as a group."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.found_price import found_price, least_asked
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.instructed_sells import floor_of
from tests.lotkeeper.trading import make

GROUP = ExitPolicy(D("0.5"), group=True)


def rebuilt(*sells: tuple[int, str, str]) -> PairBook:
    """A lot of 1 BTC for 100 whose SELLs (generation, price, status) were found on the exchange."""
    book = make.book(market=make.market(), policy=GROUP)
    book.apply_fill(make.buy())
    book.apply_report(make.buy_report())
    for generation, price, status in sells:
        book.apply_report(make.named_report(7, generation, 70 + generation, "1", price, status))
    return book


def test_a_lot_without_a_found_sell_asks_for_its_floor():
    lot = rebuilt().lots[7]
    assert found_price(lot) == 0
    # 100 * 1.005 / 0.999 = 100.6006...
    assert str(make.decision(lot, by=GROUP).price) == "100.61"


def test_it_asks_for_no_less_than_the_newest_that_was_found():
    lot = rebuilt((1, "108", "CANCELED"), (2, "105.64", "EXPIRED")).lots[7]
    assert (found_price(lot), least_asked(lot, GROUP)) == (D("105.64"), D("105.64"))
    assert str(make.decision(lot, by=GROUP, at=make.NOW + 60_000).price) == "105.64"


def test_in_whatever_order_they_are_found():
    assert found_price(rebuilt((2, "105.64", "EXPIRED"), (1, "108", "CANCELED")).lots[7]) == D("105.64")


def test_its_own_floor_counts_where_that_is_higher():
    lot = rebuilt((1, "99.00", "EXPIRED")).lots[7]
    assert str(make.decision(lot, by=GROUP, at=make.NOW + 60_000).price) == "100.61"


def test_elsewhere_it_asks_for_its_own_floor():
    lot = rebuilt((1, "105.64", "EXPIRED")).lots[7]
    alone = replace(GROUP, group=False)
    assert least_asked(lot, alone) == 0
    assert str(make.decision(lot, by=alone, at=make.NOW + 60_000).price) == "100.61"


def test_a_sale_at_the_floor_asks_for_it_too():
    lot = rebuilt((1, "105.64", "EXPIRED")).lots[7]
    assert floor_of(lot, make.market(), GROUP, D(1)) == D("105.64")


def test_it_is_not_forgotten_however_many_sells_are_refused_later():
    book = rebuilt((1, "105.64", "EXPIRED"))
    lot = book.lots[7]
    at = make.NOW
    for _ in range(6):
        at += 3_600_000
        step = make.decision(book.lots[7], by=GROUP, at=at)
        order = book.lots.record_sell_sent(step, at)
        for status in ("NEW", "EXPIRED"):
            book.apply_report(replace(make.sell_report(order, 90 + order.name.generation, status), time_ms=at))
    assert len(book.lots[7].orders) < 7
    assert found_price(book.lots[7]) == found_price(lot) == D("105.64")

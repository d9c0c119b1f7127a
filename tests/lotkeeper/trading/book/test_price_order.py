from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.book.price_order import PriceOrder


def test_a_key_has_one_price_the_newest():
    order = PriceOrder()
    order.put(7, D(100))
    order.put(7, D(90))
    assert (len(order), order.ascending()) == (1, [(D(90), 7)])
    assert order.price_of(7) == D(90)


def test_where_prices_are_equal_the_lower_key_comes_first():
    order = PriceOrder()
    for key in (9, 7, 8):
        order.put(key, D("1.0"))
    assert [key for _, key in order.ascending()] == [7, 8, 9]
    assert list(order.descending()) == [9, 8, 7]


def test_what_is_not_there_is_not_an_error():
    order = PriceOrder()
    order.remove(7)
    assert order.price_of(7) is None
    assert order.at(0) is None
    assert 7 not in order


CHANGES = st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(1, 5))), max_size=60)


@given(CHANGES)
def test_it_is_always_sorted(changes):
    order, plain = PriceOrder(), {}
    for key, price in changes:
        if price is None:
            order.remove(key)
            plain.pop(key, None)
        else:
            order.put(key, D(price))
            plain[key] = D(price)
        wanted = sorted((price, key) for key, price in plain.items())
        assert order.ascending() == wanted
        assert [order.at(rank) for rank in range(len(wanted))] == wanted

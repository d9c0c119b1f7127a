import pytest

from lotkeeper.trading.filters import counts
from lotkeeper.trading.filters.base import OrderType
from tests.lotkeeper.trading.filters.drafts import market, on_account, said, sell, standing

ALGO = sell(kind=OrderType.STOP_LOSS_LIMIT, stop_price="90")
ICEBERG = sell(iceberg_quantity="0.5")
LIST = sell(opens_list=True)

CASES = [
    (counts.MaxNumOrders, standing, "orders", sell()),
    (counts.MaxNumAlgoOrders, standing, "algo", ALGO),
    (counts.MaxNumIcebergOrders, standing, "iceberg", ICEBERG),
    (counts.MaxNumOrderLists, standing, "lists", LIST),
    (counts.ExchangeMaxNumOrders, on_account, "orders", sell()),
    (counts.ExchangeMaxNumAlgoOrders, on_account, "algo", ALGO),
    (counts.ExchangeMaxNumIcebergOrders, on_account, "iceberg", ICEBERG),
    (counts.ExchangeMaxNumOrderLists, on_account, "lists", LIST),
]
each = pytest.mark.parametrize(("kind", "known", "what", "order"), CASES, ids=[case[0].name for case in CASES])


@each
def test_one_more_than_there_may_be_is_refused(kind, known, what, order):
    assert said(kind(5), order, known(**{what: 4})) is None
    assert said(kind(5), order, known(**{what: 5})) == ("orders", "6", "5")


@each
def test_what_nobody_counted_the_exchange_has_to_say(kind, known, what, order):
    assert said(kind(5), order) is None
    others = {"orders": 9, "algo": 9, "iceberg": 9, "lists": 9}
    del others[what]
    assert said(kind(5), order, known(**others)) is None


@each
def test_another_kind_of_order_is_none_of_its_business(kind, known, what, order):
    if what != "orders":
        assert said(kind(5), sell(), known(**{what: 5})) is None


def test_an_amendment_takes_no_slot_and_is_counted_by_itself():
    amended = sell(amends=10)
    assert said(counts.MaxNumOrders(5), amended, standing(orders=5)) is None
    assert said(counts.ExchangeMaxNumOrders(5), amended, on_account(orders=5)) is None
    assert said(counts.MaxNumOrderAmends(10), amended) == ("amendments", "11", "10")
    assert said(counts.MaxNumOrderAmends(10), sell(amends=9)) is None
    assert said(counts.MaxNumOrderAmends(10), sell()) is None


@pytest.mark.parametrize("kind", OrderType)
def test_orders_with_a_trigger_are_algo_orders(kind):
    order = sell(kind=kind) if "LIMIT" in kind else market()
    expected = kind.value.startswith(("STOP", "TAKE"))
    assert kind.is_algo is expected
    if "LIMIT" in kind:
        assert (said(counts.MaxNumAlgoOrders(0), order, standing(algo=0)) is not None) is expected

"""Setbacks that an earlier version kept: months of them are dropped when the database is opened."""

from pathlib import Path

import pytest

from lotkeeper.trading.lots.attempts import setbacks, without_old_setbacks
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from persistence.store import Store
from tests.persistence.lots import D, lot, order, record

EVERY_MS = 300_000


def at(attempt: int) -> dict[str, int]:
    return {"sent_ms": attempt * EVERY_MS, "updated_ms": attempt * EVERY_MS}


def attempts(count: int, *others: SellOrder) -> Lot:
    """A lot that was refused so often, every five minutes."""
    refused = [
        order(7, each, state=OrderState.REFUSED, order_id=None, **at(each), profit=D(1)) for each in range(1, count + 1)
    ]
    by_generation = {each.name.generation: each for each in (*refused, *others)}
    return lot(7, orders=tuple(by_generation[each] for each in sorted(by_generation)), state=LotState.PARKED)


def reopened(tmp_path: Path, *lots: Lot) -> Store:
    store = Store.open(f"sqlite:///{tmp_path}/a.sqlite")
    record(store, *lots)
    assert [len(each.orders) for each in store.lots()] == [len(each.orders) for each in reversed(lots)]
    store.close()
    return Store.open(f"sqlite:///{tmp_path}/a.sqlite")


@pytest.mark.parametrize(
    "others",
    [
        (),
        (order(7, 150, state=OrderState.CANCELED, **at(150)),),
        (order(7, 90, state=OrderState.REFUSED, executed=D("0.1"), order_id=5, **at(90)),),
        tuple(
            order(7, each, state=OrderState.EXPIRED, order_id=each, **at(each), profit=D(1))
            for each in range(2, 200, 2)
        ),
        (order(7, 201, state=OrderState.OPEN, **at(201)),),
    ],
)
def test_what_is_left_is_what_the_rule_keeps(tmp_path, others):
    months = attempts(200, *others)
    store = reopened(tmp_path, months)
    (found,) = store.lots()
    kept = without_old_setbacks(months)
    assert found.orders == kept.orders
    assert len(kept.orders) < 10
    assert setbacks(found) == setbacks(months)
    store.close()


def test_few_are_left_alone_and_so_are_other_lots(tmp_path):
    few, other = attempts(100), lot(8, orders=(order(8),))
    store = reopened(tmp_path, few, other)
    assert {each.lot_id: len(each.orders) for each in store.lots()} == {few.lot_id: 100, other.lot_id: 1}
    store.close()

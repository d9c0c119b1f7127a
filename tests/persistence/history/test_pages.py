"""Pages of trades, orders and lots: each row once, in one order, whatever comes meanwhile."""

from dataclasses import replace
from decimal import Decimal as D
from random import Random

import pytest

from lotkeeper.trading.lots.instructions import InstructionEnd, PriceKind, SellInstruction
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import CostMove
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.states import OrderState
from persistence.history.database import HistoryDatabase
from persistence.history.fills import read_fills
from persistence.history.lots import read_lots
from persistence.history.orders import key_of, read_orders
from persistence.history.wanted import UnknownKeyError, Wanted
from persistence.records import BuyRecord
from persistence.store import Store
from tests.lotkeeper.trading import make
from tests.persistence.lots import buy, lot, order, record, sell

MOMENTS = (5, 5, 5, 6, 7, 7, 9)  # many things happen in one moment
SYMBOLS = ("AAAUSDT", "BTCUSDT", "ZZZUSDT")
STATES = (OrderState.OPEN, OrderState.FILLED, OrderState.CANCELED)


def random_lot(number: int, dice: Random):
    symbol, bought_ms, sold_ms = dice.choice(SYMBOLS), dice.choice(MOMENTS), dice.choice(MOMENTS)
    orders = tuple(
        order(
            number, symbol=symbol, name=SellName(number, each), sent_ms=dice.choice(MOMENTS), state=dice.choice(STATES)
        )
        for each in (1, 2)
    )
    return lot(
        number,
        symbol=symbol,
        buys=(buy(number, number, symbol=symbol, time_ms=bought_ms),),
        sells=(sell(number, number, symbol=symbol, time_ms=sold_ms),),
        orders=orders,
        state=dice.choice((LotState.SELLING, LotState.CLOSED)),
    )


def random_buy(number: int, dice: Random):
    status = dice.choice(("NEW", "FILLED", "CANCELED"))
    report = replace(make.buy_report(number, "0", status), quantity=D(1), created_ms=dice.choice(MOMENTS))
    return BuyRecord(replace(report, symbol=dice.choice(SYMBOLS)))


READERS = {
    "fills": (read_fills, lambda each: each.key, lambda each: (each.fill.symbol, each.fill.time_ms, "")),
    "lots": (read_lots, lambda each: each.lot_id, lambda each: (each.symbol, each.opened_ms, str(each.state))),
    "orders": (read_orders, key_of, lambda each: (each.place[2], each.place[0], state_of(each))),
}


def state_of(each) -> str:
    return str(each.order.state) if hasattr(each, "order") else each.state


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3))])
def test_pages_have_each_row_once(store: Store, name: str, seed: int) -> None:
    read, key, facts = READERS[name]
    dice = Random(seed)
    record(store, *(random_lot(number, dice) for number in range(1, 30)))
    store.record([random_buy(number, dice) for number in range(1, 30)])
    with HistoryDatabase(store._engine) as database:
        everything = read(database, Wanted(limit=1000))
        assert len({key(each) for each in everything}) == len(everything) > 25
        assert [facts(each)[1] for each in everything] == sorted((facts(each)[1] for each in everything), reverse=True)
    for wanted, is_wanted in filters(name):
        expected = [key(each) for each in everything if is_wanted(facts(each))]
        assert pages(store, read, key, wanted, dice) == expected


def filters(name: str):
    """Which rows are wanted, and the same as a function of pair, moment and state."""
    yield Wanted(), lambda facts: True
    yield Wanted(symbol="BTCUSDT"), lambda facts: facts[0] == "BTCUSDT"
    yield Wanted(since_ms=6, until_ms=9), lambda facts: 6 <= facts[1] < 9
    if name != "fills":
        states = frozenset({"CLOSED"} if name == "lots" else {"CANCELED", "NEW"})
        yield Wanted(states=states), lambda facts: facts[2] in states
        yield (
            Wanted("ZZZUSDT", 5, 8, states),
            lambda facts: facts[0] == "ZZZUSDT" and 5 <= facts[1] < 8 and facts[2] in states,
        )


def pages(store: Store, read, key, wanted: Wanted, dice: Random) -> list[str]:
    """All rows, page after page, while newer ones come."""
    found: list[str] = []
    before = ""
    while True:
        with HistoryDatabase(store._engine) as database:
            page = read(database, replace(wanted, limit=dice.randint(1, 4), before=before))
        if not page:
            return found
        found += map(key, page)
        before = found[-1]


@pytest.mark.parametrize("name", READERS)
def test_a_key_that_is_none(store: Store, name: str) -> None:
    with HistoryDatabase(store._engine) as database, pytest.raises(UnknownKeyError):
        READERS[name][0](database, Wanted(before="1/2"))


def test_lots_come_back_whole(store: Store) -> None:
    record(store, lot(7), lot(20, state=LotState.CLOSED))
    with HistoryDatabase(store._engine) as database:
        assert set(read_lots(database, Wanted())) == set(store.lots())


def test_lots_come_with_what_a_person_wanted_sold(store: Store) -> None:
    asked = SellInstruction(1, "request", PriceKind.AT, D(1), D(70000), True, False, D(0), 1, 5, "alice", "", None)
    known = replace(lot(7), instructions=(asked, replace(asked, number=2, end=InstructionEnd.WITHDRAWN)))
    record(store, known)
    with HistoryDatabase(store._engine) as database:
        assert read_lots(database, Wanted()) == [known]


def test_lots_come_with_the_cost_that_went_between_them(store: Store) -> None:
    move = CostMove("BTCUSDT", 7, 8, 1, D("1.5"), 1_700_000_000_000)
    record(store, *(replace(lot(number), cost_moves=(move,)) for number in (7, 8)))
    with HistoryDatabase(store._engine) as database:
        assert set(read_lots(database, Wanted())) == set(store.lots())
        assert all(each.cost_moves == (move,) for each in read_lots(database, Wanted()))

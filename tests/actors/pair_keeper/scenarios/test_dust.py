"""What is too little to be sold goes to the next lot of the pair, at its cost, once and for good."""

import logging
from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.policy import Dust, ExitPolicy
from messages.ledger import RecordBuys, RecordLots
from messages.orders import PlaceSellOrder
from tests.actors.stage import POLICY, Stage, starting_keeper, trading_keeper

FEE = "0.000001"  # of a BUY of 0.001: what is received is 0.000999, of which 0.00099 are whole steps


def first_lot(stage: Stage) -> PlaceSellOrder:
    """A lot whose SELL stands on the book, and whose dust of 0.000009 is left."""
    stage.buys("0.001", fee=FEE, order_id=7001, trade_id=101)
    order = stage.order()
    stage.desk.tell(stage.accepts(order, 9001), stage.gateway)
    return order


def second_buy(stage: Stage) -> PlaceSellOrder:
    stage.buys("0.001", fee=FEE, order_id=7002, trade_id=102)
    return stage.order()


def records(stage: Stage) -> list[RecordLots]:
    return [message for name, message in stage.sent if name == "ledger" and isinstance(message, RecordLots)]


def lots_of(stage: Stage) -> dict[int, Lot]:
    """The newest state of each lot that the Ledger was sent."""
    return {lot.buy_order_id: lot for record in records(stage) for lot in record.lots}


def test_the_next_lot_sells_the_dust_along_at_its_cost():
    stage = trading_keeper()
    first_lot(stage)
    order = second_buy(stage)
    # 0.000999 and 0.000009 make 0.001008: a hundred steps, where alone it had been ninety-nine
    assert order.quantity == D("0.00100")
    lots = lots_of(stage)
    assert (lots[7001].remainder, lots[7002].remainder) == (0, D("0.000008"))
    (carry,) = lots[7002].dust_taken
    assert lots[7001].dust_given == (carry,)
    # its share of 60: 60 * 0.000009 / 0.000999
    assert (carry.quantity, carry.cost) == (D("0.000009"), D("0.540540540541"))
    # 60.540540540541 of cost for 0.001008; a hundred steps have a share of 60.060060060060 and the floor of that with
    # half a percent and the fee of a tenth is 60.060060060060 * 1.005 / 0.000999 = 60420.781...
    assert str(order.price) == "60420.79"


def test_both_lots_are_written_down_in_one_record():
    """Half of it would sell the dust twice, or lose it."""
    stage = trading_keeper()
    first_lot(stage)
    stage.sent.clear()
    second_buy(stage)
    (record,) = records(stage)
    assert {lot.buy_order_id for lot in record.lots} == {7001, 7002}


def test_nothing_but_the_order_goes_out_before_the_order(caplog):
    stage = trading_keeper()
    first_lot(stage)
    stage.sent.clear()
    with caplog.at_level(logging.INFO, logger="lotkeeper"):
        second_buy(stage)
    assert [type(message) for _, message in stage.sent] == [PlaceSellOrder, RecordLots, RecordBuys]
    told = [line.message for line in caplog.records if hasattr(line, "lot")]
    assert told == ["SELL sent", "dust carried", "bought"]


def test_what_would_not_make_one_step_more_stays_where_it_is():
    stage = trading_keeper()
    first_lot(stage)
    stage.buys("0.001", fee="0", order_id=7002, trade_id=102)
    assert stage.order().quantity == D("0.001")
    assert lots_of(stage)[7002].dust_taken == ()


def test_a_lot_below_the_smallest_order_is_sold_with_the_next_one():
    stage = trading_keeper()
    stage.buys("0.00005", order_id=7001, trade_id=101)  # worth 3 USDT
    stage.gateway.nothing(PlaceSellOrder)
    assert lots_of(stage)[7001].state is LotState.PARKED
    stage.buys("0.001", order_id=7002, trade_id=102)
    assert stage.order().quantity == D("0.00105")
    given = lots_of(stage)[7001]
    assert (given.state, given.reason, given.remainder) == (LotState.CLOSED, "its dust went to lot BTCUSDT-7002", 0)


def test_two_lots_below_the_smallest_order_are_sold_together():
    stage = trading_keeper()
    for number in (1, 2):
        stage.buys("0.00005", order_id=7000 + number, trade_id=100 + number)
    assert stage.order().quantity == D("0.0001")


def test_a_buy_that_goes_on_gives_nothing_away():
    stage = trading_keeper()
    stage.buys("0.00005", order_id=7001, trade_id=101, status="PARTIALLY_FILLED", executed="0.00005")
    stage.buys("0.001", order_id=7002, trade_id=102)
    assert stage.order().quantity == D("0.001")


def test_dust_that_is_written_off_is_not_carried():
    stage = trading_keeper(policy=replace(POLICY, dust=Dust.WRITE_OFF))
    first = first_lot(stage)
    assert str(first.price) == "60970.07"  # 60 * 1.005 / (0.00099 * 0.999) = 60970.060...
    assert second_buy(stage).quantity == D("0.00099")
    assert lots_of(stage)[7002].dust_taken == ()


def test_a_paused_pair_carries_nothing():
    from messages.pair_commands import PausePair

    stage = trading_keeper()
    first_lot(stage)
    stage.desk.tell(PausePair("BTCUSDT"))
    stage.buys("0.001", fee=FEE, order_id=7002, trade_id=102)
    assert lots_of(stage)[7002].dust_taken == ()


@pytest.mark.parametrize("filled", [False, True])
def test_a_crash_between_the_network_and_the_database_does_not_sell_the_dust_twice(filled):
    """The SELL is found on the exchange, covers more than its lot received, and takes the same dust again."""
    before = trading_keeper()
    first_lot(before)
    old = lots_of(before)[7001]
    before.desk.tell(before.accepts(second_buy(before), 9002), before.gateway)
    if filled:
        before.sold(9002, trade_id=501)
    stage = starting_keeper(incarnation=2, memory=before.memory)
    stage.loaded(old, cursor=101)  # what the database had before the second BUY
    stage.market()
    stage.answers()
    lots = lots_of(stage)
    assert (lots[7001].remainder, lots[7002].remainder) == (0, D("0.000008"))
    assert sum(lot.stock for lot in lots.values()) == D("0.001998")
    stage.buys("0.001", fee=FEE, order_id=7003, trade_id=503)
    # 0.000999 and the 0.000008 that are left
    assert stage.order().quantity == D("0.00100")


def test_dust_of_closed_lots_comes_back_from_the_database():
    before = trading_keeper()
    first_lot(before)
    before.desk.tell(before.sold(9001))
    closed = lots_of(before)[7001]
    assert (closed.state, closed.remainder) == (LotState.CLOSED, D("0.000009"))
    stage = starting_keeper(incarnation=2, memory=before.memory)
    stage.loaded(closed, cursor=999)
    stage.market()
    stage.answers()
    stage.recorded()
    stage.buys("0.001", fee=FEE, order_id=7002, trade_id=1002)
    assert stage.order().quantity == D("0.00100")


def test_the_database_is_asked_for_dust_only_where_it_is_kept():
    from messages.ledger import LoadPair

    keeps = starting_keeper()
    assert keeps.ledger.pop(LoadPair).with_dust
    writes_off = starting_keeper(policy=ExitPolicy(D("0.5"), dust=Dust.WRITE_OFF))
    assert not writes_off.ledger.pop(LoadPair).with_dust

"""Lots sold as a group: in which order the keeper has it done, whatever is lost or happens between the steps.

One lot is bought at 66000 and one at 60000, 0.001 BTC each. Their own floors are 66 * 1.005 / (0.001 * 0.999) =
66396.39... and 60360.36..., their common price is 126 * 1.005 / (0.002 * 0.999) = 63378.37...
"""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.policy import ExitPolicy
from messages.ledger import RecordLots
from messages.lifecycle import ChangePolicy, PairSettings
from messages.orders import CancelOutcomeUnknown, CancelSellOrder, PlaceSellOrder, SellCanceled, SellOutcomeUnknown
from tests.actors.stage import SYMBOL, Stage, trading_keeper

GROUP = ExitPolicy(D("0.5"), group=True)
DEAR, CHEAP = 7001, 7002
COMMON = "63378.38"


class Steps:
    """A keeper with both lots, and what the exchange and the Ledger do in turn."""

    def __init__(self, **more: Any) -> None:
        self.stage = trading_keeper(policy=GROUP, **more)
        self.buys(DEAR, 101, "66000")
        self.buys(CHEAP, 102, "60000")

    def buys(self, order_id: int, trade_id: int, price: str) -> None:
        self.stage.buys(order_id=order_id, trade_id=trade_id, at=price)
        self.accepts()

    def cancel(self) -> CancelSellOrder:
        """The one cancel that was sent; no SELL is sent before it is known to have ended."""
        cancel = self.stage.gateway.pop(CancelSellOrder)
        self.stage.gateway.nothing(CancelSellOrder)
        self.stage.gateway.nothing(PlaceSellOrder)
        return cancel

    def ends(self, cancel: CancelSellOrder) -> None:
        ended = replace(self.stage.memory.turned(cancel.order_id, "CANCELED"), cancel_id=cancel.cancel_id)
        self.stage.memory.keep(ended)
        self.stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended), self.stage.gateway)

    def accepts(self) -> PlaceSellOrder:
        order = self.stage.order()
        number = 9001 + len([each for each in self.stage.memory.orders if each >= 9001])
        self.stage.desk.tell(self.stage.accepts(order, number), self.stage.gateway)
        return order

    def raises(self) -> PlaceSellOrder:
        """The cheap lot goes up."""
        self.ends(self.cancel())
        return self.accepts()

    def lowers(self) -> PlaceSellOrder:
        """The move is recorded, and the dear lot goes down."""
        self.stage.recorded()
        self.ends(self.cancel())
        return self.accepts()

    def lot(self, number: int) -> Lot:
        return self.stage.book.lots[number]

    @property
    def moved(self) -> list[str]:
        return [str(self.lot(number).moved_cost.normalize()) for number in (DEAR, CHEAP)]

    def waits(self) -> None:
        """Until the keeper sends the exchange something, or half a minute."""
        for _ in range(30):
            if not self.is_quiet():
                return
            self.stage.desk.advance(1)
            self.stage.answers()
            self.stage.recorded()

    def is_quiet(self) -> bool:
        sent = [each for each in self.stage.gateway.received if isinstance(each, CancelSellOrder | PlaceSellOrder)]
        return not sent

    def written(self, *, is_all: bool = True) -> tuple[Lot, ...]:
        """What the database has: all that the Ledger was sent, or (`is_all` False) all but the last record."""
        records = [each for name, each in self.stage.sent if name == "ledger" and isinstance(each, RecordLots)]
        newest = {lot.buy_order_id: lot for each in records[: None if is_all else -1] for lot in each.lots}
        return tuple(lot for _, lot in sorted(newest.items()))

    def starts_again(self, *lots: Lot, answers: int = 1) -> None:
        """Another keeper begins with these lots; what stands on the exchange stands there."""
        cursor = 100 if lots else None
        self.stage = Stage(policy=GROUP, memory=self.stage.memory, incarnation=self.stage.incarnation + 1)
        self.stage.loaded(*lots, cursor=cursor)
        self.stage.market()
        for _ in range(answers):
            self.stage.answers()


def test_the_cheap_lot_goes_up_then_cost_moves_and_only_then_the_dear_lot_goes_down():
    steps = Steps()
    assert steps.moved == ["0", "0"]
    raised = steps.raises()
    assert (raised.client_id, str(raised.price)) == ("lk1-5ei-2", COMMON)
    assert steps.moved == ["-3", "3"]
    assert steps.is_quiet()  # the dear lot stands as long as the move is not recorded
    steps.stage.desk.advance(4)
    assert steps.is_quiet()
    lowered = steps.lowers()
    assert (lowered.client_id, str(lowered.price)) == ("lk1-5eh-2", COMMON)
    steps.stage.recorded()
    steps.stage.compared()
    assert steps.is_quiet()


def test_both_sides_of_a_move_are_in_one_record():
    steps = Steps()
    steps.raises()
    sent = [each for name, each in steps.stage.sent if name == "ledger" and isinstance(each, RecordLots)]
    record = [each for each in sent if each.lots][-1]
    assert [str(lot.moved_cost.normalize()) for lot in record.lots] == ["-3", "3"]


def test_without_the_key_each_lot_stands_at_its_own_floor():
    stage = trading_keeper()
    for order_id, trade_id, price, sell_id in ((DEAR, 101, "66000", 9001), (CHEAP, 102, "60000", 9002)):
        stage.buys(order_id=order_id, trade_id=trade_id, at=price)
        stage.desk.tell(stage.accepts(stage.order(), sell_id), stage.gateway)
    stage.recorded()
    stage.compared()
    stage.gateway.nothing(CancelSellOrder)


# Replies that are lost


def test_a_lost_reply_of_the_first_cancel():
    steps = Steps()
    cancel = steps.cancel()
    steps.stage.memory.keep(replace(steps.stage.memory.turned(9002, "CANCELED"), cancel_id=cancel.cancel_id))
    steps.stage.desk.tell(CancelOutcomeUnknown(SYMBOL, cancel.client_id, "HTTP 504"), steps.stage.gateway)
    assert steps.moved == ["0", "0"]
    steps.stage.answers()
    assert str(steps.accepts().price) == COMMON
    assert steps.moved == ["-3", "3"]


def test_a_lost_reply_of_the_first_placement():
    steps = Steps()
    steps.ends(steps.cancel())
    order = steps.stage.order()
    steps.stage.accepts(order, 9003)
    steps.stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), steps.stage.gateway)
    assert steps.moved == ["0", "0"]  # it may not stand
    for _ in range(10):
        steps.stage.desk.advance(1)
        steps.stage.answers()
    assert steps.moved == ["-3", "3"]


def test_a_lost_reply_of_the_second_cancel_and_the_second_placement():
    steps = Steps()
    steps.raises()
    steps.stage.recorded()
    cancel = steps.cancel()
    steps.stage.memory.keep(replace(steps.stage.memory.turned(9001, "CANCELED"), cancel_id=cancel.cancel_id))
    steps.stage.desk.tell(CancelOutcomeUnknown(SYMBOL, cancel.client_id, "HTTP 504"), steps.stage.gateway)
    steps.stage.answers()
    order = steps.stage.order()
    assert str(order.price) == COMMON
    steps.stage.accepts(order, 9004)
    steps.stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), steps.stage.gateway)
    for _ in range(10):
        steps.stage.desk.advance(1)
        steps.stage.answers()
    assert str(steps.lot(DEAR).live_sells[0].price) == COMMON
    assert steps.moved == ["-3", "3"]


# Fills between the steps


def sells(steps: Steps, order_id: int) -> None:
    steps.stage.desk.tell(steps.stage.sold(order_id))


def test_the_cheap_lot_is_sold_while_it_is_cancelled():
    steps = Steps()
    steps.cancel()
    sells(steps, 9002)
    assert steps.lot(CHEAP).state is LotState.CLOSED
    steps.stage.desk.advance(3)
    assert steps.is_quiet()
    assert steps.moved == ["0", "0"]
    assert str(steps.lot(DEAR).live_sells[0].price) == "66396.40"


def test_the_dear_lot_is_sold_before_the_cheap_one_is_up():
    steps = Steps()
    cancel = steps.cancel()
    sells(steps, 9001)
    steps.ends(cancel)
    assert str(steps.accepts().price) == COMMON  # it may ask for more than its floor
    assert steps.lot(CHEAP).moved_cost == 0


def test_the_dear_lot_is_sold_after_cost_moved_and_before_it_goes_down():
    """It earns more then, and the cheap one bears what was moved to it."""
    steps = Steps()
    steps.raises()
    sells(steps, 9001)
    steps.stage.recorded()
    assert steps.is_quiet()
    assert steps.lot(DEAR).state is LotState.CLOSED
    assert steps.lot(DEAR).stock_cost == 63
    assert steps.lot(CHEAP).stock_cost == 63


def test_the_cheap_lot_is_sold_after_cost_moved():
    steps = Steps()
    steps.raises()
    sells(steps, 9003)
    steps.stage.recorded()
    assert str(steps.lowers().price) == COMMON
    assert steps.lot(CHEAP).cost_sold == 63


def test_the_cheap_lot_is_sold_in_part_before_cost_moves():
    """What is sold of it at the common price bears its part of what is moved."""
    steps = Steps()
    cancel = steps.cancel()
    steps.stage.desk.tell(steps.stage.sold(9002, quantity="0.0004"))
    steps.ends(cancel)
    order = steps.accepts()
    # (66 + 36) * 1.005 / (0.0016 * 0.999) = 64133.88... would be the common price now; it went up to the one before
    assert (str(order.price), str(order.quantity)) == (COMMON, "0.00060")
    assert sum(steps.lot(number).moved_cost for number in (DEAR, CHEAP)) == 0
    brings = order.price * order.quantity * D("0.999")
    assert brings >= steps.lot(CHEAP).live_sells[0].cost * D("1.005")


# Another keeper between the steps


@pytest.mark.parametrize("is_written", [True, False])
def test_another_keeper_goes_on_after_each_step(is_written: bool):
    """Whether or not the newest record has reached the database."""
    steps = Steps()
    steps.starts_again(*steps.written(is_all=is_written))
    steps.waits()  # the cancel of the earlier keeper may still arrive
    steps.raises()
    steps.starts_again(*steps.written(is_all=is_written))
    assert steps.moved == ["-3", "3"]
    steps.stage.recorded()
    steps.ends(steps.cancel())
    steps.accepts()
    assert str(steps.lot(DEAR).live_sells[0].price) == COMMON


def test_another_keeper_that_does_not_know_of_the_move_lowers_nothing_before_it_has_moved_again():
    steps = Steps()
    before = steps.written()
    steps.raises()
    steps.starts_again(*before)
    for _ in range(3):
        steps.stage.desk.advance(1)
        steps.stage.answers()
    assert not any(order.price < D(66000) for order in steps.lot(DEAR).live_sells)


# Without the database


def lost(steps: Steps) -> None:
    steps.starts_again(answers=3)
    for _ in range(3):
        steps.stage.desk.advance(20)
        steps.stage.answers()
        steps.stage.recorded()


def asked(steps: Steps) -> D:
    """What both lots ask for, or have brought, in all; both are rebuilt."""
    standing = [each for each in steps.stage.memory.orders.values() if each.order_id >= 9001]
    sold = sum((each.executed * each.price for each in standing), D(0))
    still = [each for each in standing if not each.is_final]
    return sold + sum(((each.quantity - each.executed) * each.price for each in still), D(0))


WANTED = D(126) * D("1.005") / D("0.999")


@pytest.mark.parametrize("until", ["bought", "raised", "lowered"])
def test_with_the_database_lost_the_lots_stand_where_they_stood(until: str):
    steps = Steps()
    if until != "bought":
        steps.raises()
    if until == "lowered":
        steps.lowers()
    before = asked(steps)
    lost(steps)
    assert steps.is_quiet()
    assert asked(steps) == before >= WANTED


def test_a_cheap_lot_whose_sell_ends_asks_for_what_it_asked_before_the_database_was_lost():
    steps = Steps()
    steps.raises()
    steps.lowers()
    sells(steps, 9004)  # the dear lot, for less than it cost
    lost(steps)
    ended = steps.stage.memory.turned(9003, "EXPIRED")
    steps.stage.memory.keep(ended)
    steps.stage.compared()
    for _ in range(3):
        steps.stage.desk.advance(1)
        steps.stage.answers()
    order = steps.accepts()
    assert str(order.price) == COMMON  # and not 60360.37
    assert asked(steps) >= WANTED


def test_a_sell_that_an_old_backup_does_not_know_is_asked_for_by_its_name():
    """The backup is from before the rearrangement, and the cheap lot has no SELL now."""
    steps = Steps()
    backup = steps.written()
    steps.raises()
    steps.lowers()
    sells(steps, 9004)
    steps.stage.memory.keep(steps.stage.memory.turned(9003, "EXPIRED"))
    steps.starts_again(*backup, answers=4)
    order = steps.accepts()
    assert (order.client_id, str(order.price)) == ("lk1-5ei-3", COMMON)


# What a person does


def reload(steps: Steps, policy: ExitPolicy) -> None:
    steps.stage.desk.tell(ChangePolicy(PairSettings(SYMBOL, policy)))


def test_a_reload_without_the_key_leaves_the_moved_cost_where_it_is():
    steps = Steps()
    steps.raises()
    steps.lowers()
    reload(steps, replace(GROUP, group=False))
    steps.stage.recorded()
    steps.stage.compared()
    assert steps.is_quiet()
    assert steps.moved == ["-3", "3"]


def test_a_reload_without_the_key_ends_a_rearrangement():
    steps = Steps()
    cancel = steps.cancel()
    reload(steps, replace(GROUP, group=False))
    steps.ends(cancel)
    assert str(steps.accepts().price) == "60360.37"
    assert steps.moved == ["0", "0"]


def test_a_reload_with_the_key_rearranges_at_the_next_comparison():
    stage = trading_keeper()
    steps = Steps.__new__(Steps)
    steps.stage = stage
    for number, trade_id, price in ((DEAR, 101, "66000"), (CHEAP, 102, "60000")):
        steps.buys(number, trade_id, price)
    reload(steps, GROUP)
    stage.recorded()
    stage.compared()
    assert str(steps.raises().price) == COMMON


def test_a_rearrangement_whose_sells_do_not_come_to_stand_is_given_up():
    """And what has gone up goes down again."""
    steps = Steps()
    steps.ends(steps.cancel())
    order = steps.stage.order()
    steps.stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), steps.stage.gateway)
    steps.stage.desk.advance(61)
    assert steps.moved == ["0", "0"]
    steps.stage.accepts(order, 9003)
    steps.waits()
    assert str(steps.raises().price) == "60360.37"
    assert steps.moved == ["0", "0"]

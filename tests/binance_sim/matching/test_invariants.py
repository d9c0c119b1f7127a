"""The checks of the conservation run work: each planted error of the engine is found within a few orders."""

import pytest

from binance_sim.account.funds import Funds
from binance_sim.account.reserves import Reserve
from binance_sim.matching import activate_order, execute_plan, settlement
from binance_sim.matching.asset_ledger import AssetLedger
from binance_sim.matching.books import BookSide
from binance_sim.numbers import ATOM, up
from tests.binance_sim.matching.crowd import Crowd
from tests.binance_sim.matching.invariants import check

STEPS = 400
ZERO_TEXT = staticmethod(lambda *_, **__: None)


def receives_an_atom_more(patch):
    true = Funds.receive
    patch.setattr(Funds, "receive", lambda funds, asset, amount: true(funds, asset, amount + ATOM))


def commissions_vanish(patch):
    patch.setattr(AssetLedger, "commission", ZERO_TEXT)


def rounds_one_side_of_a_trade_up(patch):
    true = settlement.settle
    patch.setattr(
        execute_plan, "settle", lambda order, qty, quote, *rest: true(order, qty, up(quote + ATOM / 2), *rest)
    )


def a_better_price_frees_nothing(patch):
    patch.setattr(settlement, "shrink_reserve", ZERO_TEXT)


def what_is_canceled_stays_locked(patch):
    patch.setattr(Reserve, "release_holder", ZERO_TEXT)


def what_is_canceled_stays_in_the_book(patch):
    patch.setattr(BookSide, "remove", ZERO_TEXT)


def takers_see_no_makers(patch):
    patch.setattr(activate_order, "plan_quantity", lambda *_: [])


def levels_forget_what_was_taken(patch):
    true = BookSide.reduce

    def take(side, resting, qty):
        level = side.at(resting.price)
        true(side, resting, qty)
        level.total += qty

    patch.setattr(BookSide, "reduce", take)


def a_pairs_other_order_goes_on(patch):
    patch.setattr(execute_plan, "end_other_leg", ZERO_TEXT)


PLANTED = {
    receives_an_atom_more: "from nowhere",
    commissions_vanish: "from nowhere",
    rounds_one_side_of_a_trade_up: "from nowhere",
    a_better_price_frees_nothing: "needs",
    what_is_canceled_stays_locked: "locked",
    what_is_canceled_stays_in_the_book: "is crossed|rests: True",
    a_pairs_other_order_goes_on: "needs",
    takers_see_no_makers: "is crossed",
    levels_forget_what_was_taken: "total at",
}


@pytest.mark.parametrize(("plant", "found"), PLANTED.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_planted_mistake_is_found(monkeypatch, plant, found):
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        run()


def test_without_one_there_is_nothing_to_find():
    run()


def run():
    crowd = Crowd(1)
    for _ in range(STEPS):
        crowd.order_something()
        check(crowd.exchange, every_order=False)
        crowd.stir()
        check(crowd.exchange)

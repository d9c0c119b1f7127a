"""The judge at the end of a schedule: which coins manual sales explain, and which not."""

from decimal import Decimal as D
from types import SimpleNamespace

import pytest

from lotkeeper.exchange.rest.outcomes import Answered, Unknown, outcome_of
from tests.binance_sim.support import Bench
from tests.simulation.judge import BrokenPromiseError, Judge
from tests.simulation.lot_not_offered import lot_not_offered
from tests.simulation.pairs_of_orders import is_stop, open_quantity

LEAST = {1: D("0.034"), 2: D("0.034"), 3: D("0.034")}


def test_a_lot_without_a_sell_is_not_explained_where_nothing_was_sold_manually():
    assert lot_not_offered({}, LEAST, D(0)) is None
    assert lot_not_offered({1: D("0.034")}, LEAST, D(0)) == (1, D("0.034"))


def test_a_manual_sale_explains_a_lot_if_it_can_have_left_too_little_of_it():
    assert lot_not_offered({1: D("0.050")}, LEAST, D("0.017")) is None
    assert lot_not_offered({1: D("0.050")}, LEAST, D("0.016")) == (1, D("0.034"))


def test_one_manual_sale_can_have_left_dust_of_more_than_one_lot():
    """Seed 10056: of the 0.072 that were sold, 0.025 were of the first lot and 0.047 of the second."""
    assert lot_not_offered({1: D("0.04995"), 2: D("0.06993")}, LEAST, D("0.072")) is None


def test_a_manual_sale_does_not_explain_more_than_it_sold():
    assert lot_not_offered({1: D("0.050"), 2: D("0.070")}, LEAST, D("0.052")) == (2, D("0.034"))
    assert lot_not_offered({1: D("0.050"), 2: D("0.070"), 3: D("0.036")}, LEAST, D("0.053")) == (3, D("0.035"))


NAME = "lk1-1-1"
NOT_KNOWN = outcome_of(400, {}, b'{"code": -2013, "msg": "Order does not exist."}')


@pytest.fixture
def world():
    database = SimpleNamespace(has_loaded=lambda *_: True)
    return SimpleNamespace(now=0.0, system=SimpleNamespace(incarnation=1, gateway=object()), database=database)


def send(judge, at):
    judge.world.now = at
    judge.on_request("POST", {"newClientOrderId": NAME})


def ask(judge, at):
    """Asks about the order; the proof of the exchange's answer."""
    judge.world.now = at
    return judge.on_answer("/api/v3/order", {"origClientOrderId": NAME}, NOT_KNOWN)


def test_an_order_without_an_answer_may_be_sent_again_once_a_gateway_read_that_the_exchange_does_not_have_it(world):
    judge = Judge(world)
    send(judge, 0.0)
    judge.on_reply("GET", {}, NOT_KNOWN, ask(judge, 15.1))
    send(judge, 15.4)


def test_an_answer_that_is_still_on_its_way_is_none(world):
    judge = Judge(world)
    send(judge, 0.0)
    proof = ask(judge, 15.1)
    judge.on_reply("GET", {}, Unknown("no answer in time"), proof)
    with pytest.raises(BrokenPromiseError, match="4: "):
        send(judge, 15.2)


def test_what_the_exchange_said_while_the_order_could_still_arrive_counts_for_nothing(world):
    """However late the answer comes."""
    judge = Judge(world)
    send(judge, 0.0)
    proof = ask(judge, 14.9)
    world.now = 15.3
    judge.on_reply("GET", {}, NOT_KNOWN, proof)
    with pytest.raises(BrokenPromiseError, match="4: "):
        send(judge, 15.4)


def test_an_answer_to_the_order_itself_counts_once_it_is_read(world):
    judge = Judge(world)
    send(judge, 0.0)
    judge.on_reply("POST", {"newClientOrderId": NAME}, Answered({}))
    send(judge, 0.2)


def test_a_target_that_has_sold_in_part_and_a_stop_that_has_not_expired_yet_cover_the_coins_once():
    """Seed 80039: the exchange reports the trade of the target before the end of its stop."""
    bench = Bench({"USDT": "1000", "BTC": "1"})
    bench.print("60000", "0.01", buyer_is_maker=True)
    stop = bench.ticket("SELL", "STOP_LOSS_LIMIT", qty="1", price="59000", stop_price="59000")
    whole = bench.place_list(None, bench.ticket("SELL", "LIMIT_MAKER", qty="1", price="61000"), stop)
    target = next(order for order in whole.orders if not is_stop(order))
    target.filled = D("0.4")
    assert open_quantity(whole.orders) == D("0.6")

"""A BUY that a person asks for pays for its SELL, which the exchange places (OPO), at a keeper's desk."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.buying.purchase import PurchaseWish, new_purchase
from lotkeeper.trading.filters.counts import MaxNumOrderLists
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.client_ids import paid_sell_id, paid_sell_name
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import Adoption
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.account import OrderReported
from messages.control import CommandDone, CommandRefused
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled
from messages.pair_commands import BuyCoins, CancelOrder, PurchaseAnswered
from messages.purchases import BuyPlaced, PlaceBuyOrder, PurchaseRecorded, RecordPurchase
from messages.queries import AskExchange, FetchTop, OrdersFetched, TopFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, fill, report
from tests.actors.stage import Stage, starting_keeper, trading_keeper

WISH = PurchaseWish(D(50000), D("0.01"), None, NOW_MS, "alice", "monthly")
PURCHASE = new_purchase(SYMBOL, WISH, 1)
NAME, SELL = PURCHASE.client_id, paid_sell_id(PURCHASE.client_id)
LIST, BUY_ID, SELL_ID, PRICE = 12, 7002, 7003, "50350.66"


def takes_opo(stage: Stage) -> Stage:
    market = stage.book.market
    stage.book.set_terms(replace(market, pair=replace(market.pair, takes_opo=True)), stage.book.policy)
    return stage


def bought(executed: str = "0.01", status: str = "FILLED") -> OrderReport:
    return replace(report(BUY_ID, NAME, Side.BUY, status, "0.01", executed, "50000"), list_id=LIST)


def sells(status: str = "NEW", executed: str = "0", quantity: str = "0.01") -> OrderReport:
    return replace(report(SELL_ID, SELL, Side.SELL, status, quantity, executed, PRICE), list_id=LIST)


PENDING = sells("PENDING_NEW", quantity="0")


def part(quantity: str, trade_id: int = 301):
    return replace(fill(BUY_ID, trade_id, Side.BUY, quantity, "50000", "0", "BTC"), list_id=LIST)


def begun(stage: Stage, wish: PurchaseWish = WISH) -> tuple[Probe, PlaceBuyOrder]:
    """The BUY has left, and is not answered."""
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(BuyCoins(SYMBOL, wish, False, False), person)
    question = stage.gateway.pop(FetchTop)
    stage.desk.tell(TopFetched(question.request_id, SYMBOL, BestPrices(D(59999), D(60000))), stage.gateway)
    recorded = stage.ledger.pop(RecordPurchase)
    stage.desk.tell(PurchaseRecorded(SYMBOL, recorded.number, PURCHASE, True), stage.ledger)
    asked = stage.gateway.pop(AskExchange)
    stage.desk.tell(OrdersFetched(asked.request_id, ()), stage.gateway)
    return person, stage.gateway.pop(PlaceBuyOrder)


def tell(stage: Stage, known: OrderReport, *fills) -> None:
    """The exchange has it, and the user stream tells of it."""
    stage.memory.keep(known, *fills)
    stage.desk.tell(OrderReported(known, fills[0] if fills else None))


@pytest.fixture
def stage():
    """The list stands: nothing is bought yet."""
    found = takes_opo(trading_keeper())
    person, order = begun(found)
    assert (order.price, order.quantity, order.sell_price) == (50000, D("0.01"), D(PRICE))
    waits = bought("0", "NEW")
    found.memory.keep(waits)
    found.memory.keep(PENDING)
    found.desk.tell(BuyPlaced(SYMBOL, NAME, waits, (), (PENDING,)), found.gateway)
    document = person.pop(PurchaseAnswered).document
    assert (document["state"], document["sell_by_exchange"], document["sell_price"]) == ("bought", True, PRICE)
    return found


@pytest.fixture
def standing(stage):
    """The BUY is filled, and its SELL stands."""
    tell(stage, bought(), part("0.01"))
    stage.gateway.nothing(PlaceSellOrder)
    tell(stage, sells())
    stage.answers()
    return stage


def test_while_it_is_filled_in_parts_nothing_is_placed(stage):
    tell(stage, bought("0.004", "PARTIALLY_FILLED"), part("0.004"))
    stage.compared()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.book.lots[BUY_ID].hold is HoldReason.ORDER_LIST
    assert stage.last_report().unprotected == 0


def test_its_sell_is_one_of_ours_and_its_sale_closes_the_lot(standing):
    lot = standing.book.lots[BUY_ID]
    (order,) = lot.orders
    assert (lot.state, lot.hold, order.name) == (LotState.SELLING, None, paid_sell_name(BUY_ID, NAME))
    standing.compared()
    standing.gateway.nothing(PlaceSellOrder)
    took = replace(fill(SELL_ID, 700, Side.SELL, "0.01", PRICE, "0", "USDT"), list_id=LIST)
    tell(standing, sells("FILLED", "0.01"), took)
    lot = standing.book.lots[BUY_ID]
    assert (lot.state, lot.sold, lot.disposals) == (LotState.CLOSED, D("0.01"), ())
    standing.gateway.nothing(PlaceSellOrder)


def test_the_reply_may_bring_all_of_it_at_once():
    stage = takes_opo(trading_keeper())
    person, _ = begun(stage)
    stage.memory.keep(bought(), part("0.01"))
    stage.memory.keep(sells())
    fills = (replace(part("0.01"), list_id=None),)  # the reply says of no fill in which list it is
    stage.desk.tell(BuyPlaced(SYMBOL, NAME, bought(), fills, (sells(),)), stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)
    assert [each.state for each in stage.book.lots[BUY_ID].orders] == [OrderState.OPEN]
    assert person.pop(PurchaseAnswered).document["status"] == "FILLED"


def test_while_answers_are_behind_the_lot_is_left_to_the_sell_that_the_exchange_has_placed(stage):
    """The events of the SELL were lost, a new keeper begins, and its first answers are from before the SELL."""
    tell(stage, bought(), part("0.01"))
    stage.compared()
    lot = stage.book.lots[BUY_ID]
    assert lot.hold is HoldReason.ORDER_LIST
    again = starting_keeper()
    again.memory.keep(bought(), part("0.01"))
    again.loaded(lot, cursor=301)
    again.market()
    again.answers()
    again.compared()
    again.gateway.nothing(PlaceSellOrder)
    assert again.book.lots[BUY_ID].hold is HoldReason.ORDER_LIST
    took = replace(fill(SELL_ID, 700, Side.SELL, "0.01", PRICE, "0", "USDT"), list_id=LIST)
    again.memory.keep(sells("FILLED", "0.01"), took)
    again.compared()
    again.gateway.nothing(PlaceSellOrder)
    lot = again.book.lots[BUY_ID]
    assert (lot.state, lot.sold, lot.disposals) == (LotState.CLOSED, D("0.01"), ())


def test_where_its_buy_is_cancelled_the_lot_is_sold_by_the_policy(stage):
    tell(stage, bought("0.004", "PARTIALLY_FILLED"), part("0.004"))
    person = stage.desk.probe("a person who cancels")
    stage.desk.tell(CancelOrder(SYMBOL, SELL, "alice", "", False), person)  # a list is cancelled as a whole
    cancel = stage.gateway.pop(CancelSellOrder)
    assert (cancel.client_id, cancel.order_id) == (NAME, BUY_ID)
    ended = replace(bought("0.004", "CANCELED"), cancel_id=cancel.cancel_id)
    other = replace(PENDING, status="CANCELED", cancel_id=cancel.cancel_id)
    for each in (ended, other):
        stage.memory.keep(replace(each, client_id=cancel.cancel_id, cancel_id=""))  # as a query shows it
    stage.desk.tell(SellCanceled(SYMBOL, NAME, ended, (other,)), stage.gateway)
    assert "it had bought 0.004 of 0.01 BTC" in person.pop(CommandDone).text
    stage.compared()
    placed = stage.order()
    assert (placed.quantity, placed.client_id) == (D("0.004"), "lk1-5ei-1")


def test_a_person_cancels_its_sell_like_any_of_ours(standing):
    person = standing.desk.probe("a person who cancels")
    standing.desk.tell(CancelOrder(SYMBOL, SELL, "alice", "the news", False), person)
    cancel = standing.gateway.pop(CancelSellOrder)
    assert (cancel.client_id, cancel.order_id, cancel.cancel_id) == (SELL, SELL_ID, f"{SELL}-x")
    assert f"SELL {SELL} is cancelled" in person.pop(CommandDone).text
    ended = replace(sells("CANCELED"), cancel_id=cancel.cancel_id)
    standing.memory.keep(replace(ended, client_id=cancel.cancel_id, cancel_id=""))
    standing.desk.tell(SellCanceled(SYMBOL, SELL, ended), standing.gateway)
    assert standing.book.lots[BUY_ID].hold is HoldReason.CANCELLED_BY_HAND
    standing.gateway.nothing(PlaceSellOrder)


@pytest.mark.parametrize("executed", ["0", "0.004", "0.01"])
def test_a_lost_database_is_rebuilt_from_the_exchange(executed):
    """It has the SELL under its name, and the BUY under its own."""
    stage = starting_keeper()
    stage.memory.keep(bought(), part("0.01"))
    took = (
        () if executed == "0" else (replace(fill(SELL_ID, 700, Side.SELL, executed, PRICE, "0", "USDT"), list_id=LIST),)
    )
    status = {"0": "NEW", "0.004": "PARTIALLY_FILLED", "0.01": "FILLED"}[executed]
    stage.memory.keep(sells(status, executed), *took)
    stage.loaded(cursor=None)
    stage.market()
    questions = stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    lot = stage.book.lots.get(BUY_ID)
    assert lot is not None, questions
    assert (lot.sold, lot.open_quantity, lot.disposals) == (D(executed), D("0.01") - D(executed), ())
    assert [each.name for each in lot.orders] == [paid_sell_name(BUY_ID, NAME)]
    assert not stage.last_report().watch_only


def test_of_two_equal_commands_at_once_one_buys():
    """Recorded in the other order, one that buys once more would buy beside the one that does not."""
    stage = takes_opo(trading_keeper())
    first, second = stage.desk.probe("first"), stage.desk.probe("second")
    stage.desk.tell(BuyCoins(SYMBOL, WISH, True, False), first)
    stage.desk.tell(BuyCoins(SYMBOL, WISH, False, False), second)
    assert "the same is being asked for at this moment" in second.pop(CommandRefused).text
    question = stage.gateway.pop(FetchTop)
    stage.desk.tell(TopFetched(question.request_id, SYMBOL, BestPrices(D(59999), D(60000))), stage.gateway)
    stage.ledger.pop(RecordPurchase)
    stage.ledger.nothing(RecordPurchase)


def test_one_whose_questions_are_never_answered_does_not_keep_the_next_for_ever():
    """Both are told that the BUY of an earlier day never arrived, the first one late."""
    stage = takes_opo(trading_keeper())
    earlier = replace(PURCHASE, sent_ms=NOW_MS - 120_000)
    people = [stage.desk.probe("first"), stage.desk.probe("second")]
    for person in people:
        stage.desk.tell(BuyCoins(SYMBOL, WISH, False, False), person)
        question = stage.gateway.pop(FetchTop)
        stage.desk.tell(TopFetched(question.request_id, SYMBOL, BestPrices(D(59999), D(60000))), stage.gateway)
        stage.desk.advance(31.0)
    recorded = [stage.ledger.pop(RecordPurchase) for _ in people]
    for each in recorded:
        stage.desk.tell(PurchaseRecorded(SYMBOL, each.number, earlier, False), stage.ledger)
    asked = [each.question for each in stage.gateway.received if isinstance(each, AskExchange)]
    assert asked.count(OrderByClientId(NAME)) == 1


def planned(stage: Stage) -> dict:
    person = stage.desk.probe(f"a person who asks ({len(stage.sent)})")
    stage.desk.tell(BuyCoins(SYMBOL, WISH, False, True), person)
    question = stage.gateway.pop(FetchTop)
    stage.desk.tell(TopFetched(question.request_id, SYMBOL, BestPrices(D(59999), D(60000))), stage.gateway)
    return person.pop(PurchaseAnswered).document


def test_where_buys_are_adopted_by_hand_it_goes_alone():
    document = planned(takes_opo(trading_keeper(adoption=Adoption(takes_all=False))))
    assert (document["sell_by_exchange"], document["no_list"]) == (
        False,
        "BUYs on this pair become lots only when you name them",
    )


def test_a_list_whose_sell_stands_takes_one_of_the_lists_of_the_pair(standing):
    pair = standing.book.market.pair
    for limit, is_paid in ((2, True), (1, False)):
        few = replace(pair, filters=(*pair.filters, MaxNumOrderLists(limit)))
        standing.book.set_terms(replace(standing.book.market, pair=few), standing.book.policy)
        assert planned(standing)["sell_by_exchange"] is is_paid

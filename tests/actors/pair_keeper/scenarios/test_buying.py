"""A person buys with `lotkeeper buy`, at a keeper's desk."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.buying.purchase import PurchaseWish, new_purchase
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.account import OrderReported
from messages.control import CommandRefused
from messages.orders import PlaceSellOrder
from messages.pair_commands import BuyCoins, PausePair, PurchaseAnswered
from messages.purchases import (
    BuyOutcomeUnknown,
    BuyPlaced,
    BuyRefused,
    PlaceBuyOrder,
    PurchaseRecorded,
    RecordPurchase,
)
from messages.queries import AskExchange, FetchFailed, FetchTop, OrdersFetched, TopFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, fill, report
from tests.actors.stage import Stage, trading_keeper

WISH = PurchaseWish(None, D("0.001"), None, NOW_MS, "alice", "monthly")


def asks(stage: Stage, wish: PurchaseWish = WISH, *, dry: bool = False, again: bool = False) -> Probe:
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(BuyCoins(SYMBOL, wish, again, dry), person)
    return person


def ask_is(stage: Stage, price: str = "60000") -> None:
    question = stage.gateway.pop(FetchTop)
    top = BestPrices(D(price) - 1, D(price))
    stage.desk.tell(TopFetched(question.request_id, SYMBOL, top), stage.gateway)


def recorded(stage: Stage, *, is_new: bool = True, **changes: Any) -> PurchaseRecorded:
    question = stage.ledger.pop(RecordPurchase)
    purchase = replace(new_purchase(SYMBOL, WISH, 1), **changes)
    answer = PurchaseRecorded(SYMBOL, question.number, purchase, is_new)
    stage.desk.tell(answer, stage.ledger)
    return answer


def exchange_has(stage: Stage, *reports: Any) -> None:
    asked = stage.gateway.pop(AskExchange)
    assert isinstance(asked.question, OrderByClientId)
    stage.desk.tell(OrdersFetched(asked.request_id, reports), stage.gateway)


def begun(stage: Stage) -> tuple[Probe, PlaceBuyOrder]:
    """The BUY has left, and is not answered."""
    person = asks(stage)
    ask_is(stage)
    recorded(stage)
    exchange_has(stage)
    return person, stage.gateway.pop(PlaceBuyOrder)


def placed(order: PlaceBuyOrder) -> BuyPlaced:
    took = fill(7002, 301, Side.BUY, "0.001", "60000", "0", "BTC")
    known = report(7002, order.client_id, Side.BUY, "FILLED", "0.001", "0.001", "60000")
    return BuyPlaced(SYMBOL, order.client_id, known, (took,))


def test_a_dry_run_says_what_it_comes_to_and_does_nothing():
    stage = trading_keeper()
    person = asks(stage, dry=True)
    ask_is(stage)
    document = person.pop(PurchaseAnswered).document
    assert document == {
        "state": "planned",
        "pair": SYMBOL,
        "base": "BTC",
        "quote": "USDT",
        "kind": "MARKET",
        "price": None,
        "quantity": "0.001",
        "amount": None,
        "ask": "60000",
        "expected_price": "60000",
        "expected_quantity": "0.001",
        "cost": "60",
        "fee": "0.06",
        "sell_price": "60420.79",
        "sell_by_exchange": False,
        "no_list": "",
    }
    stage.ledger.nothing(RecordPurchase)


def test_it_is_recorded_and_looked_for_before_it_is_sent_and_its_fills_become_a_lot():
    stage = trading_keeper()
    person, order = begun(stage)
    assert (order.client_id, order.price, order.quantity, order.amount) == (
        "lkb-f6j-1233190c3r-1",
        None,
        D("0.001"),
        None,
    )
    person.nothing(PurchaseAnswered)
    stage.desk.tell(placed(order), stage.gateway)
    document = person.pop(PurchaseAnswered).document
    assert (document["state"], document["lot"], document["executed"]) == ("bought", f"{SYMBOL}-7002", "0.001")
    assert stage.order().client_id.startswith("lk1-5ei-")


def test_the_same_again_finds_what_the_exchange_has_of_it():
    stage = trading_keeper()
    person = asks(stage)
    ask_is(stage)
    client_id = recorded(stage, is_new=False).purchase.client_id
    exchange_has(stage, report(7002, client_id, Side.BUY, "FILLED", "0.001", "0.001", "60000"))
    document = person.pop(PurchaseAnswered).document
    assert (document["state"], document["status"], document["who"]) == ("found", "FILLED", "alice")
    stage.gateway.nothing(PlaceBuyOrder)


def test_one_that_a_lost_database_forgot_is_found_too():
    stage = trading_keeper()
    person = asks(stage)
    ask_is(stage)
    client_id = recorded(stage).purchase.client_id
    exchange_has(stage, report(7002, client_id, Side.BUY, "FILLED", "0.001", "0.001", "60000"))
    assert person.pop(PurchaseAnswered).document["state"] == "found"
    stage.gateway.nothing(PlaceBuyOrder)


def test_one_that_may_still_arrive_is_waited_for():
    stage = trading_keeper()
    person = asks(stage)
    ask_is(stage)
    recorded(stage, is_new=False)
    exchange_has(stage)
    assert "may still arrive or be shown for" in person.pop(CommandRefused).text
    stage.gateway.nothing(PlaceBuyOrder)


def test_one_that_never_arrived_is_sent_again_once_that_is_recorded():
    stage = trading_keeper()
    person = asks(stage)
    ask_is(stage)
    long_ago = NOW_MS - 120_000
    client_id = recorded(stage, is_new=False, sent_ms=long_ago).purchase.client_id
    exchange_has(stage)
    stage.gateway.nothing(PlaceBuyOrder)
    assert stage.ledger.received[-1].sent_again == client_id
    recorded(stage, is_new=False)
    order = stage.gateway.pop(PlaceBuyOrder)
    assert order.client_id == client_id
    stage.desk.tell(placed(order), stage.gateway)
    assert person.pop(PurchaseAnswered).document["state"] == "bought"


def test_an_outcome_that_is_not_known_is_said_and_nothing_is_sent_again():
    stage = trading_keeper()
    person, order = begun(stage)
    stage.desk.tell(BuyOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    assert "the same command again finds it" in person.pop(CommandRefused).text
    stage.desk.advance(60)
    stage.gateway.nothing(PlaceBuyOrder)


def test_a_refusal_of_the_exchange_is_said():
    stage = trading_keeper()
    person, order = begun(stage)
    stage.desk.tell(BuyRefused(SYMBOL, order.client_id, "insufficient balance (-2010)"), stage.gateway)
    assert person.pop(CommandRefused).text == "nothing was bought: insufficient balance (-2010)"


def again(stage: Stage, order: PlaceBuyOrder) -> Probe:
    """The same command a moment after its BUY was sent; the exchange has none."""
    person = asks(stage)
    ask_is(stage)
    recorded(stage, is_new=False, sent_ms=order.sent_ms)
    exchange_has(stage)
    return person


def test_after_a_refusal_the_same_command_sends_it_at_once():
    stage = trading_keeper()
    _, order = begun(stage)
    stage.desk.tell(BuyRefused(SYMBOL, order.client_id, "insufficient balance (-2010)"), stage.gateway)
    person = again(stage, order)
    assert stage.ledger.received[-1].sent_again == order.client_id
    recorded(stage, is_new=False)
    second = stage.gateway.pop(PlaceBuyOrder)
    assert second.client_id == order.client_id
    stage.desk.tell(placed(second), stage.gateway)
    assert person.pop(PurchaseAnswered).document["state"] == "bought"


def test_a_refusal_says_nothing_of_a_later_buy_of_the_same_name():
    stage = trading_keeper()
    _, order = begun(stage)
    stage.desk.tell(BuyRefused(SYMBOL, order.client_id, "insufficient balance (-2010)"), stage.gateway)
    again(stage, order)
    recorded(stage, is_new=False)
    stage.desk.tell(BuyOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    stage.gateway.pop(PlaceBuyOrder)
    stage.desk.tell(BuyRefused(SYMBOL, order.client_id, "a late copy"), stage.gateway)
    assert "may still arrive or be shown for" in again(stage, order).pop(CommandRefused).text
    stage.gateway.nothing(PlaceBuyOrder)


def test_what_cannot_be_is_refused_with_a_sentence():
    stage = trading_keeper()
    stage.selling()
    for wish, words in (
        (replace(WISH, quantity=D("0.00001")), "the exchange would refuse it: NOTIONAL"),
        (replace(WISH, price=D("61000")), "it would buy from your own SELL at 60360.37"),
    ):
        person = asks(stage, wish)
        ask_is(stage, "61000" if wish.price else "60000")
        assert words in person.pop(CommandRefused).text
    person = asks(stage)
    question = stage.gateway.pop(FetchTop)
    stage.desk.tell(FetchFailed(question.request_id, "no connection", 0.0), stage.gateway)
    assert "could not be asked: no connection; nothing was bought" in person.pop(CommandRefused).text
    stage.desk.tell(PausePair(SYMBOL))
    assert "could not be sold now: the pair is paused" in asks(stage).pop(CommandRefused).text
    stage.gateway.nothing(PlaceSellOrder)


def test_a_limit_for_a_sum_buys_as_much_as_it_pays_for():
    stage = trading_keeper()
    person = asks(stage, replace(WISH, price=D(50000), quantity=None, amount=D(60)), dry=True)
    ask_is(stage)
    document = person.pop(PurchaseAnswered).document
    assert (document["kind"], document["quantity"], document["expected_price"]) == ("LIMIT", "0.0012", "50000")


def test_one_that_an_event_has_told_of_is_found_though_no_query_shows_it():
    stage = trading_keeper()
    client_id = new_purchase(SYMBOL, WISH, 1).client_id
    stage.desk.tell(OrderReported(report(7002, client_id, Side.BUY, "FILLED", "0.001", "0.001", "60000"), None))
    stage.answers()
    person = asks(stage)
    ask_is(stage)
    recorded(stage, is_new=False, sent_ms=NOW_MS - 60_000)
    exchange_has(stage)
    assert person.pop(PurchaseAnswered).document["state"] == "found"
    stage.gateway.nothing(PlaceBuyOrder)

"""A person sells lots with `lotkeeper sell`, at a keeper's desk."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.lots.instructions import InstructionEnd, PriceKind
from lotkeeper.trading.lots.states import HoldReason, LotState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.selling.planned_sale import SaleWish
from messages.account import OrderReported
from messages.control import CommandDone, CommandRefused
from messages.ledger import LotsRecorded, RecordLots
from messages.orders import CancelSellOrder, PlaceSellOrder, SellCanceled, SellOutcomeUnknown
from messages.pair_commands import PausePair, SaleAnswered, SellLot, WithdrawSale
from messages.queries import FetchFailed, FetchTop, TopFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.stage import BUY_ID, Stage, starting_keeper, trading_keeper

LOT = f"{SYMBOL}-{BUY_ID}"


def wish(price: str | None = None, quantity: str | None = None, *, below: bool = False) -> SaleWish:
    """At the price, or at the market where none is given."""
    kind = PriceKind.MARKET if price is None else PriceKind.AT
    amounts = (None if each is None else D(each) for each in (price, quantity))
    return SaleWish(kind, *amounts, below, NOW_MS, "alice", "rent")


def asks(stage: Stage, wanted: SaleWish, *, dry: bool = False, again: bool = False, lot: str = LOT) -> Probe:
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(SellLot(SYMBOL, lot, wanted, again, dry), person)
    return person


def bid(stage: Stage, price: str = "60200") -> None:
    for question in [each for each in stage.gateway.received if isinstance(each, FetchTop)]:
        stage.gateway.received.remove(question)
        top = BestPrices(D(price), D(price) + 1)
        stage.desk.tell(TopFetched(question.request_id, SYMBOL, top), stage.gateway)


def sells(stage: Stage, wanted: SaleWish, **more: bool) -> Probe:
    """The command, its bid, and the Ledger's confirmation."""
    person = asks(stage, wanted, **more)
    bid(stage)
    stage.recorded()
    return person


def is_cancelled(stage: Stage, order_id: int = 9001) -> None:
    """The exchange takes the SELL off its book, as it was asked to."""
    cancel = stage.gateway.pop(CancelSellOrder)
    ended = replace(stage.memory.turned(order_id, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended), stage.gateway)


def test_a_dry_run_says_what_it_comes_to_and_does_nothing():
    stage = trading_keeper()
    standing = stage.selling()
    person = asks(stage, wish(quantity="0.0004", below=True), dry=True)
    bid(stage)
    document = person.pop(SaleAnswered).document
    assert document == {
        "state": "planned",
        "lot": LOT,
        "pair": SYMBOL,
        "base": "BTC",
        "quote": "USDT",
        "quantity": "0.0004",
        "kind": "MARKET",
        "price": "59899",  # half a percent under the bid
        "bid": "60200",
        "expected_price": "60200",
        "floor": "60360.37",
        "under_floor_pct": "0.77",
        "cost": "24",
        "fee": "0.02408",
        "net": "24.05592",
        "profit": "0.05592",
        "cancels": [standing.client_id],
        "left": "0.0006",
        "meets": None,
    }
    stage.gateway.nothing(CancelSellOrder)
    assert stage.book.lots[BUY_ID].instructions == ()


def test_it_is_recorded_before_anything_is_done_and_answered_when_it_is():
    stage = trading_keeper()
    stage.selling()
    stage.recorded()
    person = asks(stage, wish(below=True))
    bid(stage)
    person.nothing(SaleAnswered)
    stage.gateway.nothing(CancelSellOrder)
    (asked,) = stage.written().instructions
    assert (asked.who, asked.why, asked.quantity, asked.is_whole) == ("alice", "rent", D("0.001"), True)
    stage.recorded()
    assert person.pop(SaleAnswered).document["state"] == "begun"
    is_cancelled(stage)
    order = stage.order()
    assert (order.client_id, order.price, order.quantity) == ("lk1-5eh-2m", D(59899), D("0.001"))


def test_the_sale_closes_the_lot_and_the_rest_of_a_lot_stands_at_its_floor():
    stage = trading_keeper()
    stage.selling()
    sells(stage, wish(quantity="0.0004", below=True))
    is_cancelled(stage)
    order = stage.order()
    stage.desk.tell(stage.accepts(order, 9002), stage.gateway)
    rest = stage.order()
    assert (rest.quantity, rest.client_id) == (D("0.0006"), "lk1-5eh-3")
    stage.desk.tell(stage.accepts(rest, 9003), stage.gateway)
    stage.desk.tell(stage.sold(9002))
    stage.desk.tell(stage.sold(9003, trade_id=502))
    assert stage.written().state is LotState.CLOSED
    assert stage.written().sold == D("0.001")


def test_the_same_command_again_finds_the_first_and_sells_nothing_more():
    stage = trading_keeper()
    stage.selling()
    wanted = wish(quantity="0.0004", below=True)
    sells(stage, wanted).pop(SaleAnswered)
    later = replace(wanted, at_ms=NOW_MS + 60_000, who="bob")
    document = asks(stage, later).pop(SaleAnswered).document
    assert (document["state"], document["sold"], document["who"]) == ("found", "0", "alice")
    is_cancelled(stage)
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    stage.desk.tell(stage.sold(9002))
    document = asks(stage, later).pop(SaleAnswered).document
    assert (document["state"], document["sold"], document["orders"]) == ("found", "0.0004", [])
    assert len(stage.book.lots[BUY_ID].instructions) == 1


def test_again_sells_as_much_once_more():
    stage = trading_keeper()
    stage.selling()
    wanted = wish(quantity="0.0004", below=True)
    sells(stage, wanted)
    is_cancelled(stage)
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    stage.desk.tell(stage.accepts(stage.order(), 9003), stage.gateway)
    stage.desk.tell(stage.sold(9002))
    assert sells(stage, wanted, again=True).pop(SaleAnswered).document["state"] == "begun"
    is_cancelled(stage, 9003)
    assert (stage.order().client_id, stage.written().instructions[1].sold_before) == ("lk1-5eh-4m", D("0.0004"))


def test_two_who_ask_for_the_same_before_it_is_recorded_both_get_an_answer():
    stage = trading_keeper()
    stage.selling()
    first, second = asks(stage, wish(below=True)), asks(stage, wish(below=True))
    bid(stage)
    stage.recorded()
    assert first.pop(SaleAnswered).document["state"] == "begun"
    assert second.pop(SaleAnswered).document["state"] == "found"
    assert len(stage.book.lots[BUY_ID].instructions) == 1


def test_a_keeper_that_died_after_it_was_recorded_is_followed_by_one_that_sells_it_once():
    stage = trading_keeper()
    stage.selling()
    sells(stage, wish(quantity="0.0004", below=True))
    is_cancelled(stage)
    recorded = stage.written()
    order = stage.order()
    stage.accepts(order, 9002)
    sold = stage.sold(9002)
    later = starting_keeper(incarnation=2)
    later.memory = stage.memory
    later.loaded(recorded, cursor=stage.core.state.cursor)
    later.market()
    later.answers()
    assert sold.fill in later.book.lots[BUY_ID].sells
    rest = later.order()
    assert (rest.client_id, rest.quantity) == ("lk1-5eh-3", D("0.0006"))


def test_a_sell_without_an_answer_is_asked_about_and_not_sent_twice():
    stage = trading_keeper()
    stage.selling()
    sells(stage, wish(below=True))
    is_cancelled(stage)
    order = stage.order()
    stage.accepts(order, 9002)
    stage.desk.tell(SellOutcomeUnknown(SYMBOL, order.client_id, "no answer"), stage.gateway)
    stage.desk.advance(5)
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.book.lots[BUY_ID].live_sells[0].order_id == 9002


def test_under_the_floor_it_needs_the_word():
    stage = trading_keeper()
    stage.selling()
    person = asks(stage, wish("60000"))
    bid(stage)
    text = person.pop(CommandRefused).text
    assert text.startswith("it is 0.6 % under the floor: 60000, and the floor is 60360.37.")
    market = asks(stage, wish())
    bid(stage)
    assert "the bid is 0.27 % under the floor" in market.pop(CommandRefused).text
    stage.gateway.nothing(CancelSellOrder)


def test_what_cannot_be_is_refused_with_a_sentence():
    stage = trading_keeper()
    stage.selling()
    for wanted, words in (
        (wish("70000.001"), "no multiple of the tick 0.01; the nearest are 70000 and 70000.01"),
        (wish("70000", "0.0000001"), "no multiple of the step 0.00001; the nearest is 0.00001"),
        (wish("70000", "0.002"), "has 0.001 BTC left to sell, less than 0.002"),
        (wish("70000", "0.00001"), "the exchange would refuse it: NOTIONAL"),
    ):
        person = asks(stage, wanted)
        bid(stage)
        assert words in person.pop(CommandRefused).text
    assert "is no open lot" in asks(stage, wish(), lot=f"{SYMBOL}-1").pop(CommandRefused).text
    stage.desk.tell(PausePair(SYMBOL))
    assert "the pair is paused" in asks(stage, wish()).pop(CommandRefused).text


def test_without_a_bid_only_a_sale_at_the_market_is_refused():
    stage = trading_keeper()
    stage.selling()
    people = asks(stage, wish(below=True)), asks(stage, wish("70000"))
    for question in [each for each in stage.gateway.received if isinstance(each, FetchTop)]:
        stage.gateway.received.remove(question)
        stage.desk.tell(FetchFailed(question.request_id, "no connection", 0.0), stage.gateway)
    stage.recorded()
    assert "could not be asked for: no connection" in people[0].pop(CommandRefused).text
    assert people[1].pop(SaleAnswered).document["bid"] is None


def test_withdrawn_its_sell_is_cancelled_and_the_policy_goes_on():
    stage = trading_keeper()
    stage.selling()
    sells(stage, wish("70000"))
    is_cancelled(stage)
    stage.desk.tell(stage.accepts(stage.order(), 9002), stage.gateway)
    person = stage.desk.probe("who withdraws it")
    stage.desk.tell(WithdrawSale(SYMBOL, LOT, "alice", "", True), person)
    assert "0.001 BTC that is not done is withdrawn" in person.pop(CommandDone).text
    stage.desk.tell(WithdrawSale(SYMBOL, LOT, "alice", "", False, "the sale of 0.002 BTC"), person)
    assert "what was shown has changed" in person.pop(CommandRefused).text
    stage.gateway.nothing(CancelSellOrder)
    stage.desk.tell(WithdrawSale(SYMBOL, LOT, "alice", "", False), person)
    person.pop(CommandDone)
    is_cancelled(stage, 9002)
    assert stage.order().price == D("60360.37")
    assert stage.written().instructions[0].end is InstructionEnd.WITHDRAWN
    stage.desk.tell(WithdrawSale(SYMBOL, LOT, "alice", "", False), person)
    assert "no sale" in person.pop(CommandRefused).text


def test_a_person_who_cancels_it_on_the_exchange_holds_the_lot():
    stage = trading_keeper()
    stage.selling()
    sells(stage, wish("70000"))
    is_cancelled(stage)
    order = stage.order()
    stage.desk.tell(stage.accepts(order, 9002), stage.gateway)
    ended = replace(stage.memory.turned(9002, "CANCELED"), cancel_id="web-1")
    stage.desk.tell(SellCanceled(SYMBOL, order.client_id, ended), stage.gateway)
    lot = stage.written()
    assert (lot.hold, lot.instructions[0].end) == (HoldReason.CANCELLED_BY_HAND, InstructionEnd.CANCELLED)
    stage.gateway.nothing(PlaceSellOrder)


def test_a_confirmation_that_comes_twice_sells_once():
    stage = trading_keeper()
    stage.selling()
    asks(stage, wish(below=True))
    bid(stage)
    records = [each for each in stage.ledger.received if isinstance(each, RecordLots)]
    stage.recorded()
    for each in records:
        stage.desk.tell(LotsRecorded(SYMBOL, each.number), stage.ledger)
    is_cancelled(stage)
    assert stage.order().quantity == D("0.001")


def test_a_bid_that_is_the_traders_own_buy_is_not_sold_to():
    stage = trading_keeper()
    stage.selling()
    own = report(7100, "web_7", Side.BUY, "NEW", "0.001", "0", "60200")
    stage.desk.tell(OrderReported(own, None))
    person = asks(stage, wish(below=True))
    bid(stage)
    assert "it would meet your own BUY 7100 at 60200" in person.pop(CommandRefused).text
    stage.gateway.nothing(CancelSellOrder)
    person = asks(stage, wish("60300", below=True), dry=True)
    bid(stage)
    assert person.pop(SaleAnswered).document["meets"] is None
    person = asks(stage, wish(below=True), dry=True)
    bid(stage, "60300")
    met = person.pop(SaleAnswered).document["meets"]
    assert (met["order_id"], met["price"], met["then"]) == (7100, "60200", "may end one of them, or both")

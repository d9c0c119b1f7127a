"""`reconcile` at a keeper's desk: what differs is said; a dry run changes nothing. And sales by hand, and suspicion."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.book.holdings import PairHolding
from lotkeeper.trading.journal import DecisionKind
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import TradesFrom
from messages.account import BalanceMoved, OrderReported
from messages.control import CommandRefused
from messages.ledger import RecordLots
from messages.orders import PlaceSellOrder
from messages.pair_commands import Reconciled, ReconcilePair
from messages.queries import AskExchange, FetchFailed
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, fill, report
from tests.actors.stage import Stage, starting_keeper, trading_keeper


def compared(stage: Stage, held: str = "0.001", *others: PairHolding, dry: bool = True) -> Probe:
    """A person asks for a comparison, and all questions are answered."""
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(ReconcilePair(SYMBOL, dry), person)
    stage.comparing(held, *others)
    return person


def by_hand(stage: Stage, quantity: str, order_id: int = 8001, trade_id: int = 301) -> OrderReported:
    """A person sells at the market; the event of it, not told yet."""
    took = fill(order_id, trade_id, Side.SELL, quantity, "61000", "0", "USDT")
    known = report(order_id, "web-sell", Side.SELL, "FILLED", quantity, quantity, "61000")
    stage.memory.keep(known, took)
    return OrderReported(known, took)


def test_where_nothing_differs_it_says_so():
    stage = trading_keeper()
    stage.selling()
    answer = compared(stage).pop(Reconciled)
    assert (answer.differences, answer.is_dry_run) == ((), True)
    assert answer.money == f"the account holds exactly the BTC that the lots of {SYMBOL} have not sold"


def test_a_dry_run_says_what_differs_and_changes_nothing():
    stage = trading_keeper()
    order = stage.selling()
    stage.sold()
    stage.bought(order_id=7002, trade_id=600)
    before = stage.written()
    (sent, answer) = len(stage.sent), compared(stage, "0.0015").pop(Reconciled)
    assert list(answer.differences) == [
        f"{SYMBOL}-7001: trade 501, which sold 0.001 BTC at {order.price}, is not known here",
        f"{SYMBOL}-7001: SELL {order.client_id} is OPEN, 0 of 0.001 sold here; the exchange says FILLED, "
        "0.001 of 0.001 sold",
        f"{SYMBOL}-7002: BUY order 7002 has no lot here",
        f"{SYMBOL}-7002: trade 600, which bought 0.001 BTC at 60000, is not known here",
    ]
    assert "0.0005 BTC that no lot" in answer.money
    assert "worth 25.00 USDT at the bid" in answer.money
    assert stage.written() == before
    assert not [each for name, each in stage.sent[sent:] if name == "ledger" or isinstance(each, PlaceSellOrder)]


def test_without_dry_run_it_is_answered_when_what_differed_is_taken_in():
    stage = trading_keeper()
    stage.selling()
    stage.bought(order_id=7002, trade_id=600)
    answer = compared(stage, dry=False).pop(Reconciled)
    assert any("BUY order 7002" in text for text in answer.differences)
    assert stage.order().client_id.startswith("lk1-5ei-")
    assert compared(stage, "0.002").pop(Reconciled).differences == ()


def test_what_is_missing_on_the_account_is_said_as_money():
    stage = trading_keeper()
    stage.selling()
    answer = compared(stage, "0.0004").pop(Reconciled)
    assert "0.0006 BTC less than the lots" in answer.money
    assert "worth 30.00 USDT" in answer.money


def test_what_other_pairs_hold_of_the_coin_is_said_and_is_not_beyond_the_lots():
    stage = trading_keeper()
    stage.selling()
    fresh = PairHolding("BTCEUR", D("0.0003"), at_ms=NOW_MS * 2, complete_as_of_ms=NOW_MS * 2)
    money = compared(stage, "0.0015", fresh).pop(Reconciled).money
    assert money.startswith(f"the account holds 0.0002 BTC that no lot of {SYMBOL} or of BTCEUR (0.0003 BTC in lots)")
    assert "not known" not in money
    money = compared(stage, "0.0013", replace(fresh, complete_as_of_ms=None)).pop(Reconciled).money
    assert "holds exactly the BTC" in money
    assert "what other pairs hold is not known for certain (BTCEUR: not reconciled yet)" in money


def test_a_monitor_that_says_nothing_ends_the_comparison():
    stage = trading_keeper()
    stage.lost("monitor")
    person = compared(stage)
    stage.desk.advance(7)
    assert "the monitor does not say" in person.pop(CommandRefused).text
    stage.reborn("monitor")
    compared(stage, "0").pop(Reconciled)


def test_one_at_a_time_and_not_before_the_start_is_done():
    stage = trading_keeper()
    stage.desk.tell(ReconcilePair(SYMBOL, True), stage.desk.probe("one"))
    other = stage.desk.probe("another")
    stage.desk.tell(ReconcilePair(SYMBOL, True), other)
    assert "being compared" in other.pop(CommandRefused).text
    starting = starting_keeper()
    starting.desk.tell(ReconcilePair(SYMBOL, True), early := starting.desk.probe("early"))
    assert "still loading" in early.pop(CommandRefused).text


def test_an_exchange_that_does_not_answer_is_said():
    stage = trading_keeper()
    person = stage.desk.probe("a person")
    stage.desk.tell(ReconcilePair(SYMBOL, True), person)
    asked = stage.gateway.pop(AskExchange)
    stage.desk.tell(FetchFailed(asked.request_id, "HTTP 502", 1.0), stage.gateway)
    assert "HTTP 502" in person.pop(CommandRefused).text
    stage.gateway.received.clear()
    compared(stage).pop(Reconciled)


def test_what_differs_from_what_was_shown_is_not_taken_over_on_command():
    stage = trading_keeper()
    stage.selling()
    person = stage.desk.probe("a person")
    stage.desk.tell(ReconcilePair(SYMBOL, False, "kim", "a doubt", shown=("SELL 5 is not known",)), person)
    stage.comparing("0.001")
    assert "what was shown has changed; now: nothing differs" in person.pop(CommandRefused).text
    stage.desk.tell(ReconcilePair(SYMBOL, False, "kim", "a doubt", shown=()), person)
    stage.comparing("0.001")
    stage.desk.advance(1.0)
    records = [each for each in stage.ledger.received if isinstance(each, RecordLots)]
    made = [each for record in records for each in record.decisions if each.kind is DecisionKind.PAIR_COMPARED]
    assert {(each.number, each.who, each.why) for each in made} == {(made[0].number, "kim", "a doubt")}


# Sales by hand


def test_a_sale_by_hand_closes_a_lot_that_was_held_and_is_told():
    stage = trading_keeper()
    stage.selling()
    cancelled = replace(stage.memory.turned(9001, "CANCELED"), cancel_id="web")
    stage.desk.tell(OrderReported(cancelled, None))
    assert stage.written().state is LotState.HELD
    stage.desk.tell(by_hand(stage, "0.001"))
    lot = stage.written()
    assert (lot.state, lot.remainder) == (LotState.CLOSED, 0)
    (gone,) = stage.last_report().disposed
    assert (gone.quantity, gone.order_id, gone.proceeds) == (D("0.001"), 8001, 61)


@pytest.mark.parametrize("first", ["the refusal", "the sale"])
def test_coins_that_a_person_sold_faster_are_not_offered_again(first):
    stage = trading_keeper()
    stage.buys()
    order = stage.order()
    sale = by_hand(stage, "0.001")
    refusal = stage.refuses(order, -2010, "Account has insufficient balance for requested action.")
    for news in (refusal, sale) if first == "the refusal" else (sale, refusal):
        stage.desk.tell(news, stage.gateway)
    stage.answers()
    stage.desk.advance(400)
    stage.answers()
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().state is LotState.CLOSED


def test_a_sale_by_hand_that_nobody_told_is_found_when_all_is_compared():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(OrderReported(replace(stage.memory.turned(9001, "CANCELED"), cancel_id="web"), None))
    by_hand(stage, "0.0006")
    stage.compared()
    assert stage.written().remainder == D("0.0004")


# Suspicion


def test_a_fill_for_an_order_believed_dead_has_all_compared():
    stage = trading_keeper()
    order = stage.selling()
    stage.desk.tell(OrderReported(stage.memory.turned(9001, "EXPIRED"), None))
    assert stage.written().orders[0].state is OrderState.EXPIRED
    stage.gateway.received.clear()
    stage.desk.tell(stage.sold())
    assert order.client_id == stage.written().orders[0].client_id
    assert any(isinstance(each, TradesFrom) for each in stage.questions())


def test_a_sell_of_ours_that_nobody_here_placed_has_all_compared():
    stage = trading_keeper()
    stage.selling()
    unknown = report(9700, "lk1-5eh-7", Side.SELL, "NEW", "0.0001", "0", "99000")
    stage.memory.keep(unknown)
    stage.desk.tell(OrderReported(unknown, None))
    assert any(isinstance(each, TradesFrom) for each in stage.questions())


@pytest.mark.parametrize("is_told", [False, True])
def test_a_balance_that_moves_without_its_trade_has_all_compared(is_told):
    stage = trading_keeper()
    stage.desk.tell(BalanceMoved("BTC", D("0.5")), stage.probes["user_stream"])
    stage.desk.advance(31)
    stage.answers()
    event = stage.bought()
    if is_told:
        stage.desk.tell(event)
    stage.desk.tell(BalanceMoved("BTC", D("0.501")), stage.probes["user_stream"])
    stage.desk.advance(2)
    assert not any(isinstance(each, TradesFrom) for each in stage.questions())
    stage.desk.advance(2)
    assert any(isinstance(each, TradesFrom) for each in stage.questions()) is not is_told
    stage.answers()
    assert stage.order().quantity == D("0.001")


def test_coins_that_came_without_a_trade_are_compared_once():
    stage = trading_keeper()
    for held in ("0.5", "0.7"):
        stage.desk.tell(BalanceMoved("BTC", D(held)), stage.probes["user_stream"])
    stage.desk.advance(35)
    assert any(isinstance(each, TradesFrom) for each in stage.answers())
    stage.desk.advance(60)
    assert stage.answers() == []

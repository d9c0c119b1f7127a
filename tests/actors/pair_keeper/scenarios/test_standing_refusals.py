"""The exchange refuses every SELL of the pair: one is tried ever more seldom, and the status says what to do."""

import pytest

from lotkeeper.trading.lots.states import LotState
from messages.orders import PlaceSellOrder
from messages.pair_commands import ResumePair
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import Stage, trading_keeper

NOT_WHITELISTED = "Symbol not whitelisted for API key."
FOR_GOOD = [
    (-2010, NOT_WHITELISTED),
    (-2010, "This symbol is not permitted for this account."),
    (-2010, "This symbol is restricted for this account."),
    (-2010, "This action is disabled on this account."),
    (-2010, "This account may not place or cancel orders."),
    (-2015, "Invalid API-key, IP, or permissions for action."),
    (-1121, "Invalid symbol."),
]


def refuse(stage: Stage, code: int = -2010, text: str = NOT_WHITELISTED) -> int:
    """Refuses all SELLs that were sent; how many."""
    sent = [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]
    for order in sent:
        stage.gateway.received.remove(order)
        stage.desk.tell(stage.refuses(order, code, text), stage.gateway)
    return len(sent)


def lots(stage: Stage, count: int) -> None:
    for number in range(count):
        stage.buys(order_id=7001 + number, trade_id=101 + number)


@pytest.mark.parametrize(("code", "text"), FOR_GOOD)
def test_the_lot_is_parked_with_the_reason_and_the_pair_is_troubled_from_the_first_refusal_on(code, text):
    stage = trading_keeper()
    stage.buys()
    refuse(stage, code, text)
    told = stage.last_report()
    assert told.trouble.startswith(f"the exchange refuses SELLs: {text} ({code}); check ")
    assert told.trouble.endswith(f", then: lotkeeper resume {SYMBOL}")
    assert stage.written().state is LotState.PARKED
    assert text in stage.written().reason


def test_good_answers_to_questions_do_not_hide_it():
    stage = trading_keeper()
    stage.buys()
    refuse(stage)
    for _ in range(3):
        stage.compared()
        assert NOT_WHITELISTED in stage.last_report().trouble


def test_one_sell_of_the_pair_is_tried_now_and_then_whatever_the_number_of_lots():
    stage = trading_keeper()
    lots(stage, 10)
    assert refuse(stage) == 10
    tried = 0
    for _ in range(240):
        stage.desk.advance(5.0)
        tried += refuse(stage)
        stage.answers()
    assert 1 < tried <= 9  # five, ten, twenty seconds ..., then every five minutes
    stage.buys(order_id=8001, trade_id=501)
    stage.gateway.nothing(PlaceSellOrder)


def test_all_are_sold_once_one_was_accepted():
    stage = trading_keeper()
    lots(stage, 5)
    refuse(stage)
    sold = set()
    for second in range(60):
        stage.desk.advance(1.0)
        for order in [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]:
            stage.gateway.received.remove(order)
            sold.add(order.client_id)
            stage.desk.tell(stage.accepts(order, 9001 + second * 100 + len(sold)), stage.gateway)
    assert len(sold) == 5
    assert stage.last_report().trouble == ""


def test_a_person_who_has_mended_it_has_a_sell_tried_at_once():
    stage = trading_keeper()
    stage.buys()
    for _ in range(3):
        refuse(stage)
        stage.desk.advance(10.0)
    refuse(stage)
    stage.desk.tell(ResumePair(SYMBOL), stage.desk.probe("a person"))
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    assert stage.last_report().trouble == ""


def test_other_refusals_concern_their_lot_alone():
    stage = trading_keeper()
    stage.buys()
    refuse(stage, -2010, "Something that is new to us.")
    assert stage.last_report().trouble == ""
    stage.buys(order_id=7002, trade_id=102)
    assert isinstance(stage.order(), PlaceSellOrder)


def test_what_has_had_no_sell_for_a_minute_is_reported_until_there_is_one():
    stage = trading_keeper()
    stage.buys()
    for _ in range(40):
        refuse(stage, -2010, "Something that is new to us.")
        stage.desk.advance(1.0)
    assert stage.last_report().uncovered is None
    for _ in range(30):
        refuse(stage, -2010, "Something that is new to us.")
        stage.desk.advance(1.0)
    found = stage.last_report().uncovered
    assert (found.lot, found.reason) == (f"{SYMBOL}-7001", "refused: Something that is new to us.")
    stage.desk.advance(300.0)
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    assert stage.last_report().uncovered is None

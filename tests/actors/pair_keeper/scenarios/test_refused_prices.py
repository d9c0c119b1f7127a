"""The exchange refuses an order for its price: what is said of it is a sentence, with the band where it is known."""

from decimal import Decimal as D

import pytest

from actors.gateway.order_replies import buy_reply
from lotkeeper.engine.testkit import Probe
from lotkeeper.exchange.errors import refusal_kind
from lotkeeper.exchange.rest.outcomes import Refused
from lotkeeper.trading.buying.purchase import PurchaseWish, new_purchase
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.control import CommandRefused
from messages.pair_commands import BuyCoins
from messages.purchases import PlaceBuyOrder, PurchaseRecorded, RecordPurchase
from messages.queries import AskExchange, FetchFailed, FetchReference, FetchTop, OrdersFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.scenarios.test_price_bands import banded_keeper, reference_is, top_is
from tests.actors.stage import Stage

TOO_FAR = "Filter failure: PERCENT_PRICE_BY_SIDE"
OUTSIDE = (
    "nothing was bought: the price 6000 USDT of a BUY on BTCUSDT is outside the band from 48000 to 66000 USDT that "
    "the exchange allows now (PERCENT_PRICE_BY_SIDE)"
)
NOT_KNOWN = (
    "nothing was bought: the price 6000 USDT of a BUY on BTCUSDT is too far from what the exchange measures it by now "
    "(PERCENT_PRICE_BY_SIDE, code -1013)"
)


def sent(stage: Stage) -> tuple[Probe, PlaceBuyOrder]:
    """A LIMIT BUY at 6000 USDT has left."""
    person = stage.desk.probe(f"a buyer ({len(stage.sent)})")
    wish = PurchaseWish(D(6000), None, D(50), NOW_MS, "alice", "")
    stage.desk.tell(BuyCoins(SYMBOL, wish, False, False), person)
    top_is(stage)
    question = stage.ledger.pop(RecordPurchase)
    stage.desk.tell(PurchaseRecorded(SYMBOL, question.number, new_purchase(SYMBOL, wish, 1), True), stage.ledger)
    asked = stage.gateway.pop(AskExchange)
    assert isinstance(asked.question, OrderByClientId)
    stage.desk.tell(OrdersFetched(asked.request_id, ()), stage.gateway)
    return person, stage.gateway.pop(PlaceBuyOrder)


def refuse(stage: Stage, order: PlaceBuyOrder, code: int, text: str) -> None:
    stage.desk.tell(buy_reply(order, Refused(code, text, refusal_kind(code, text))), stage.gateway)


def test_a_refused_buy_is_answered_with_the_band_that_is_asked_for_then():
    stage = banded_keeper()
    person, order = sent(stage)
    refuse(stage, order, -1013, TOO_FAR)
    person.nothing(CommandRefused)
    reference_is(stage, "60000")
    assert person.pop(CommandRefused).text == OUTSIDE


@pytest.mark.parametrize("reference", ["0", "6100"])
def test_where_the_band_is_not_known_or_has_moved_the_code_is_told(reference):
    stage = banded_keeper()
    person, order = sent(stage)
    refuse(stage, order, -1013, TOO_FAR)
    reference_is(stage, reference)
    assert person.pop(CommandRefused).text == NOT_KNOWN


def test_where_the_exchange_cannot_be_asked_the_code_is_told():
    stage = banded_keeper()
    person, order = sent(stage)
    refuse(stage, order, -1013, TOO_FAR)
    asked = stage.gateway.pop(FetchReference)
    stage.desk.tell(FetchFailed(asked.request_id, "no connection", 0.0), stage.gateway)
    assert person.pop(CommandRefused).text == NOT_KNOWN


def test_of_another_refusal_nothing_is_asked():
    stage = banded_keeper()
    person, order = sent(stage)
    refuse(stage, order, -2010, "Account has insufficient balance for requested action.")
    words = "nothing was bought: Account has insufficient balance for requested action. (-2010)"
    assert person.pop(CommandRefused).text == words
    stage.gateway.nothing(FetchReference)


def test_the_same_command_after_such_a_refusal_sends_it_again_at_once():
    stage = banded_keeper()
    person, order = sent(stage)
    refuse(stage, order, -1013, TOO_FAR)
    reference_is(stage, "0")
    person.pop(CommandRefused)
    _, second = sent(stage)
    assert second.client_id == order.client_id


def test_the_lot_of_a_refused_sell_says_it_so_too():
    stage = banded_keeper()
    stage.buys("0.001", at="60000", order_id=7005, trade_id=105)
    order = stage.order()
    stage.desk.tell(stage.refuses(order, -1013, TOO_FAR), stage.gateway)
    assert stage.book.lots[7005].reason == (
        "refused: the price 60360.37 USDT of a SELL on BTCUSDT is too far from what the exchange measures it by now "
        "(PERCENT_PRICE_BY_SIDE, code -1013)"
    )
    stage.gateway.nothing(FetchTop)


def test_the_band_of_a_plan_a_moment_ago_is_said_of_a_refused_sell():
    stage = banded_keeper()
    buyer = stage.desk.probe("a buyer")
    stage.desk.tell(BuyCoins(SYMBOL, PurchaseWish(D(3), None, D(50), NOW_MS, "alice", ""), False, True), buyer)
    top_is(stage)
    reference_is(stage, "50000")
    stage.buys("0.001", at="60000", order_id=7005, trade_id=105)
    stage.desk.tell(stage.refuses(stage.order(), -1013, TOO_FAR), stage.gateway)
    assert stage.book.lots[7005].reason == (
        "refused: the price 60360.37 USDT of a SELL on BTCUSDT is outside the band from 45000 to 60000 USDT that the "
        "exchange allows now (PERCENT_PRICE_BY_SIDE)"
    )

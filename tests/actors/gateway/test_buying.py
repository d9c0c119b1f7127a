"""BUYs that a person asks for through the Gateway: fenced, timed, and sent once."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.orders.refusals import RefusalKind
from messages.lifecycle import FencePair
from messages.orders import MAX_SEND_DELAY_MS, CancelSellOrder, SellCanceled, SellFenced, SellPlaced
from messages.purchases import BuyOutcomeUnknown, BuyPlaced, BuyRefused, PlaceBuyOrder
from tests.actors.gateway.bench import ORDER, SYMBOL, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import CUT, answer

__all__ = ["bench", "locked"]

NAME = "lkb-f6j-1-1"
BOUGHT = {**ORDER, "side": "BUY", "clientOrderId": NAME, "status": "NEW"}


def buy(bench: Bench, *replies: bytes, incarnation: int = 1, age_ms: int = 0, **size: object):
    sent_ms = bench.desk.actor.wall_ms() - age_ms
    wanted = {"price": D(60000), "quantity": D("0.001"), "amount": None, **size}
    return bench.ask(PlaceBuyOrder(SYMBOL, incarnation, NAME, **wanted, sent_ms=sent_ms), *replies)


@pytest.mark.parametrize(
    ("size", "has", "has_not"),
    [
        ({}, ("type=LIMIT", "price=60000", "quantity=0.001", "timeInForce=GTC"), "quoteOrderQty"),
        ({"price": None}, ("type=MARKET", "quantity=0.001"), "price="),
        ({"price": None, "quantity": None, "amount": D(50)}, ("type=MARKET", "quoteOrderQty=50"), "timeInForce"),
    ],
    ids=["LIMIT", "MARKET", "MARKET for a sum"],
)
def test_it_is_sent_as_asked_for_and_answered_with_what_it_bought(bench, size, has, has_not):
    reply = buy(bench, answer(BOUGHT), **size)
    assert isinstance(reply, BuyPlaced)
    assert (reply.client_id, reply.report.side) == (NAME, "BUY")
    sent = bench.peer.asked[-1]
    text = sent.target
    assert sent.method == "POST"
    assert all(each in text for each in ("side=BUY", f"newClientOrderId={NAME}", *has)), text
    assert has_not not in text


def test_a_refusal_is_definite(bench):
    reply = buy(bench, error(-2010, "Account has insufficient balance for requested action."))
    text = "Account has insufficient balance for requested action. (-2010)"
    assert reply == BuyRefused(SYMBOL, NAME, text, RefusalKind.INSUFFICIENT_BALANCE, -2010)


def test_without_an_answer_its_outcome_is_not_known_and_it_is_sent_once(bench):
    assert isinstance(buy(bench, CUT), BuyOutcomeUnknown)
    assert bench.paths().count("order") == 1


def test_no_other_of_its_name_is_sent_while_it_may_arrive(bench):
    """A keeper whose database was lost does not know of it, and asks the exchange too early."""
    buy(bench, CUT)
    bench.desk.tell(FencePair(SYMBOL, 2))
    reply = buy(bench, incarnation=2)
    assert isinstance(reply, BuyRefused)
    assert reply.text.startswith(f"not sent: BUY {NAME} was sent before, and may still arrive or be shown for ")
    assert bench.paths().count("order") == 1


def test_one_that_was_refused_does_not_keep_the_next_of_its_name(bench):
    buy(bench, error(-2010, "Account has insufficient balance for requested action."))
    assert isinstance(buy(bench, answer(BOUGHT)), BuyPlaced)


def test_a_sell_does_not_wait_for_it(bench):
    buy(bench, CUT)
    bench.desk.tell(FencePair(SYMBOL, 2))
    reply = bench.place(answer(ORDER), incarnation=2)
    assert isinstance(reply, SellPlaced), reply


def test_one_that_waited_too_long_is_not_sent(bench):
    reply = buy(bench, age_ms=MAX_SEND_DELAY_MS + 1)
    assert isinstance(reply, BuyRefused)
    assert reply.text.startswith("not sent: ")
    assert "order" not in bench.paths()


def test_an_older_keeper_buys_nothing(bench):
    bench.desk.tell(FencePair(SYMBOL, 5))
    assert buy(bench, incarnation=4) == SellFenced(SYMBOL, NAME, 5)
    assert "order" not in bench.paths()


WAITS = {
    **{name: value for name, value in ORDER.items() if name != "origQty"},
    "side": "SELL",
    "clientOrderId": f"{NAME}-s",
    "orderId": 302,
    "status": "PENDING_NEW",
    "orderListId": 12,
}


def test_one_that_pays_for_its_sell_is_one_request_for_both(bench):
    """As the exchange documents it: the SELL that waits has no quantity."""
    listed = {"orderListId": 12, "orderReports": [{**BOUGHT, "orderListId": 12}, WAITS]}
    reply = buy(bench, answer(listed), sell_price=D(61000))
    assert isinstance(reply, BuyPlaced)
    assert (reply.report.side, reply.report.list_id) == ("BUY", 12)
    (sell,) = reply.others
    assert (sell.client_id, sell.status, sell.quantity, sell.has_begun) == (f"{NAME}-s", "PENDING_NEW", 0, False)
    sent = bench.peer.asked[-1]
    assert "orderList/opo" in sent.target
    for each in (
        f"workingClientOrderId={NAME}",
        "workingSide=BUY",
        "workingType=LIMIT",
        "workingPrice=60000",
        "workingQuantity=0.001",
        f"pendingClientOrderId={NAME}-s",
        "pendingSide=SELL",
        "pendingType=LIMIT",
        "pendingPrice=61000",
        f"listClientOrderId={NAME}-l",
    ):
        assert each in sent.target
    assert "pendingQuantity" not in sent.target


def test_the_cancel_of_a_buy_that_pays_is_answered_with_the_buy_first(bench):
    ended = {"origClientOrderId": NAME, "clientOrderId": "lkx-1", "status": "CANCELED"}
    waited = {**WAITS, "origClientOrderId": f"{NAME}-s", "clientOrderId": "lkx-1", "status": "CANCELED"}
    listed = {"orderListId": 12, "orderReports": [waited, {**BOUGHT, **ended, "orderId": 301, "orderListId": 12}]}
    sent_ms = bench.desk.actor.wall_ms()
    reply = bench.ask(CancelSellOrder(SYMBOL, 1, NAME, 301, "lkx-1", sent_ms), answer(listed))
    assert isinstance(reply, SellCanceled)
    assert (reply.report.order_id, reply.report.client_id) == (301, NAME)
    assert [each.client_id for each in reply.others] == [f"{NAME}-s"]

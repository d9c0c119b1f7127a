"""Cancels through the Gateway, which are fenced and timed like orders; and the lease of the system."""

from decimal import Decimal as D

import pytest

from actors.gateway.order_replies import sell_reply
from actors.gateway.sending_term import SendingTerm
from lotkeeper.exchange.rest.outcomes import NotSent, RateLimited, Refused
from lotkeeper.trading.fee_reserve.top_up import Purchase
from lotkeeper.trading.orders.refusals import RefusalKind
from messages.fees import BoughtForFees, BuyForFees, FeeBuyRefused, FeeBuyUnknown
from messages.host_lease import HostLeaseRenewed, HostTerm
from messages.lifecycle import FencePair, LeaseChecked
from messages.orders import (
    MAX_SEND_DELAY_MS,
    CancelOutcomeUnknown,
    CancelRefused,
    CancelSellOrder,
    PlaceSellOrder,
    SellCanceled,
    SellFenced,
    SellPlaced,
    SellRefused,
)
from tests.actors.gateway.bench import KEY, ORDER, SYMBOL, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import CUT, RESET, HttpPeer, answer

__all__ = ["bench", "locked"]

OVERTAKEN = "another lotkeeper began later"

CANCELLED = {
    **ORDER,
    "status": "CANCELED",
    "executedQty": "0.0004",
    "origClientOrderId": "lk1-5eh-1",
    "clientOrderId": "lk1-5eh-1-x",
}


def cancel(bench: Bench, *replies: bytes, incarnation: int = 1, age_ms: int = 0):
    sent_ms = bench.desk.actor.wall_ms() - age_ms
    message = CancelSellOrder(SYMBOL, incarnation, "lk1-5eh-1", 9001, "lk1-5eh-1-x", sent_ms)
    return bench.ask(message, *replies)


def test_the_reply_to_a_cancel_says_what_was_sold_before(bench):
    reply = cancel(bench, answer(CANCELLED))
    assert isinstance(reply, SellCanceled)
    assert (reply.client_id, reply.report.order_id, reply.report.status) == ("lk1-5eh-1", 9001, "CANCELED")
    assert str(reply.report.executed) == "0.0004"
    assert reply.report.is_cancelled_by_us
    sent = bench.peer.asked[-1]
    assert sent.method == "DELETE"
    for part in ("/api/v3/order?", f"symbol={SYMBOL}", "orderId=9001", "newClientOrderId=lk1-5eh-1-x"):
        assert part in sent.target


def test_a_cancel_that_is_refused(bench):
    reply = cancel(bench, error(-2011, "Unknown order sent."))
    assert reply == CancelRefused(SYMBOL, "lk1-5eh-1", -2011, "Unknown order sent.")


@pytest.mark.parametrize(
    "reply",
    [error(-1007, "Timeout waiting for response from backend server.", 504), answer({"surprise": 1}), CUT, RESET],
    ids=["backend timeout", "another shape", "cut", "reset"],
)
def test_a_cancel_of_unknown_outcome_is_sent_once(bench, reply):
    told = cancel(bench, reply)
    assert isinstance(told, CancelOutcomeUnknown)
    assert bench.paths().count("order") == 1


def test_an_older_keeper_cancels_nothing(bench):
    bench.desk.tell(FencePair(SYMBOL, 5))
    assert cancel(bench, incarnation=4) == SellFenced(SYMBOL, "lk1-5eh-1", 5)
    assert "order" not in bench.paths()


def test_a_newer_keeper_fences_the_older_by_its_first_cancel(bench):
    cancel(bench, answer(CANCELLED), incarnation=7)
    assert isinstance(bench.place(incarnation=6), SellFenced)


def test_a_cancel_that_waited_too_long_is_not_sent(bench):
    reply = cancel(bench, age_ms=MAX_SEND_DELAY_MS)
    assert reply == CancelRefused(SYMBOL, "lk1-5eh-1", 0, "not sent: it waited too long in the Gateway")


def test_before_the_key_is_here_nothing_is_cancelled(locked):
    assert cancel(locked) == CancelRefused(SYMBOL, "lk1-5eh-1", 0, "not sent: the Gateway is starting")


def test_a_cancel_beyond_the_limit_was_not_sent(bench):
    reply = cancel(bench, error(-1003, "Too many requests.", 429, **{"Retry-After": "7"}))
    assert (reply.code, reply.text) == (0, "not sent: Too many requests.; again in 7 s")


def test_no_connection_means_not_sent():
    with HttpPeer() as gone:
        url = gone.url
    with HttpPeer() as peer:
        bench = Bench(peer, url)
        bench.desk.tell(KEY, bench.launcher)
        reply = cancel(bench)
        assert isinstance(reply, CancelRefused)
        assert reply.text.startswith("not sent: no connection")
        bench.desk.actor.on_exit()


# The lease of the host


def limited(bench: Bench, now_s: list[float], until_s: float) -> SendingTerm:
    """The Gateway is one of a host that takes turns with another one."""
    term = SendingTerm(lambda: now_s[0])
    term.begin(HostTerm(1, "a", "host-a", until_s, 0.0))
    bench.desk.actor._order_entry.term = term
    return term


def test_a_host_sends_nothing_after_its_time_until_its_lease_is_renewed(bench):
    now_s = [100.0]
    limited(bench, now_s, 107.0)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    now_s[0] = 107.0
    asked = len(bench.peer.asked)
    refused = bench.place()
    assert isinstance(refused, SellRefused)
    assert refused.kind is RefusalKind.NOT_SENT
    assert "could not be renewed in time" in refused.text
    assert isinstance(cancel(bench), CancelRefused)
    assert len(bench.peer.asked) == asked
    assert "could not be renewed" in bench.report().trouble
    bench.desk.tell(HostLeaseRenewed(114.0))
    bench.desk.tell(HostLeaseRenewed(110.0))  # an older one shortens nothing
    now_s[0] = 113.0
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)


def test_its_time_may_be_over_between_the_decision_and_the_wire(bench):
    clock = iter([106.0, 107.0])
    term = SendingTerm(lambda: next(clock, 107.0))
    term.begin(HostTerm(1, "a", "host-a", 107.0, 0.0))
    bench.desk.actor._order_entry.term = term
    asked = len(bench.peer.asked)
    assert isinstance(bench.place(), SellRefused)
    assert len(bench.peer.asked) == asked


def test_a_host_that_runs_without_a_standby_sends_without_end():
    term = SendingTerm(lambda: 10.0**9)
    term.begin(HostTerm(1, "a", "host-a", None, 0.0))
    term.renew(5.0)
    assert term.may_send()


# The lease


@pytest.fixture
def unleased():
    """A Gateway that has not yet heard from the Ledger."""
    with HttpPeer() as peer:
        found = Bench(peer, is_leased=False)
        found.unlock()
        yield found
        found.desk.actor.on_exit()


def test_no_order_is_sent_before_the_ledger_has_checked_the_lease(unleased):
    refused = unleased.place()
    assert isinstance(refused, SellRefused)
    assert (refused.code, refused.retry_s) == (0, 0.25)
    assert isinstance(cancel(unleased), CancelRefused)
    assert "order" not in unleased.paths()
    assert "newest" in unleased.report().trouble
    unleased.desk.tell(LeaseChecked())
    assert isinstance(unleased.place(answer(ORDER)), SellPlaced)
    assert unleased.report().trouble == ""


def test_a_system_that_was_overtaken_sends_neither_orders_nor_cancels(bench):
    bench.place(answer(ORDER))
    before = len(bench.peer.asked)
    bench.desk.tell(LeaseChecked(OVERTAKEN))
    refused = bench.place()
    assert OVERTAKEN in refused.text
    assert refused.retry_s == 30.0
    assert OVERTAKEN in cancel(bench).text
    assert "order" not in bench.paths()[before:]
    assert bench.report().trouble == OVERTAKEN


# The kind of a refusal

ORDER_MESSAGE = PlaceSellOrder(SYMBOL, 1, "lk1-5eh-1", D(1), D(1), 1_700_000_000_000)


@pytest.mark.parametrize("kind", RefusalKind)
def test_a_refusal_keeps_its_kind(kind):
    reply = sell_reply(ORDER_MESSAGE, Refused(-2010, "no", kind))
    assert reply == SellRefused(SYMBOL, "lk1-5eh-1", -2010, "no", kind=kind)


@pytest.mark.parametrize("outcome", [RateLimited(7.0, "Too many requests"), NotSent("no server was reached")])
def test_an_order_that_was_not_sent_says_so_and_when_to_try_again(outcome):
    reply = sell_reply(ORDER_MESSAGE, outcome)
    assert isinstance(reply, SellRefused)
    assert reply.kind is RefusalKind.NOT_SENT
    assert reply.retry_s


# A BUY of BNB for fees

BUY = Purchase("BNBUSDT", "lkf1-7", quantity=D("0.05"))
BOUGHT = {
    **ORDER,
    "symbol": "BNBUSDT",
    "side": "BUY",
    "type": "MARKET",
    "status": "FILLED",
    "clientOrderId": "lkf1-7",
    "executedQty": "0.05",
}


def buy_for_fees(bench: Bench, *replies: bytes, purchase: Purchase = BUY, age_ms: int = 0):
    return bench.ask(BuyForFees(purchase, bench.desk.actor.wall_ms() - age_ms), *replies)


@pytest.mark.parametrize(
    ("purchase", "part"), [(BUY, "quantity=0.05"), (Purchase("BNBUSDT", "lkf1-7", quote=D(30)), "quoteOrderQty=30")]
)
def test_bnb_for_fees_is_bought_at_the_market(bench, purchase, part):
    reply = buy_for_fees(bench, answer(BOUGHT), purchase=purchase)
    assert isinstance(reply, BoughtForFees)
    assert (reply.client_id, str(reply.report.executed)) == ("lkf1-7", "0.05")
    sent = bench.peer.asked[-1]
    for each in ("symbol=BNBUSDT", "side=BUY", "type=MARKET", "newClientOrderId=lkf1-7", part):
        assert each in sent.target


def test_a_buy_for_fees_that_is_refused(bench):
    text = "Account has insufficient balance for requested action."
    assert buy_for_fees(bench, error(-2010, text)) == FeeBuyRefused("lkf1-7", text)


@pytest.mark.parametrize("reply", [error(-1007, "Timeout.", 504), answer({"surprise": 1}), CUT, RESET])
def test_a_buy_for_fees_of_unknown_outcome_is_sent_once(bench, reply):
    assert isinstance(buy_for_fees(bench, reply), FeeBuyUnknown)
    assert bench.paths().count("order") == 1


def test_a_buy_for_fees_that_waited_too_long_or_of_a_system_that_was_overtaken_is_not_sent(bench):
    assert buy_for_fees(bench, age_ms=MAX_SEND_DELAY_MS) == FeeBuyRefused(
        "lkf1-7", "not sent: it waited too long in the Gateway"
    )
    bench.desk.tell(LeaseChecked(OVERTAKEN))
    assert OVERTAKEN in buy_for_fees(bench).text
    assert "order" not in bench.paths()


def test_a_gateway_without_a_key_buys_nothing(locked):
    assert isinstance(buy_for_fees(locked), FeeBuyRefused)

"""A round of the drill as a page, from lines as the exchange writes them."""

from lotkeeper.verification.drill.rounds import DrillRound, PerformedAction
from lotkeeper.verification.judge.journal_reader import JournalLine
from lotkeeper.verification.story_page.journal_page import page_of_round
from lotkeeper.verification.story_page.model import Lane

S = 1_000_000_000
BEGAN = 1_700_000_000 * S


def line(number, kind, after_s, **fields):
    return JournalLine(number, kind, BEGAN + int(after_s * S), fields)


def execution(number, after_s, side, order_id, name, status, filled):
    body = {"s": "SOLUSDT", "i": order_id, "c": name, "S": side, "X": status, "q": "2", "z": filled, "p": "150"}
    return line(number, "execution", after_s, account="main", body=body)


LINES = (
    line(1, "start", 0, format=1),
    execution(2, 1, "BUY", 36, "web-1", "FILLED", "2"),
    line(
        3, "request", 1.2, name="POST /api/v3/order", params={"symbol": "SOLUSDT", "newClientOrderId": "lk1-10-1"}, n=1
    ),
    line(4, "request", 1.3, name="GET /api/v3/openOrders", params={}, n=2),
    execution(5, 1.4, "SELL", 37, "lk1-10-1", "NEW", "0"),
    line(6, "fault-fired", 2, id=1, name="lose-reply", count=1, met={"request": "POST order"}),
    line(7, "reply", 2.1, n=1, lost="cut", body={}),
    execution(8, 3, "SELL", 37, "lk1-10-1-x", "CANCELED", "0"),
)
ROUND = DrillRound(
    seed=5,
    performed=(PerformedAction(1.5, "kill gateway", "killed", BEGAN + int(2.5 * S)),),
    faults=1,
    kills=1,
    trades=0,
    buys=1,
    sells=1,
    slowest_sell_s=0.2,
    settled_s=1.5,
    broken=("SOLUSDT lk1-10: lost",),
    waited=(),
)


def test_faults_hands_and_messages_have_their_lanes():
    page = page_of_round(ROUND, LINES)
    assert [(round(mark.at_s, 3), mark.lane, mark.text) for mark in page.marks] == [
        (0.2, Lane.MESSAGE, "request POST /api/v3/order SOLUSDT lk1-10-1"),
        (1.0, Lane.FAULT, "exchange: lose-reply POST order"),
        (1.1, Lane.FAULT, "a reply is lost"),
        (1.5, Lane.FAULT, "kill gateway (killed)"),
    ]
    assert (page.title, page.broken) == ("Drill, seed 5", ROUND.broken)


def test_a_lot_has_the_sells_that_name_it_and_an_order_keeps_its_first_name():
    lot, buy, sell = page_of_round(ROUND, LINES).tracks
    assert [stage.text for stage in lot.stages][-2:] == ["bought 2, offered 2, sold 0", "bought 2, offered 0, sold 0"]
    assert (buy.name, sell.name) == ("BUY web-1 (SOLUSDT)", "SELL lk1-10-1 (SOLUSDT)")


def test_time_is_that_of_the_round():
    """The first line is from a second before it, and so at zero."""
    assert page_of_round(ROUND, LINES).tracks[0].stages[0].at_s == 0.0


def test_an_empty_journal_is_an_empty_page():
    assert page_of_round(ROUND, ()).tracks == ()

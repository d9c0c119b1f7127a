"""Many keepers that want their open orders at once share one request for those of the account."""

import pytest

from lotkeeper.trading.recovery.reconcile import NewestTrade, OpenOrders
from messages.queries import AskExchange, OrdersFetched, TradesFetched
from tests.actors.gateway.bench import QUERIED, TRADE, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import answer

__all__ = ["bench", "locked"]

ALL = [{**QUERIED, "symbol": "C3USDT"}, {**QUERIED, "symbol": "C5USDT"}, {**QUERIED, "symbol": "C5USDT", "orderId": 7}]
ALL.append({**QUERIED, "symbol": "NOBODYUSDT"})


def wait(bench: Bench, count: int) -> None:
    """So many keepers, each of a pair of its own, ask while the Gateway has no key."""
    for number in range(count):
        bench.desk.tell(AskExchange(number, f"C{number}USDT", OpenOrders()), bench.keeper)


def go(bench: Bench, *replies: bytes) -> None:
    bench.peer.replies.extend(replies)
    bench.unlock()


def told(bench: Bench) -> dict[int, list[int]]:
    """By the number of the question: the order ids that answer it."""
    replies = [each for each in bench.keeper.received if isinstance(each, OrdersFetched)]
    assert len(replies) == len({each.request_id for each in replies})  # nobody is told twice
    return {each.request_id: [report.order_id for report in each.reports] for each in replies}


def asked(bench: Bench) -> list[str | None]:
    """The pairs that open orders were asked of; None for all."""
    return [each.params.get("symbol") for each in bench.peer.asked if each.path.endswith("openOrders")]


def test_one_request_answers_all_who_wait_each_with_its_own(locked):
    wait(locked, 20)
    go(locked, answer(ALL))
    assert told(locked) == {number: [] for number in range(20)} | {3: [9001], 5: [9001, 7]}
    assert asked(locked) == [None]


def test_who_asks_after_the_request_was_sent_has_one_of_its_own(locked):
    wait(locked, 20)
    go(locked, answer(ALL))
    locked.keeper.received.clear()
    assert locked.ask(AskExchange(99, "C3USDT", OpenOrders()), answer([])) == OrdersFetched(99, ())
    assert asked(locked) == [None, "C3USDT"]


def test_what_else_they_ask_is_answered_in_its_turn(locked):
    locked.desk.tell(AskExchange(50, "BTCUSDT", NewestTrade()), locked.keeper)
    wait(locked, 20)
    locked.desk.tell(AskExchange(51, "BTCUSDT", NewestTrade()), locked.keeper)
    go(locked, answer([TRADE]), answer(ALL), answer([TRADE]))
    kinds = [type(each) for each in locked.keeper.received]
    assert (kinds[0], kinds[-1], len(kinds)) == (TradesFetched, TradesFetched, 22)


def test_for_few_each_pair_is_cheaper_alone(locked):
    wait(locked, 13)  # 6 of weight each, and 80 for those of the account
    go(locked, *[answer([])] * 13)
    assert asked(locked) == [f"C{number}USDT" for number in range(13)]


@pytest.mark.parametrize("failed", [error(-1000, "unknown", 500), answer([{"symbol": "X"}])], ids=["failed", "unread"])
def test_when_that_of_the_account_cannot_be_had_each_is_asked_for_alone_for_a_minute(locked, failed):
    wait(locked, 20)
    go(locked, failed, *[answer([])] * 20)
    alone = [f"C{number}USDT" for number in range(20)]
    assert asked(locked) == [None, *alone]
    assert told(locked) == {number: [] for number in range(20)}


def test_where_the_weight_has_no_room_for_all_those_are_answered_for_whom_it_has(locked):
    locked.desk.tell(AskExchange(50, "BTCUSDT", NewestTrade()), locked.keeper)
    wait(locked, 20)
    go(locked, answer([TRADE], x_mbx_used_weight_1m="5330"), *[answer([])] * 20)
    assert 0 < len(told(locked)) < 20
    assert asked(locked) == [f"C{number}USDT" for number in told(locked)]

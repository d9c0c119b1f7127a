"""One request for many queries: prices of many pairs, and open orders of all keepers that reconcile at once."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.recovery.questions import NewestTrades, OpenOrders
from messages.queries import AskExchange, FetchFailed, FetchPrices, OrdersFetched, PricesFetched, TradesFetched
from tests.actors.gateway.bench import QUERIED, TIME, TRADE, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import CUT, answer

__all__ = ["bench", "locked"]

NOT_LISTED = error(-1121, "Invalid symbol.")
OPEN = [{**QUERIED, "symbol": "C3USDT"}, {**QUERIED, "symbol": "C5USDT"}, {**QUERIED, "symbol": "C5USDT", "orderId": 7}]
OPEN.append({**QUERIED, "symbol": "NOBODYUSDT"})


def row(symbol: str, bid: str = "1.5", ask: str = "1.6") -> dict[str, str]:
    return {"symbol": symbol, "bidPrice": bid, "bidQty": "1", "askPrice": ask, "askQty": "1"}


TOP = BestPrices(D("1.5"), D("1.6"))


def test_the_best_prices_of_many_pairs_in_one_request(bench):
    told = bench.ask(FetchPrices(7, ("AUSDT", "BUSDT")), answer([row("AUSDT"), row("BUSDT", "2", "3")]))
    assert told == PricesFetched(7, {"AUSDT": TOP, "BUSDT": BestPrices(D(2), D(3))}, bench.desk.actor.wall_ms())
    assert bench.peer.asked[-1].params == {"symbols": '["AUSDT","BUSDT"]'}


def test_a_book_with_one_side_or_an_unreadable_row_is_left_out(bench):
    rows = [row("AUSDT"), row("BUSDT", "0", "3"), row("CUSDT", "2", "0.0"), {"symbol": "DUSDT"}, "no row", row("EUSDT")]
    told = bench.ask(FetchPrices(7, ("AUSDT", "BUSDT", "CUSDT", "DUSDT", "FUSDT")), answer(rows))
    assert told.tops == {"AUSDT": TOP}


@pytest.mark.parametrize("refusal", [NOT_LISTED, error(-1100, "Illegal characters found in parameter 'symbols'")])
def test_a_symbol_that_is_not_listed_hides_no_other_and_is_not_asked_for_again_soon(bench, refusal):
    query = FetchPrices(7, ("AUSDT", "GONEUSDT"))
    told = bench.ask(query, refusal, answer([row("AUSDT"), row("OTHER")]))
    assert told.tops == {"AUSDT": TOP}
    assert "symbols" not in bench.peer.asked[-1].params  # the prices of all pairs weigh the same
    assert bench.ask(query, answer([row("AUSDT")])).tops == {"AUSDT": TOP}
    assert bench.peer.asked[-1].params == {"symbols": '["AUSDT"]'}
    asked = len(bench.peer.asked)
    assert bench.ask(FetchPrices(8, ("GONEUSDT",))).tops == {}
    assert len(bench.peer.asked) == asked
    bench.peer.replies.extend([TIME] * 40)
    bench.desk.advance(601.0)
    bench.peer.replies.clear()
    assert bench.ask(query, answer([row("AUSDT"), row("GONEUSDT")])).tops == {"AUSDT": TOP, "GONEUSDT": TOP}


def test_for_very_many_symbols_the_prices_of_all_pairs_are_fetched(bench):
    symbols = tuple(f"P{number}USDT" for number in range(150))
    told = bench.ask(FetchPrices(7, symbols), answer([row(symbol) for symbol in (*symbols, "OTHER")]))
    assert set(told.tops) == set(symbols)
    assert bench.peer.asked[-1].params == {}


@pytest.mark.parametrize("reply", [CUT, answer({"no": "list"}), error(-1000, "unknown", 500)])
def test_a_query_for_prices_without_an_answer_fails(bench, reply):
    told = bench.ask(FetchPrices(7, ("AUSDT",)), reply)
    assert isinstance(told, FetchFailed)
    assert told.request_id == 7


# Open orders of many keepers


def wait(bench: Bench, count: int) -> None:
    """So many keepers, each of its own pair, ask while the Gateway has no key."""
    for number in range(count):
        bench.desk.tell(AskExchange(number, f"C{number}USDT", OpenOrders()), bench.keeper)


def go(bench: Bench, *replies: bytes) -> None:
    bench.peer.replies.extend(replies)
    bench.unlock()


def answered(bench: Bench) -> dict[int, list[int]]:
    """By the number of the query: the order ids that answer it."""
    replies = [each for each in bench.keeper.received if isinstance(each, OrdersFetched)]
    assert len(replies) == len({each.request_id for each in replies})  # no query is answered twice
    return {each.request_id: [report.order_id for report in each.reports] for each in replies}


def asked(bench: Bench) -> list[str | None]:
    """The pairs of the requests for open orders; None for all pairs."""
    return [each.params.get("symbol") for each in bench.peer.asked if each.path.endswith("openOrders")]


def test_one_request_answers_all_waiting_keepers_each_for_its_pair(locked):
    wait(locked, 20)
    go(locked, answer(OPEN))
    assert answered(locked) == {number: [] for number in range(20)} | {3: [9001], 5: [9001, 7]}
    assert asked(locked) == [None]


def test_a_query_after_the_request_was_sent_has_its_own_request(locked):
    wait(locked, 20)
    go(locked, answer(OPEN))
    locked.keeper.received.clear()
    assert locked.ask(AskExchange(99, "C3USDT", OpenOrders()), answer([])) == OrdersFetched(99, ())
    assert asked(locked) == [None, "C3USDT"]


def test_other_queries_are_answered_in_their_turn(locked):
    locked.desk.tell(AskExchange(50, "BTCUSDT", NewestTrades()), locked.keeper)
    wait(locked, 20)
    locked.desk.tell(AskExchange(51, "BTCUSDT", NewestTrades()), locked.keeper)
    go(locked, answer([TRADE]), answer(OPEN), answer([TRADE]))
    kinds = [type(each) for each in locked.keeper.received]
    assert (kinds[0], kinds[-1], len(kinds)) == (TradesFetched, TradesFetched, 22)


def test_for_a_few_pairs_single_requests_are_cheaper(locked):
    wait(locked, 13)  # 6 of weight each, and 80 for those of the account
    go(locked, *[answer([])] * 13)
    assert asked(locked) == [f"C{number}USDT" for number in range(13)]


@pytest.mark.parametrize("failed", [error(-1000, "unknown", 500), answer({"no": "list"})], ids=["failed", "unread"])
def test_after_a_failure_each_pair_is_asked_for_on_its_own_for_a_minute(locked, failed):
    wait(locked, 20)
    go(locked, failed, *[answer([])] * 20)
    alone = [f"C{number}USDT" for number in range(20)]
    assert asked(locked) == [None, *alone]
    assert answered(locked) == {number: [] for number in range(20)}


def test_where_the_weight_has_no_room_for_all_some_are_answered_one_by_one(locked):
    locked.desk.tell(AskExchange(50, "BTCUSDT", NewestTrades()), locked.keeper)
    wait(locked, 20)
    go(locked, answer([TRADE], x_mbx_used_weight_1m="5330"), *[answer([])] * 20)
    assert 0 < len(answered(locked)) < 20
    assert asked(locked) == [f"C{number}USDT" for number in answered(locked)]

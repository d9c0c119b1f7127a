"""Prices by request: many pairs in one, and none of them spoils the others."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.prices.fee_valuation import Top
from messages.queries import FetchFailed, FetchPrices, PricesFetched
from tests.actors.gateway.bench import TIME, bench, error, locked
from tests.lotkeeper.exchange.http_peer import CUT, answer

__all__ = ["bench", "locked"]

NOT_LISTED = error(-1121, "Invalid symbol.")


def row(symbol: str, bid: str = "1.5", ask: str = "1.6") -> dict[str, str]:
    return {"symbol": symbol, "bidPrice": bid, "bidQty": "1", "askPrice": ask, "askQty": "1"}


TOP = Top(D("1.5"), D("1.6"))


def test_the_best_prices_of_many_in_one_request(bench):
    told = bench.ask(FetchPrices(7, ("AUSDT", "BUSDT")), answer([row("AUSDT"), row("BUSDT", "2", "3")]))
    assert told == PricesFetched(7, {"AUSDT": TOP, "BUSDT": Top(D(2), D(3))}, bench.desk.actor.wall_ms())
    assert bench.peer.asked[-1].params == {"symbols": '["AUSDT","BUSDT"]'}


def test_what_has_only_one_side_or_cannot_be_read_is_left_out(bench):
    rows = [row("AUSDT"), row("BUSDT", "0", "3"), row("CUSDT", "2", "0.0"), {"symbol": "DUSDT"}, "no row", row("EUSDT")]
    told = bench.ask(FetchPrices(7, ("AUSDT", "BUSDT", "CUSDT", "DUSDT", "FUSDT")), answer(rows))
    assert told.tops == {"AUSDT": TOP}


@pytest.mark.parametrize("refusal", [NOT_LISTED, error(-1100, "Illegal characters found in parameter 'symbols'")])
def test_a_symbol_that_is_not_listed_spoils_no_other_and_is_not_asked_for_again_soon(bench, refusal):
    query = FetchPrices(7, ("AUSDT", "GONEUSDT"))
    told = bench.ask(query, refusal, answer([row("AUSDT"), row("OTHER")]))
    assert told.tops == {"AUSDT": TOP}
    assert "symbols" not in bench.peer.asked[-1].params  # all of them weigh the same
    assert bench.ask(query, answer([row("AUSDT")])).tops == {"AUSDT": TOP}
    assert bench.peer.asked[-1].params == {"symbols": '["AUSDT"]'}
    asked = len(bench.peer.asked)
    assert bench.ask(FetchPrices(8, ("GONEUSDT",))).tops == {}
    assert len(bench.peer.asked) == asked
    bench.peer.replies.extend([TIME] * 40)
    bench.desk.advance(601.0)
    bench.peer.replies.clear()
    assert bench.ask(query, answer([row("AUSDT"), row("GONEUSDT")])).tops == {"AUSDT": TOP, "GONEUSDT": TOP}


def test_very_many_are_fetched_as_all_there_are(bench):
    symbols = tuple(f"P{number}USDT" for number in range(150))
    told = bench.ask(FetchPrices(7, symbols), answer([row(symbol) for symbol in (*symbols, "OTHER")]))
    assert set(told.tops) == set(symbols)
    assert bench.peer.asked[-1].params == {}


@pytest.mark.parametrize("reply", [CUT, answer({"no": "list"}), error(-1000, "unknown", 500)])
def test_without_an_answer_it_says_so(bench, reply):
    told = bench.ask(FetchPrices(7, ("AUSDT",)), reply)
    assert isinstance(told, FetchFailed)
    assert told.request_id == 7

"""The first point: what was bought and can be sold is offered, or the verdict gives a reason."""

from fractions import Fraction

import pytest

from binance_sim.errors import ApiError
from binance_sim.matching.exchange import wipe
from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR, ExpectedExit
from tests.binance_sim.support import D

PRICE = "60500"
SECOND_NS = 1_000_000_000


def test_a_buy_without_a_sell_is_lost(bench):
    lot = bench.buy()
    (found,) = bench.verdict().violations
    assert (found.point, found.symbol, found.account) == (NO_BUY_LOST, "BTCUSDT", "main")
    assert found.lot == lot_name(lot.order_id)
    assert "0.00999 BTC bought, could be sold, and no SELL offers it" in found.text


def test_a_sell_of_a_part_does_not_do(bench):
    lot = bench.buy()
    bench.sell(lot, "0.00899", PRICE)
    (found,) = bench.verdict().violations
    assert "0.001 BTC bought, could be sold" in found.text
    assert "offered 0.00899, 1 SELLs" in found.text
    bench.sell(lot, "0.001", PRICE, 2)
    assert bench.broken() == []


def test_a_sell_that_names_another_lot_or_none_does_not_do(bench):
    lot = bench.buy()
    bench.place("SELL", qty="0.00999", price=PRICE, client_id="by-hand")
    bench.place("SELL", qty="0.00999", price=PRICE, client_id="lk1-not.base36-1")
    assert bench.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]


def test_dust_asks_for_nothing_but_what_is_dust_at_its_cost_may_not_be_at_its_floor(bench):
    """0.00008991 left of 0.00009 are 0.00008 in steps: 4.8 USDT at cost, 5.3 with a profit of 10 %; the least is 5."""
    bench.buy("0.00009")
    assert bench.verdict().is_kept
    assert [each.point for each in bench.verdict(profit=Fraction("0.1")).violations] == [NO_BUY_LOST]


def test_the_rest_below_a_step_is_left(bench):
    lot = bench.buy("0.01234")
    bench.sell(lot, "0.01232", PRICE)
    verdict = bench.verdict()
    assert verdict.is_kept
    (pair,) = verdict.pairs
    assert (pair.received, pair.offered, pair.remainder) == (D("0.01232766"), D("0.01232"), D("0.00000766"))


def test_a_buy_without_a_fill_asks_for_nothing(bench):
    bench.place("BUY", qty="0.01", price="50000")
    assert bench.verdict().is_kept


def test_every_buy_counts_however_it_was_placed(bench):
    """At the market, by a list, by another account: each is checked."""
    bench.quote("60000", ask_qty="5")
    bench.place("BUY", "MARKET", quote_qty="600")
    bench.place("BUY", qty="0.01", price="60001", tif="IOC")
    other = bench.open_account("other", USDT="1000")
    bench.facts.write_account(other)
    bench.buy(account=other)
    assert sorted(each.account for each in bench.verdict().violations) == ["main", "main", "other"]


def test_what_the_buys_own_list_sells_is_looked_after(bench):
    working = bench.ticket("BUY", qty="0.01", price="60000.01")
    above = bench.ticket("SELL", "LIMIT_MAKER", qty="0.0099", price="61000")
    below = bench.ticket("SELL", "STOP_LOSS", qty="0.0099", stop_price="50000")
    bench.place_list(working, above, below)
    verdict = bench.verdict()
    assert verdict.is_kept, verdict.violations
    assert verdict.pairs[0].lots == 1


# Reasons


def test_what_was_bought_at_the_end_is_not_asked_for_yet(bench):
    bench.buy()
    verdict = bench.verdict(grace_s=5)
    assert verdict.is_kept
    (note,) = verdict.notes
    assert "the journal ends within 5 s" in note.text


def test_what_was_bought_long_before_the_end_is(bench):
    bench.buy()
    bench.journal.write("stop")
    bench.rewrite(lambda row: row | {"wall_ns": row["wall_ns"] + 6 * SECOND_NS * (row["kind"] == "stop")})
    assert bench.broken(grace_s=5) != []


def test_what_was_bought_before_the_service_came(bench):
    bench.buy()
    verdict = bench.verdict(from_s=60)
    assert "bought within the first 60 s" in verdict.notes[0].text
    assert verdict.is_kept


def test_a_pair_that_does_not_trade(bench):
    bench.buy()
    market = bench.exchange.markets["BTCUSDT"]
    market.status = "HALT"
    bench.facts.write_pair(market)
    verdict = bench.verdict()
    assert "the pair is in HALT" in verdict.notes[0].text
    assert verdict.is_kept
    market.status = "TRADING"
    bench.facts.write_pair(market)
    assert not bench.verdict().is_kept


def test_a_sell_that_the_exchanges_filters_refused(bench):
    lot = bench.buy()
    price, name = "400000", f"{lot_name(lot.order_id)}-1"
    values = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.00999", "price": price, "newClientOrderId": name}
    number = bench.journal.request("ws-api", "order.place", values)
    with pytest.raises(ApiError) as refused:
        bench.sell(lot, "0.00999", price)
    bench.journal.write("reply", via="ws-api", n=number, body={"id": 1, "status": 400, "error": refused.value.body()})
    verdict = bench.verdict()
    assert "Filter failure: PERCENT_PRICE_BY_SIDE" in verdict.notes[0].text
    assert verdict.is_kept


def test_a_refusal_for_another_reason_is_no_reason(bench):
    lot = bench.buy()
    number = bench.journal.request("rest", "POST /api/v3/order", {"newClientOrderId": f"{lot_name(lot.order_id)}-1"})
    bench.journal.write("reply", via="rest", n=number, status=400, body={"code": -2010, "msg": "no funds"})
    assert not bench.verdict().is_kept


def test_a_canceled_sell_is_a_note_or_a_violation(bench):
    bench.cancel(bench.sell(bench.buy(), "0.00999", PRICE))
    assert "canceled by hand and not placed again" in bench.verdict(strict=False).notes[0].text
    assert bench.verdict(strict=False).is_kept
    assert not bench.verdict(strict=True).is_kept


def test_after_a_wipe_ids_begin_anew(bench):
    """The same id before and after a wipe is not the same lot."""
    bench.sell(bench.buy(), "0.00999", PRICE)
    wipe(bench.exchange)
    bench.journal.write("fault-fired", id=1, name="wipe", fault={})
    lot = bench.buy()
    verdict = bench.verdict()
    assert [(each.point, each.lot) for each in verdict.violations] == [(NO_BUY_LOST, lot_name(lot.order_id))]
    assert (verdict.eras, verdict.pairs[0].lots) == (2, 2)


def test_what_the_owner_keeps_needs_no_sell(bench):
    """0.0999 are received, and an eleventh may be kept: 0.00908. The floor is 60060.07 * 1.1 / 0.999."""
    lot = bench.buy("0.1")
    exits = {"BTCUSDT": ExpectedExit(profit=Fraction("0.1"), kept=Fraction(1, 11))}
    bench.sell(lot, "0.0907", "66133")
    (found,) = bench.verdict(exits=exits).violations
    assert "0.00011 BTC bought, could be sold" in found.text
    bench.sell(lot, "0.00011", "66133", 2)
    assert bench.broken(exits=exits) == []
    assert bench.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]


def test_a_pair_that_grows_old_may_ask_for_less_than_others(bench):
    lot = bench.buy()
    bench.sell(lot, "0.00999", "60121")  # its cost and the fee
    assert bench.broken(exits={"BTCUSDT": ExpectedExit(profit=Fraction(0))}) == []
    assert bench.broken() == [(NOT_BELOW_FLOOR, lot_name(lot.order_id))]

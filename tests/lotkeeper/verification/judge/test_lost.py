"""The first point: what was bought and can be sold is offered, or there is a reason that is said."""

from fractions import Fraction

import pytest

from binance_sim.errors import ApiError
from binance_sim.matching.exchange import wipe
from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import NO_BUY_LOST
from tests.binance_sim.support import D

PRICE = "60500"
SECOND_NS = 1_000_000_000


def test_a_buy_without_a_sell_is_lost(hall):
    lot = hall.buy()
    (found,) = hall.verdict().violations
    assert (found.point, found.symbol, found.account) == (NO_BUY_LOST, "BTCUSDT", "main")
    assert found.lot == lot_name(lot.order_id)
    assert "0.00999 BTC bought, could be sold, and no SELL offers it" in found.text


def test_a_sell_of_a_part_does_not_do(hall):
    lot = hall.buy()
    hall.sell(lot, "0.00899", PRICE)
    (found,) = hall.verdict().violations
    assert "0.001 BTC bought, could be sold" in found.text
    assert "offered 0.00899, 1 SELLs" in found.text
    hall.sell(lot, "0.001", PRICE, 2)
    assert hall.broken() == []


def test_a_sell_that_names_another_lot_or_none_does_not_do(hall):
    lot = hall.buy()
    hall.place("SELL", qty="0.00999", price=PRICE, client_id="by-hand")
    hall.place("SELL", qty="0.00999", price=PRICE, client_id="lk1-not.base36-1")
    assert hall.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]


def test_dust_asks_for_nothing_but_what_is_dust_at_its_cost_may_not_be_at_its_floor(hall):
    """0.00008991 left of 0.00009 are 0.00008 in steps: 4.8 USDT at cost, 5.3 with a profit of 10 %; the least is 5."""
    hall.buy("0.00009")
    assert hall.verdict().is_kept
    assert [each.point for each in hall.verdict(profit=Fraction("0.1")).violations] == [NO_BUY_LOST]


def test_the_rest_below_a_step_is_left(hall):
    lot = hall.buy("0.01234")
    hall.sell(lot, "0.01232", PRICE)
    verdict = hall.verdict()
    assert verdict.is_kept
    (pair,) = verdict.pairs
    assert (pair.received, pair.offered, pair.remainder) == (D("0.01232766"), D("0.01232"), D("0.00000766"))


def test_a_buy_without_a_fill_asks_for_nothing(hall):
    hall.place("BUY", qty="0.01", price="50000")
    assert hall.verdict().is_kept


def test_every_buy_counts_however_it_was_placed(hall):
    """By the book, by a list, by another account: each is looked for."""
    hall.quote("60000", ask_qty="5")
    hall.place("BUY", "MARKET", quote_qty="600")
    hall.place("BUY", qty="0.01", price="60001", tif="IOC")
    other = hall.open_account("other", USDT="1000")
    hall.facts.write_account(other)
    hall.buy(account=other)
    assert sorted(each.account for each in hall.verdict().violations) == ["main", "main", "other"]


def test_what_the_buys_own_list_sells_is_looked_after(hall):
    working = hall.ticket("BUY", qty="0.01", price="60000.01")
    above = hall.ticket("SELL", "LIMIT_MAKER", qty="0.0099", price="61000")
    below = hall.ticket("SELL", "STOP_LOSS", qty="0.0099", stop_price="50000")
    hall.place_list(working, above, below)
    verdict = hall.verdict()
    assert verdict.is_kept, verdict.violations
    assert verdict.pairs[0].lots == 1


# Reasons


def test_what_was_bought_at_the_end_is_not_asked_for_yet(hall):
    hall.buy()
    verdict = hall.verdict(grace_s=5)
    assert verdict.is_kept
    (note,) = verdict.notes
    assert "the journal ends within 5 s" in note.text


def test_what_was_bought_long_before_the_end_is(hall):
    hall.buy()
    hall.journal.write("stop")
    hall.rewrite(lambda row: row | {"wall_ns": row["wall_ns"] + 6 * SECOND_NS * (row["kind"] == "stop")})
    assert hall.broken(grace_s=5) != []


def test_what_was_bought_before_the_service_came(hall):
    hall.buy()
    verdict = hall.verdict(from_s=60)
    assert "bought within the first 60 s" in verdict.notes[0].text
    assert verdict.is_kept


def test_a_pair_that_does_not_trade(hall):
    hall.buy()
    market = hall.exchange.markets["BTCUSDT"]
    market.status = "HALT"
    hall.facts.write_pair(market)
    verdict = hall.verdict()
    assert "the pair is in HALT" in verdict.notes[0].text
    assert verdict.is_kept
    market.status = "TRADING"
    hall.facts.write_pair(market)
    assert not hall.verdict().is_kept


def test_a_sell_that_the_exchanges_filters_refused(hall):
    lot = hall.buy()
    price, name = "400000", f"{lot_name(lot.order_id)}-1"
    values = {"symbol": "BTCUSDT", "side": "SELL", "quantity": "0.00999", "price": price, "newClientOrderId": name}
    number = hall.journal.request("ws-api", "order.place", values)
    with pytest.raises(ApiError) as refused:
        hall.sell(lot, "0.00999", price)
    hall.journal.write("reply", via="ws-api", n=number, body={"id": 1, "status": 400, "error": refused.value.body()})
    verdict = hall.verdict()
    assert "Filter failure: PERCENT_PRICE_BY_SIDE" in verdict.notes[0].text
    assert verdict.is_kept


def test_a_refusal_for_another_reason_is_no_reason(hall):
    lot = hall.buy()
    number = hall.journal.request("rest", "POST /api/v3/order", {"newClientOrderId": f"{lot_name(lot.order_id)}-1"})
    hall.journal.write("reply", via="rest", n=number, status=400, body={"code": -2010, "msg": "no funds"})
    assert not hall.verdict().is_kept


def test_a_canceled_sell_is_a_note_or_a_violation(hall):
    hall.cancel(hall.sell(hall.buy(), "0.00999", PRICE))
    assert "canceled by hand and not placed again" in hall.verdict(strict=False).notes[0].text
    assert hall.verdict(strict=False).is_kept
    assert not hall.verdict(strict=True).is_kept


def test_after_a_wipe_ids_begin_anew(hall):
    """The same id before and after is not the same lot."""
    hall.sell(hall.buy(), "0.00999", PRICE)
    wipe(hall.exchange)
    hall.journal.write("fault-fired", id=1, name="wipe", fault={})
    lot = hall.buy()
    verdict = hall.verdict()
    assert [(each.point, each.lot) for each in verdict.violations] == [(NO_BUY_LOST, lot_name(lot.order_id))]
    assert (verdict.eras, verdict.pairs[0].lots) == (2, 2)

"""Stages of orders and lots from what the exchange says of its orders."""

from decimal import Decimal as D

from lotkeeper.verification.story_page.model import Tone
from lotkeeper.verification.story_page.tracks import OrderSeen, tracks_of


def buy(at_s, filled, status="FILLED"):
    return OrderSeen(at_s, "7", "SOLUSDT", "web-1", "BUY", status, D(2), D(filled), D(0))


def sell(at_s, status, filled="0"):
    return OrderSeen(at_s, "8", "SOLUSDT", "lk1-7-1", "SELL", status, D(2), D(filled), D("151.5"), "7")


def test_a_lot_follows_its_buy_and_its_sells():
    lot, *_ = tracks_of([buy(1.0, 2), sell(1.5, "NEW"), sell(2.0, "PARTIALLY_FILLED", "0.5"), sell(3.0, "FILLED", "2")])
    assert lot.name == "lot of web-1 (SOLUSDT)"
    assert [(each.at_s, each.tone, each.text) for each in lot.stages] == [
        (1.0, Tone.WAITS, "bought 2, offered 0, sold 0"),
        (1.5, Tone.STANDS, "bought 2, offered 2, sold 0"),
        (2.0, Tone.PART, "bought 2, offered 1.5, sold 0.5"),
        (3.0, Tone.DONE, "bought 2, offered 0, sold 2"),
    ]


def test_a_lot_whose_sell_ended_waits_again():
    lot, *_ = tracks_of([buy(1.0, 2), sell(1.5, "NEW"), sell(2.0, "CANCELED")])
    assert lot.stages[-1].tone is Tone.WAITS


def test_an_order_says_its_price_and_how_much_is_filled():
    *_, order = tracks_of([buy(1.0, 2), sell(1.5, "NEW")])
    assert (order.name, order.is_lot) == ("SELL lk1-7-1 (SOLUSDT)", False)
    assert [each.text for each in order.stages] == ["NEW, 0 of 2 at 151.5"]


def test_a_buy_that_bought_nothing_has_no_lot():
    assert [each.is_lot for each in tracks_of([buy(1.0, 0, "CANCELED")])] == [False]

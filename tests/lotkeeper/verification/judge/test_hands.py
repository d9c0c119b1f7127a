"""What a hand sells, cancels and amends is the trader's right; what the service makes of it is judged all the same."""

from lotkeeper.verification.judge.naming import is_service_cancel, lot_name
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR
from tests.lotkeeper.verification.judge.hall import Hall
from tests.lotkeeper.verification.judge.test_floors import FLOOR

TEN = "0.00999"
ONLY_USDT = {"USDT": "100000"}


def poor(tmp_path):
    """An account without coins of its own: what a hand sells was bought."""
    return Hall(tmp_path / "journal.jsonl", ONLY_USDT)


def manual(hall, qty, price=None):
    terms = {"price": price} if price else {}
    return hall.place("SELL", "LIMIT" if price else "MARKET", qty=qty, client_id="by-hand", **terms)


def test_what_a_hand_sold_is_not_missing(tmp_path):
    hall = poor(tmp_path)
    hall.cancel(hall.sell(hall.buy(), TEN, FLOOR))
    assert [point for point, _ in hall.broken()] == [NO_BUY_LOST]
    manual(hall, TEN)
    verdict = hall.verdict()
    assert verdict.is_kept
    assert "0.00999 BTC was sold or is offered by hand" in verdict.notes[0].text


def test_what_a_hand_offers_is_not_missing_while_it_does(tmp_path):
    hall = poor(tmp_path)
    hall.buy()
    offer = manual(hall, TEN, "70000")
    assert hall.verdict().is_kept
    hall.cancel(offer)
    assert not hall.verdict().is_kept


def test_a_hand_excuses_no_more_than_it_sold(tmp_path):
    """Of two lots without a SELL one was sold by hand: the other, which came later, is lost."""
    hall = poor(tmp_path)
    hall.buy()
    other = hall.buy()
    manual(hall, TEN)
    assert hall.broken() == [(NO_BUY_LOST, lot_name(other.order_id))]


def test_a_hand_that_sold_a_part_leaves_the_rest_to_be_offered(tmp_path):
    hall = poor(tmp_path)
    lot = hall.buy()
    manual(hall, "0.005")
    assert hall.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]
    hall.sell(lot, "0.00499", FLOOR)
    assert hall.broken() == []


def test_who_sold_coins_of_his_own_excuses_nothing(hall):
    """The account had 10 BTC."""
    lot = hall.buy()
    manual(hall, "1")
    assert hall.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]


def test_a_cancel_of_the_services_own_is_no_hand(hall):
    lot = hall.buy()
    name = f"{lot_name(lot.order_id)}-1"
    order = hall.sell(lot, TEN, FLOOR)
    hall.cancel(order)
    assert hall.verdict(strict=False).is_kept
    hall.rewrite(lambda row: _cancelled_as(row, f"{name}-x"))
    assert not hall.verdict(strict=False).is_kept


def _cancelled_as(row, name):
    if row["kind"] == "execution" and row["body"]["x"] == "CANCELED":
        row["body"]["c"] = name
    return row


def test_names_of_cancels():
    assert is_service_cancel("lk1-go4xt-12-x")
    assert not any(map(is_service_cancel, ("lk1-go4xt-12", "UX4PkG87PHhZth9pCY30Mg", "lk1-go4xt-x", "x-x")))


def test_what_a_hand_amended_away_is_missing_where_it_is_asked_for(hall):
    lot = hall.buy()
    hall.amend(hall.sell(lot, TEN, FLOOR), "0.005")
    assert "made smaller by hand" in hall.verdict(strict=False).notes[0].text
    assert hall.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]


def test_the_floor_of_a_sell_is_that_of_its_quantity_before_a_hand_amended_it(tmp_path):
    """Two fills, 60000.01 and 61000.01, a SELL of each at its own floor; the first is made smaller: still fair."""
    hall = poor(tmp_path)
    hall.quote("60000", ask_qty="0.01")
    lot = hall.place("BUY", qty="0.02", price="61000.01")
    hall.sell(lot, TEN, "60420.80")
    hall.quote("61000", ask_qty="5")
    dear = hall.sell(lot, TEN, "61427.81", 2)
    assert hall.broken() == []
    hall.amend(dear, "0.005")
    hall.cancel(dear)
    manual(hall, TEN)
    assert hall.broken() == []


def test_a_sell_that_is_too_cheap_is_so_whatever_a_hand_did(hall):
    lot = hall.buy()
    hall.cancel(hall.sell(lot, TEN, "60100"))
    assert (NOT_BELOW_FLOOR, lot_name(lot.order_id)) in hall.broken()

"""The trader may sell, cancel and amend manually; the service is judged all the same."""

from lotkeeper.verification.judge.naming import is_service_cancel, lot_name
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR
from tests.lotkeeper.verification.judge.bench import JournalBench
from tests.lotkeeper.verification.judge.test_floors import FLOOR

TEN = "0.00999"
ONLY_USDT = {"USDT": "100000"}


def poor(tmp_path):
    """An account without coins at the start: manual SELLs sell coins that were bought."""
    return JournalBench(tmp_path / "journal.jsonl", ONLY_USDT)


def manual(bench, qty, price=None):
    terms = {"price": price} if price else {}
    return bench.place("SELL", "LIMIT" if price else "MARKET", qty=qty, client_id="by-hand", **terms)


def test_what_a_hand_sold_is_not_missing(tmp_path):
    bench = poor(tmp_path)
    bench.cancel(bench.sell(bench.buy(), TEN, FLOOR))
    assert [point for point, _ in bench.broken()] == [NO_BUY_LOST]
    manual(bench, TEN)
    verdict = bench.verdict()
    assert verdict.is_kept
    assert "0.00999 BTC was sold or is offered by hand" in verdict.notes[0].text


def test_what_a_hand_offers_is_not_missing_while_it_does(tmp_path):
    bench = poor(tmp_path)
    bench.buy()
    offer = manual(bench, TEN, "70000")
    assert bench.verdict().is_kept
    bench.cancel(offer)
    assert not bench.verdict().is_kept


def test_a_hand_excuses_no_more_than_it_sold(tmp_path):
    """One of two lots without a SELL was sold manually: the later lot is lost."""
    bench = poor(tmp_path)
    bench.buy()
    other = bench.buy()
    manual(bench, TEN)
    assert bench.broken() == [(NO_BUY_LOST, lot_name(other.order_id))]


def test_a_hand_that_sold_a_part_leaves_the_rest_to_be_offered(tmp_path):
    bench = poor(tmp_path)
    lot = bench.buy()
    manual(bench, "0.005")
    assert bench.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]
    bench.sell(lot, "0.00499", FLOOR)
    assert bench.broken() == []


def test_who_sold_coins_of_his_own_excuses_nothing(bench):
    """The account had 10 BTC."""
    lot = bench.buy()
    manual(bench, "1")
    assert bench.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]


def test_a_cancel_of_the_services_own_is_no_hand(bench):
    lot = bench.buy()
    name = f"{lot_name(lot.order_id)}-1"
    order = bench.sell(lot, TEN, FLOOR)
    bench.cancel(order)
    assert bench.verdict(strict=False).is_kept
    bench.rewrite(lambda row: _cancelled_as(row, f"{name}-x"))
    assert not bench.verdict(strict=False).is_kept


def _cancelled_as(row, name):
    if row["kind"] == "execution" and row["body"]["x"] == "CANCELED":
        row["body"]["c"] = name
    return row


def test_names_of_cancels():
    assert is_service_cancel("lk1-go4xt-12-x")
    assert not any(map(is_service_cancel, ("lk1-go4xt-12", "UX4PkG87PHhZth9pCY30Mg", "lk1-go4xt-x", "x-x")))


def test_what_a_hand_amended_away_is_missing_where_it_is_asked_for(bench):
    lot = bench.buy()
    bench.amend(bench.sell(lot, TEN, FLOOR), "0.005")
    assert "made smaller by hand" in bench.verdict(strict=False).notes[0].text
    assert bench.broken() == [(NO_BUY_LOST, lot_name(lot.order_id))]


def test_the_floor_of_a_sell_is_that_of_its_quantity_before_a_hand_amended_it(tmp_path):
    """Two fills at 60000.01 and 61000.01, a SELL of each at its floor; the first is reduced: still fair."""
    bench = poor(tmp_path)
    bench.quote("60000", ask_qty="0.01")
    lot = bench.place("BUY", qty="0.02", price="61000.01")
    bench.sell(lot, TEN, "60420.80")
    bench.quote("61000", ask_qty="5")
    dear = bench.sell(lot, TEN, "61427.81", 2)
    assert bench.broken() == []
    bench.amend(dear, "0.005")
    bench.cancel(dear)
    manual(bench, TEN)
    assert bench.broken() == []


def test_a_sell_that_is_too_cheap_is_so_whatever_a_hand_did(bench):
    lot = bench.buy()
    bench.cancel(bench.sell(lot, TEN, "60100"))
    assert (NOT_BELOW_FLOOR, lot_name(lot.order_id)) in bench.broken()

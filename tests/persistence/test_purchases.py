"""Purchases that a person asks for: the same within twelve hours is found, and recorded once."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.buying.purchase import SAME_WITHIN_MS, PurchaseWish
from persistence.errors import OvertakenError

WISH = PurchaseWish(None, None, D(50), 1_700_000_000_000, "alice", "monthly")


def ask(store, wish=WISH, symbol="BTCUSDT", **more):
    return store.find_or_record_purchase(symbol, wish, **{"is_again": False, **more})


def test_the_second_finds_the_first(store):
    first, is_new = ask(store)
    assert (is_new, first.number, first.who, first.why) == (True, 1, "alice", "monthly")
    later = replace(WISH, at_ms=WISH.at_ms + SAME_WITHIN_MS, who="bob")
    assert ask(store, later) == (first, False)


def test_what_is_asked_for_later_or_again_or_otherwise_is_another_one(store):
    first, _ = ask(store)
    later, is_new = ask(store, replace(WISH, at_ms=WISH.at_ms + SAME_WITHIN_MS + 1))
    assert (is_new, later.number) == (True, 2)
    again, is_new = ask(store, replace(WISH, at_ms=later.at_ms), is_again=True)
    assert (is_new, again.number) == (True, 3)
    assert ask(store, replace(WISH, at_ms=later.at_ms)) == (again, False)
    others = [
        ask(store, replace(WISH, amount=D(51))),
        ask(store, symbol="ETHUSDT"),
        ask(store, replace(WISH, price=D(9))),
    ]
    assert [is_new for _, is_new in others] == [True, True, True]
    ids = {each.client_id for each in (first, later, again, *(found for found, _ in others))}
    assert len(ids) == 6
    assert all(len(each) <= 36 for each in ids)


def test_one_that_is_sent_again_is_recorded_as_sent_then(store):
    first, _ = ask(store)
    sent, is_new = ask(store, replace(WISH, at_ms=WISH.at_ms + 60_000), sent_again=first.client_id)
    assert (is_new, sent.client_id, sent.at_ms, sent.sent_ms) == (
        False,
        first.client_id,
        WISH.at_ms,
        WISH.at_ms + 60_000,
    )
    assert ask(store) == (sent, False)


def test_an_older_system_records_none(store):
    store.take_lease()
    token = store.take_lease()
    with pytest.raises(OvertakenError):
        ask(store, lease=token - 1)
    assert ask(store, lease=token)[1]

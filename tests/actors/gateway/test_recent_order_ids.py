from dataclasses import replace
from decimal import Decimal as D

from actors.gateway import recent_order_ids as module
from actors.gateway.recent_order_ids import RecentOrderIds
from lotkeeper.trading.recovery.in_flight import InFlight
from messages.orders import PlaceSellOrder

PLACED = InFlight("BTCUSDT", "lk1-5eh-1", 1, 0, 5000)
ORDER = PlaceSellOrder("BTCUSDT", 2, "lk1-5eh-1", D(1), D(1), 0)


def test_each_keeper_has_to_ask_about_a_name_that_the_exchange_has_taken():
    recent = RecentOrderIds()
    assert not recent.must_ask_first(ORDER, 0.0)
    recent.add(PLACED)
    assert recent.must_ask_first(ORDER, 100.0)
    assert recent.must_ask_first(ORDER, 113.9)
    assert not recent.must_ask_first(ORDER, 114.1)  # nobody has found it for so long
    assert recent.must_ask_first(replace(ORDER, incarnation=3), 114.1)


def test_names_are_those_of_one_pair():
    recent = RecentOrderIds()
    recent.add(PLACED)
    assert not recent.must_ask_first(replace(ORDER, symbol="ETHUSDT"), 0.0)


def test_the_oldest_names_are_forgotten(monkeypatch):
    monkeypatch.setattr(module, "_MAX_RECENT", 2)
    recent = RecentOrderIds()
    for number in (1, 2, 1, 3):
        recent.add(replace(PLACED, client_id=f"lk1-5eh-{number}"))
    asked = [recent.must_ask_first(replace(ORDER, client_id=f"lk1-5eh-{number}"), 0.0) for number in (1, 2, 3)]
    assert asked == [True, False, True]

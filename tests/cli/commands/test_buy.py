"""`lotkeeper buy`."""

import getpass
import json
from decimal import Decimal as D

from lotkeeper.service.errors import ServiceError
from messages.pair_commands import PurchaseAnswered

PLAN = {
    "state": "planned",
    "pair": "BTCUSDT",
    "base": "BTC",
    "quote": "USDT",
    "kind": "MARKET",
    "price": None,
    "quantity": None,
    "amount": "60",
    "ask": "60000",
    "expected_price": "60000",
    "expected_quantity": "0.001",
    "cost": "60",
    "fee": "0.06",
    "sell_price": "60420.79",
    "sell_by_exchange": False,
    "no_list": "",
}
ORDER = {
    "lot": "BTCUSDT-7002",
    "order_id": 7002,
    "client_order_id": "lkb-f6j-1-1",
    "status": "FILLED",
    "ordered": "0.001",
    "executed": "0.001",
    "spent": "60",
}
FOUND = {
    **{each: PLAN[each] for each in ("pair", "base", "quote")},
    **ORDER,
    "state": "found",
    "asked": "2026-11-30T12:00:00.000+00:00",
    "who": "alice",
    "why": "",
}


def test_the_plan_is_shown_and_asked_about_before_anything_is_bought(run, service):
    asked = service(BuyCoins=PurchaseAnswered(PLAN))
    result = run("buy", "btcusdt", "--quote", "60", "--why", "monthly", answer="y\n")
    assert result.exit_code == 0
    assert result.output.splitlines()[:3] == [
        "BTCUSDT: buy for 60 USDT at the market",
        "  the ask is 60000; expected: some 0.001 BTC at 60000, 60.0000 USDT, fee 0.0600",
        "  its SELL would stand at 60420.79",
    ]
    assert [each.is_dry_run for each in asked] == [True, False]
    wish = asked[1].wish
    assert (asked[1].symbol, wish.price, wish.quantity, wish.amount) == ("BTCUSDT", None, None, D(60))
    assert (wish.who, wish.why) == (getpass.getuser(), "monthly")


def test_programs_say_yes_and_get_what_became_of_it(run, service):
    asked = service(BuyCoins=PurchaseAnswered({**PLAN, **ORDER, "state": "bought"}))
    found = json.loads(
        run("buy", "BTCUSDT", "--at", "60000", "--quantity", "0.001", "--yes", "--again", "--json").output
    )
    assert (found["state"], found["lot"]) == ("bought", "BTCUSDT-7002")
    assert [(each.is_dry_run, each.is_again, each.wish.price) for each in asked] == [(False, True, D(60000))]
    assert (
        "BUY lkb-f6j-1-1 is filled: 0.001 of 0.001 BTC for 60 USDT"
        in run("buy", "BTCUSDT", "--quote", "60", "--yes").output
    )


def test_one_that_was_asked_for_before_is_found(run, service):
    service(BuyCoins=PurchaseAnswered(FOUND))
    assert run("buy", "BTCUSDT", "--quote", "60", "--yes").output.splitlines() == [
        "BTCUSDT: the same was asked for at 2026-11-30 12:00:00 UTC by alice",
        "  BUY lkb-f6j-1-1 is filled: 0.001 of 0.001 BTC for 60 USDT",
        "  nothing more was bought; --again buys as much once more",
    ]


def test_a_dry_run_asks_nothing_and_a_refusal_is_1_and_wrong_usage_2(run, service):
    asked = service(BuyCoins=PurchaseAnswered(PLAN))
    assert run("buy", "BTCUSDT", "--quote", "60", "--dry-run").exit_code == 0
    assert [each.is_dry_run for each in asked] == [True]
    service(BuyCoins=ServiceError("nothing was bought"))
    assert run("buy", "BTCUSDT", "--quote", "60", "--yes").exit_code == 1
    assert run("buy", "BTCUSDT").exit_code == run("buy", "BTCUSDT", "--quote", "60", "--quantity", "1").exit_code == 2


def test_who_places_the_sell_is_said_before_anything_is_bought(run, service):
    limit = {**PLAN, "kind": "LIMIT", "price": "59000", "quantity": "0.001", "amount": None, "sell_price": "59500"}
    asked = service(BuyCoins=PurchaseAnswered({**limit, "sell_by_exchange": True}))
    shown = run("buy", "BTCUSDT", "--at", "59000", "--quantity", "0.001", "--dry-run").output
    assert "the exchange itself places its SELL at 59500 when all of it is bought (OPO)" in shown
    assert asked[0].wish.pays_for_sell
    why = "one LIMIT SELL cannot do what exit.ladder asks for"
    asked = service(BuyCoins=PurchaseAnswered({**limit, "no_list": why}))
    shown = run("buy", "BTCUSDT", "--at", "59000", "--quantity", "0.001", "--no-list", "--dry-run").output
    assert f"lotkeeper places it, not the exchange: {why}" in shown
    assert not asked[0].wish.pays_for_sell

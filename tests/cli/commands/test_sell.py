"""`lotkeeper sell` and `lotkeeper flatten`."""

import getpass
import json
from decimal import Decimal as D

from actors.ledger.positions import position
from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.lots.instructions import PriceKind
from messages.control import PositionsReported
from messages.pair_commands import SaleAnswered, SellLot
from tests.persistence import lots

PLAN = {
    "state": "planned",
    "lot": "BTCUSDT-7",
    "pair": "BTCUSDT",
    "base": "BTC",
    "quote": "USDT",
    "quantity": "0.0004",
    "kind": "MARKET",
    "price": "59899",
    "bid": "60200",
    "expected_price": "60200",
    "floor": "60360.37",
    "under_floor_pct": "0.77",
    "cost": "24",
    "fee": "0.02408",
    "net": "24.05592",
    "profit": "0.05592",
    "cancels": ["lk1-7-1"],
    "left": "0.0006",
    "meets": None,
}
FOUND = {
    **{name: PLAN[name] for name in ("lot", "pair", "base", "quote", "quantity", "kind", "price")},
    "state": "found",
    "asked": "2026-11-30T12:00:00.000+00:00",
    "who": "alice",
    "why": "",
    "sold": "0.0001",
    "orders": ["lk1-7-2m"],
}


def test_the_plan_is_shown_and_asked_about_before_it_is_done(run, service):
    asked = service(SellLot=SaleAnswered(PLAN))
    result = run(
        "sell", "btcusdt-7", "--market", "--quantity", "0.0004", "--below-floor", "--why", "rent", answer="y\n"
    )
    assert result.exit_code == 0
    assert "BTCUSDT-7: sell 0.0004 BTC at 59899 USDT or better\n" in result.output
    assert "the bid is 60200; expected at 60200: 24.0559 USDT after a fee of 0.0241" in result.output
    assert "it cost 24.0000 USDT: +0.0559 USDT" in result.output
    assert "sells 0.77 % under the floor of 60360.37" in result.output
    assert "cancels lk1-7-1 first" in result.output
    assert "0.0006 BTC stays with the policy of the pair" in result.output
    assert [each.is_dry_run for each in asked] == [True, False]
    wish = asked[1].wish
    assert (asked[1].symbol, asked[1].lot, asked[1].is_again) == ("BTCUSDT", "BTCUSDT-7", False)
    assert (wish.kind, wish.price, wish.quantity, wish.is_below_floor_allowed) == (
        PriceKind.MARKET,
        None,
        D("0.0004"),
        True,
    )
    assert (wish.who, wish.why) == (getpass.getuser(), "rent")


def test_no_means_no(run, service):
    asked = service(SellLot=SaleAnswered(PLAN))
    assert run("sell", "BTCUSDT-7", "--market", answer="n\n").exit_code == 1
    assert [each.is_dry_run for each in asked] == [True]


def test_a_dry_run_asks_nothing(run, service):
    asked = service(SellLot=SaleAnswered(PLAN))
    assert "sell 0.0004 BTC" in run("sell", "BTCUSDT-7", "--at", "59899", "--dry-run").output
    assert [each.is_dry_run for each in asked] == [True]
    assert (asked[0].wish.kind, asked[0].wish.price) == (PriceKind.AT, D(59899))


def test_programs_say_yes_and_get_the_numbers(run, service):
    asked = service(SellLot=SaleAnswered({**PLAN, "state": "begun"}))
    found = json.loads(run("sell", "BTCUSDT-7", "--at-floor", "--yes", "--again", "--json").output)
    assert found == {**PLAN, "state": "begun"}
    assert [(each.is_dry_run, each.is_again, each.wish.kind) for each in asked] == [(False, True, PriceKind.FLOOR)]
    refused = run("sell", "BTCUSDT-7", "--market", "--json")
    assert refused.exit_code == 1
    assert "with --json give --yes" in json.loads(refused.output)["error"]


def test_one_that_was_asked_for_before_is_found_and_nothing_is_asked(run, service):
    asked = service(SellLot=SaleAnswered(FOUND))
    result = run("sell", "BTCUSDT-7", "--market")
    assert result.output.splitlines() == [
        "BTCUSDT-7: the same was asked for at 2026-11-30 12:00:00 UTC by alice",
        "  sold 0.0001 of 0.0004 BTC; lk1-7-2m stands at 59899 USDT",
        "  nothing more was done; --again sells as much once more",
    ]
    assert (result.exit_code, len(asked)) == (0, 1)


def test_all_lots_of_a_pair_are_sold_the_oldest_first(run, service):
    found = PositionsReported((position(lots.lot(9)), position(lots.lot(7))))
    asked = service(AskPositions=found, SellLot=SaleAnswered({**PLAN, "state": "begun"}))
    documents = json.loads(run("sell", "--pair", "btcusdt", "--market", "--yes", "--json").output)
    assert [each["state"] for each in documents] == ["begun", "begun"]
    assert asked[0].symbol == "BTCUSDT"
    assert [each.lot for each in asked[1:]] == ["BTCUSDT-7", "BTCUSDT-9"]


def test_flatten_is_a_sale_at_the_market_of_all_lots_and_a_refused_one_keeps_none_from_being_sold(run, service):
    found = PositionsReported((position(lots.lot(7)),))
    service(AskPositions=found, SellLot=ServiceError("the bid is 1 % under the floor"))
    result = run("flatten", "--yes")
    assert (result.exit_code, result.output) == (1, "BTCUSDT-7: refused: the bid is 1 % under the floor\n")
    asked = service(AskPositions=found, SellLot=SaleAnswered(PLAN))
    assert run("flatten", "--below-floor", answer="y\n").exit_code == 0
    assert [type(each).__name__ for each in asked] == ["AskPositions", "SellLot", "SellLot"]
    sales = [each for each in asked if isinstance(each, SellLot)]
    assert [(each.wish.kind, each.wish.quantity, each.is_dry_run) for each in sales] == [
        (PriceKind.MARKET, None, True),
        (PriceKind.MARKET, None, False),
    ]


def test_without_lots_there_is_nothing_to_sell(run, service):
    service(AskPositions=PositionsReported(()))
    assert run("flatten").output == "no lots: there is nothing to sell\n"


def test_wrong_usage_is_2(run, service):
    service()
    for words in (
        ("BTCUSDT-7",),
        ("BTCUSDT-7", "--market", "--at-floor"),
        ("--market",),
        ("BTCUSDT-7", "--pair", "BTCUSDT", "--market"),
        ("--pair", "BTCUSDT", "--market", "--quantity", "1"),
        ("BTCUSDT-7", "--at", "-1"),
        ("BTCUSDT-7", "--at", "cheap"),
    ):
        assert run("sell", *words).exit_code == 2, words


def test_a_name_that_is_no_lot_is_1(run, service):
    service(AskPositions=PositionsReported(()))
    assert "is not the name of a lot" in run("sell", "everything", "--market").output

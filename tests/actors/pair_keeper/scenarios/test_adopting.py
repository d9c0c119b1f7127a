"""Lots that a person adds, at a keeper's desk."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.book.holdings import PairHolding
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.policy import Adoption
from lotkeeper.trading.recovery.adopted_coins import FIRST_NUMBER
from messages.control import CommandDone, CommandRefused
from messages.orders import PlaceSellOrder
from messages.pair_commands import AdoptCoins, AdoptOrder, AdoptSince
from messages.queries import FetchTop
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, fill, report
from tests.actors.stage import Stage, trading_keeper

OLD = 5000  # the order id of a BUY from before our time, which the cursor (trade 100) has passed


def told(stage: Stage, message: object, held: str = "0.002", *others: PairHolding, then: str | None = None) -> Probe:
    """A person says so, and all questions that it takes are answered."""
    person = stage.desk.probe(f"a person ({len(stage.sent)})")
    stage.desk.tell(message, person)
    if any(isinstance(each, FetchTop) for each in stage.gateway.received):
        stage.comparing(held, *others, then=then)
    return person


def with_history() -> Stage:
    """0.003 BTC was bought long ago in two parts, with a fee; 0.001 of it was sold by hand since."""
    stage = trading_keeper()
    parts = [fill(OLD, trade, Side.BUY, "0.0015", "40000", "0.0000015", "BTC") for trade in (40, 41)]
    stage.memory.keep(report(OLD, "app", Side.BUY, "FILLED", "0.003", "0.003", "40000"), *parts)
    sold = fill(5005, 50, Side.SELL, "0.001", "45000", "0", "USDT")
    stage.memory.keep(report(5005, "app-sell", Side.SELL, "FILLED", "0.001", "0.001", "45000"), sold)
    return stage


def test_a_dry_run_says_what_a_buy_comes_to_and_adopts_nothing():
    stage = with_history()
    text = told(stage, AdoptOrder(SYMBOL, OLD, True)).pop(CommandDone).text
    assert text.startswith(f"lot {SYMBOL}-{OLD}: bought 0.002997 BTC for 120 USDT; 0.001 of it is sold since")
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.last_report().lots_open == 0


def test_a_buy_from_before_becomes_a_lot_with_its_own_fees_less_what_was_sold_since():
    stage = with_history()
    assert "bought 0.002997 BTC" in told(stage, AdoptOrder(SYMBOL, OLD, False)).pop(CommandDone).text
    order = stage.order()
    assert order.quantity == D("0.00199")
    lot = stage.written()
    assert (lot.received, lot.cost) == (D("0.002997"), 120)
    assert [(each.kind, each.number, each.quantity) for each in lot.disposals] == [
        (DisposalKind.SOLD_BY_HAND, 50, D("0.001"))
    ]
    # its share of the cost, half a percent on it, and a fee of 0.1 %
    assert order.price >= D(120) / D("0.002997") * D("1.005") / D("0.999")


def test_adopted_twice_is_refused():
    stage = with_history()
    told(stage, AdoptOrder(SYMBOL, OLD, False)).pop(CommandDone)
    stage.gateway.received.clear()
    assert "is lot" in told(stage, AdoptOrder(SYMBOL, OLD, False)).pop(CommandRefused).text
    stage.gateway.nothing(PlaceSellOrder)


@pytest.mark.parametrize("number", [4711, 5005])
def test_what_is_no_buy_of_the_pair_is_refused(number):
    stage = with_history()
    assert "no trades of a BUY order" in told(stage, AdoptOrder(SYMBOL, number, False)).pop(CommandRefused).text
    assert stage.last_report().lots_open == 0


def test_a_buy_that_is_sold_already_is_refused():
    stage = with_history()
    sold = fill(5006, 51, Side.SELL, "0.002", "45000", "0", "USDT")
    stage.memory.keep(report(5006, "app-sell-2", Side.SELL, "FILLED", "0.002", "0.002", "45000"), sold)
    assert "all of it is sold" in told(stage, AdoptOrder(SYMBOL, OLD, False)).pop(CommandRefused).text


def elsewhere(quantity: str, **changes: Any) -> PairHolding:
    """What lots of another pair with the same coin hold, by a report of just now."""
    fresh = PairHolding("BTCEUR", D(quantity), at_ms=NOW_MS * 2, complete_as_of_ms=NOW_MS * 2)
    return replace(fresh, **changes)


@pytest.mark.parametrize("way", ["order", "since"])
@pytest.mark.parametrize("has_sold", [False, True], ids=["another pair holds them", "another pair sold them"])
def test_a_buy_whose_coins_are_those_of_another_pair_is_refused(way, has_sold):
    stage = with_history()
    message = AdoptOrder(SYMBOL, OLD, False) if way == "order" else since()
    account = ("0.0005",) if has_sold else ("0.002", elsewhere("0.0015"))
    text = told(stage, message, *account).pop(CommandRefused).text
    assert f"0.001997 BTC of {SYMBOL}-{OLD} is not sold on this pair, and the account holds 0.0005 BTC" in text
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.last_report().lots_open == 0
    told(stage, message, "0.0035", elsewhere("0.0015")).pop(CommandDone)
    assert stage.order().quantity == D("0.00199")


def coins(quantity: str, cost: str = "55", *, dry: bool = False, at_ms: int = NOW_MS) -> AdoptCoins:
    return AdoptCoins(SYMBOL, at_ms, D(quantity), D(cost), dry)


def test_coins_without_a_trade_become_a_lot_at_the_stated_cost():
    stage = trading_keeper()
    assert "0.001 BTC at a cost of 55 USDT" in told(stage, coins("0.001")).pop(CommandDone).text
    order, lot = stage.order(), stage.written()
    assert (lot.received, lot.cost, lot.buy_order_id) == (D("0.001"), 55, FIRST_NUMBER + NOW_MS)
    assert order.quantity == D("0.001")
    assert order.price * order.quantity * D("0.999") >= D("55.275")
    assert len(order.client_id) <= 36


def test_a_dry_run_of_coins_adopts_none():
    stage = trading_keeper()
    told(stage, coins("0.001", dry=True)).pop(CommandDone)
    stage.gateway.nothing(PlaceSellOrder)


def test_more_coins_than_no_lot_has_are_refused():
    stage = trading_keeper()
    stage.selling()
    assert "nothing that no lot has" in told(stage, coins("0.0001"), "0.001").pop(CommandRefused).text
    assert "0.0005 BTC that no lot has" in told(stage, coins("0.0006"), "0.0015").pop(CommandRefused).text


def test_the_same_coins_are_adopted_once():
    stage = trading_keeper()
    told(stage, coins("0.001"), "0.002").pop(CommandDone)
    assert "adopted already" in told(stage, coins("0.001"), "0.002").pop(CommandRefused).text
    assert "nothing that no lot has" in told(stage, coins("0.001", at_ms=NOW_MS + 1), "0.001").pop(CommandRefused).text


def test_coins_of_another_pair_are_no_more_than_those_of_its_own_adoptable():
    stage = trading_keeper()
    assert (
        "nothing that no lot has" in told(stage, coins("0.001"), "0.002", elsewhere("0.002")).pop(CommandRefused).text
    )
    text = told(stage, coins("0.001"), "0.0025", elsewhere("0.001"), elsewhere("0.001", symbol="BTCUSDC")).pop(
        CommandRefused
    )
    assert "0.0005 BTC that no lot has" in text.text
    stage.gateway.nothing(PlaceSellOrder)
    told(stage, coins("0.0005", "30"), "0.0025", elsewhere("0.002")).pop(CommandDone)
    assert stage.order().quantity == D("0.0005")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"complete_as_of_ms": None}, "BTCEUR: not reconciled yet"),
        ({"complete_as_of_ms": 1}, "BTCEUR: its trades are accounted for up to"),
        ({"is_adopting": True}, "BTCEUR: coins are being adopted there; try again in a moment"),
    ],
)
def test_where_it_is_not_known_what_another_pair_holds_nothing_is_adopted(changes, why):
    stage = trading_keeper()
    text = told(stage, coins("0.001"), "5", elsewhere("0", **changes)).pop(CommandRefused).text
    assert text.startswith(f"what other pairs hold of BTC is not known: {why}")
    stage.gateway.nothing(PlaceSellOrder)


@pytest.mark.parametrize(("at_ms", "why"), [(0, "no report yet"), (NOW_MS - 12_345, "no report for")])
def test_another_pair_that_does_not_report_is_waited_for_and_then_said(at_ms, why):
    stage = trading_keeper()
    old = elsewhere("0", at_ms=at_ms)
    person = told(stage, coins("0.001"), "5", old)
    for _ in range(5):
        person.nothing(CommandRefused)
        stage.desk.advance(1)
        stage.others_hold(old)
    stage.comparing_ends("5")
    assert f"BTCEUR: {why}" in person.pop(CommandRefused).text
    stage.gateway.nothing(PlaceSellOrder)


def test_a_report_from_before_the_balance_is_not_enough_and_the_next_one_is():
    """What moved the balance just before may not be in it: a second later it is."""
    stage = trading_keeper()
    person = told(stage, coins("0.001"), "0.001", elsewhere("0", at_ms=NOW_MS - 1))
    stage.desk.advance(1)
    stage.others_hold(elsewhere("0.001"))
    stage.comparing_ends("0.001")
    assert "nothing that no lot has" in person.pop(CommandRefused).text


def test_a_balance_that_moves_meanwhile_proves_nothing():
    stage = trading_keeper()
    assert "moved while it was compared" in told(stage, coins("0.001"), "0.002", then="0.001").pop(CommandRefused).text
    stage.gateway.nothing(PlaceSellOrder)


def test_while_coins_are_being_adopted_the_report_says_so():
    stage = with_history()
    assert not stage.last_report().is_adopting
    stage.desk.tell(AdoptOrder(SYMBOL, OLD, False), person := stage.desk.probe("a person"))
    stage.desk.advance(1)
    assert stage.last_report().is_adopting
    stage.comparing("0.002")
    person.pop(CommandDone)
    assert (stage.last_report().is_adopting, stage.last_report().held) == (False, D("0.001997"))


def test_coins_for_nothing_are_refused():
    assert "above zero" in told(trading_keeper(), coins("0.001", "0")).pop(CommandRefused).text


def since(*, dry: bool = False, ms: int = NOW_MS) -> AdoptSince:
    return AdoptSince(SYMBOL, ms, dry)


def test_every_buy_since_a_date_is_adopted_once():
    stage = with_history()
    text = told(stage, since(dry=True)).pop(CommandDone).text
    assert f"lot {SYMBOL}-{OLD}: bought 0.002997 BTC" in text
    stage.gateway.nothing(PlaceSellOrder)
    assert told(stage, since()).pop(CommandDone).text == text
    assert stage.order().quantity == D("0.00199")
    assert "no BUY" in told(stage, since()).pop(CommandRefused).text
    stage.gateway.nothing(PlaceSellOrder)


def test_a_date_after_all_buys_adopts_none():
    assert "no BUY" in told(with_history(), since(ms=NOW_MS + 1)).pop(CommandRefused).text


def test_a_first_start_adopts_since_the_configured_date():
    old = with_history()
    stage = Stage(adoption=Adoption(since_ms=NOW_MS), memory=old.memory)
    stage.loaded(cursor=None)
    stage.market()
    stage.answers()
    assert stage.order().quantity == D("0.00199")


def test_with_buys_named_a_buy_is_no_lot_until_it_is_named():
    stage = Stage(adoption=Adoption(takes_all=False))
    stage.loaded()
    stage.market()
    stage.answers()
    stage.buys()
    stage.compared()
    stage.gateway.nothing(PlaceSellOrder)
    told(stage, AdoptOrder(SYMBOL, 7001, False)).pop(CommandDone)
    assert stage.order().quantity == D("0.001")

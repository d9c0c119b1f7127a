from dataclasses import replace
from decimal import Decimal as D

import orjson

from actors.ledger.explanation import explanation
from lotkeeper.trading.lots.lot import Lot, with_dust_transfer
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.policy import ExitPolicy, Terms
from lotkeeper.trading.reports.explanation import explain
from lotkeeper.trading.selling.decisions import Close
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.instructing import instruction
from tests.lotkeeper.trading.make import NOW

TERMS = Terms(make.market(step=D("0.01"), min_quantity=D("0.01")), ExitPolicy(D(1)))


def sold():
    """Bought with a fee in BNB, sold with one in quote."""
    kept = make.book()
    kept.set_terms(TERMS.market, TERMS.policy)
    kept.apply_fill(make.buy(1, quantity="1.004", price="100", fee="0.0002", asset="BNB"))
    kept.set_fee_value(7, FeeValue(1, "BNB", D("600.10"), NOW, D("0.12002")))
    kept.apply_report(make.sell_report(make.place(kept, on=TERMS.market, by=TERMS.policy)))
    kept.apply_fill(make.sell(2, quantity="1", price="101.30", fee="0.1013"))
    kept.lots.apply_decision(kept.lots[7], Close())
    return kept.lots[7]


def document(lot, terms=TERMS):
    return explanation(explain(lot, terms, NOW))


def test_it_begins_with_the_fields_of_positions():
    found = document(sold())
    assert (found["lot"], found["state"], found["received"], found["sold"]) == ("BTCUSDT-7", "CLOSED", "1.004", "1")


def test_fills_with_their_fees_and_how_they_were_valued():
    (fill,) = document(sold())["buys"]
    assert fill == {
        "trade": 1,
        "time": "2023-11-14T22:13:20.001+00:00",
        "price": "100",
        "quantity": "1.004",
        "amount": "100.4",
        "fee": "0.0002",
        "fee_asset": "BNB",
        "fee_price": "600.1",
        "fee_valued_at": "2023-11-14T22:13:20.000+00:00",
        "fee_value": "0.12002",
        "maker": False,
    }


def test_the_sell_step_by_step():
    (sell,) = document(sold())["asked"]
    # cost 100.52002 * 1 / 1.004 = 100.119541832669...; 101.120737250996 / 0.999 = 101.22195921...
    assert (sell["client_order_id"], sell["state"]) == ("lk1-7-1", "FILLED")
    assert (sell["cost"], sell["wanted_by"]) == ("100.119541832669", "net_profit_pct")
    assert sell["wanted_profit"] == "1.001195418327"  # rounded up
    assert sell["floor"] == "101.2219592102062062"  # twenty digits, cut
    assert (sell["price"], sell["expected_proceeds"], sell["expected_fee"]) == ("101.23", "101.23", "0.10123")


def test_sales_and_the_net():
    found = document(sold())
    (sale,) = found["sales"]
    assert (sale["net"], sale["cost"], sale["profit"]) == ("101.1987", "100.119541832669", "1.079158167331")
    assert sale["held_seconds"] == 0.001
    assert found["realised_net"] == found["expected_net"] == "1.079158167331"
    assert (found["dust"], found["dust_cost"]) == ("0.004", "0.400478167331")
    assert found["next"] == [{"decision": "Close", "why": ""}]


def test_terms_are_included_unless_they_are_unknown():
    assert document(sold())["terms"] == {
        "tick": "0.01",
        "step": "0.01",
        "min_notional": "5",
        "sell_rate": "0.001",
        "net_profit_pct": "1",
        "min_net_profit": "0",
        "dust": "keep",
        "sell_fee": "worse",
        "bnb_discount": False,
    }
    assert document(sold(), None)["terms"] is None
    assert document(sold(), None)["next"] == []


def test_a_lot_that_waits_says_for_what():
    kept, _ = make.selling()
    (step,) = document(kept.lots[7], replace(TERMS, policy=make.policy("0")))["next"]
    assert step == {"decision": "Wait", "why": "its SELLs on the book", "until": "its SELLs on the book"}


def test_transferred_dust_names_the_other_lot():
    carry = DustTransfer(make.SYMBOL, 6, 7, 1, D("0.10"), D("10.0"), NOW)
    lot = with_dust_transfer(make.selling()[0].lots[7], carry)
    found = document(lot)
    at = "2023-11-14T22:13:20.000+00:00"
    assert found["taken"] == [{"lot": "BTCUSDT-6", "quantity": "0.1", "cost": "10", "at": at}]
    assert (found["stock"], found["stock_cost"]) == ("1.1", "110")


def test_it_is_a_json_document_whatever_the_lot():
    kept, _ = make.selling()
    empty = Lot("BTCUSDT", "BTC", "USDT", 1)
    for lot in (sold(), kept.lots[7], replace(kept.lots[7], orders=()), empty):
        for terms in (TERMS, None):
            assert orjson.loads(orjson.dumps(document(lot, terms))) == document(lot, terms)


def test_what_persons_asked_to_be_sold_and_how_far_it_has_come():
    kept = make.book()
    kept.apply_fill(make.buy())
    kept.lots.instruct(7, instruction("0.4", "90", why="rent", from_generation=1))
    assert document(kept.lots[7], None)["instructed"] == [
        {
            "number": 1,
            "state": "UNDER_WAY",
            "asked_at": "2023-11-14T22:13:20.000+00:00",
            "who": "alice",
            "why": "rent",
            "quantity": "0.4",
            "whole": False,
            "kind": "AT",
            "price": "90",
            "below_floor": True,
            "sold": "0",
            "brought": "0",
            "sold_otherwise": "0",
            "left": "0.4",
            "client_order_ids": [],
            "open": [],
        }
    ]
    assert document(sold())["instructed"] == []

"""The arithmetic of a lot: every figure again from those before it."""

from dataclasses import replace
from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import with_dust_transfer
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.policy import Dust, ExitPolicy, Rung, Terms
from lotkeeper.trading.reports.explanation import explain
from lotkeeper.trading.selling.decisions import CancelSell, Close, Park, PlaceSell
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW
from tests.lotkeeper.trading.test_life import live
from tests.lotkeeper.trading.world import MARKET, POLICIES, World

TERMS = Terms(make.market(step=D("0.01"), min_quantity=D("0.01")), ExitPolicy(D(1)))


def book(*fills, terms=TERMS):
    kept = make.book()
    for fill in fills or (make.buy(quantity="1.004"),):
        kept.apply_fill(fill)
    kept.set_terms(terms.market, terms.policy)
    return kept


def selling(terms=TERMS, *fills):
    """A lot whose SELL stands."""
    kept = book(*fills, terms=terms)
    kept.apply_report(make.sell_report(make.place(kept, on=terms.market, by=terms.policy)))
    return kept


def test_what_was_bought_with_fees_of_three_kinds():
    kept = book(
        make.buy(1, quantity="1", price="100", fee="0.001", asset="BTC"),
        make.buy(2, quantity="1", price="110", fee="0.11", asset="USDT"),
        make.buy(3, quantity="1", price="120", fee="0.0002", asset="BNB"),
    )
    kept.set_fee_value(7, FeeValue(3, "BNB", D(600), NOW, D("0.12")))
    found = explain(kept.lots[7], TERMS, NOW)
    assert (found.bought, found.fees_in_base) == (3, D("0.001"))
    assert (found.paid, found.fees_in_quote, found.fees_valued) == (330, D("0.11"), D("0.12"))
    assert found.bought - found.fees_in_base == found.lot.received
    assert found.paid + found.fees_in_quote + found.fees_valued == found.lot.cost


def test_a_sell_of_a_ladder_says_the_percentage_of_its_part():
    rungs = Rung(D(50), D(1)), Rung(D(50), D(4))
    terms = replace(TERMS, policy=ExitPolicy(D(0), ladder=rungs))
    kept = selling(terms)
    found = explain(kept.lots[7], terms, NOW)
    assert [(each.reason, each.wanted_pct) for _, each in found.sell_terms] == [("ladder", D(1))]
    assert found.next_sell_terms is not None
    assert (found.next_sell_terms.reason, found.next_sell_terms.wanted_pct) == ("ladder", D(4))
    assert [(each.quantity, each.sold_with) for each in found.ladder] == [(D("0.5"), rungs[0]), (D("0.5"), rungs[1])]
    later = replace(TERMS, policy=ExitPolicy(D(0), ladder=(Rung(D(50), D(2)), rungs[1])))
    assert explain(kept.lots[7], later, NOW).sell_terms[0][1].reason == ""


def test_a_lot_that_is_about_to_be_sold_shows_its_next_sell():
    found = explain(book().lots[7], TERMS, NOW)
    (step,) = found.next_steps
    assert isinstance(step, PlaceSell)
    asked = found.next_sell_terms
    assert asked is not None
    # 1.00 of 1.004 for 100.4: cost 100, profit 1; 101 / 0.999 = 101.1011...
    assert (asked.price, asked.quantity, asked.cost, asked.profit) == (D("101.11"), 1, 100, 1)
    assert asked.reason == "net_profit_pct"
    assert asked.floor is not None
    assert (asked.floor.numerator, asked.floor.denominator) == (101, D("0.999"))
    assert (asked.proceeds, asked.fee, asked.net) == (D("101.11"), D("0.10111"), D("101.00889"))
    assert asked.expected_profit == D("1.00889")
    assert (found.dust, found.dust_cost) == (D("0.004"), D("0.4"))


def test_a_standing_sell_is_shown_on_the_terms_that_it_was_placed_on():
    kept = selling()
    later = Terms(make.market("0.002", step=D("0.01")), ExitPolicy(D(7)))
    found = explain(kept.lots[7], later, NOW)
    ((order, asked),) = found.sell_terms
    assert order.order_id == 70
    assert (asked.profit, asked.sell_rate, asked.reason) == (1, D("0.001"), "")
    assert found.expected_profit == D("1.00889")
    # 100 * 1.07 / (1 * 0.998) = 107.2144...
    assert found.next_steps == (CancelSell(order.name, 70, "it is to be sold at 107.22 now"),)


def test_which_wish_the_profit_came_from():
    terms = replace(TERMS, policy=ExitPolicy(D("0.1"), min_net_profit=D(3)))
    ((_, asked),) = explain(selling(terms).lots[7], terms, NOW).sell_terms
    assert (asked.profit, asked.reason) == (3, "min_net_profit")


def test_dust_that_is_written_off_costs_nothing_more():
    terms = replace(TERMS, policy=ExitPolicy(D(1), dust=Dust.WRITE_OFF))
    found = explain(selling(terms).lots[7], terms, NOW)
    assert (found.dust, found.dust_cost) == (D("0.004"), 0)
    assert found.sell_terms[0][1].cost == D("100.4")


def test_a_sell_found_on_the_exchange_has_no_terms():
    kept = book()
    kept.apply_report(make.named_report(7, 1, 70, "1", "150"))
    ((_, asked),) = explain(kept.lots[7], TERMS, NOW).sell_terms
    assert (asked.floor, asked.fee, asked.net, asked.expected_profit) == (None, None, None, None)
    assert asked.proceeds == 150
    assert explain(kept.lots[7], TERMS, NOW).expected_profit is None


def test_without_terms_the_fills_are_explained_all_the_same():
    found = explain(selling().lots[7], None, NOW)
    assert (found.bought, found.next_steps, found.next_sell_terms) == (D("1.004"), (), None)
    assert found.dust == D("0.004")


def test_a_sold_lot_has_its_sales_and_expects_no_more():
    kept = selling()
    kept.apply_fill(make.sell(2, quantity="1", price="101.11", fee="0.10111"))
    kept.lots.apply_decision(kept.lots[7], Close())
    found = explain(kept.lots[7], TERMS, NOW)
    assert [sale.profit for sale in found.sales] == [D("1.00889")]
    assert found.realised_profit == found.expected_profit == D("1.00889")


def test_what_is_left_of_a_closed_lot_counts_at_its_share_and_the_difference_is_shown():
    """0.5 for 50 and 0.504 for 52.416: what is left of 1.004 are the dearest by FIFO, and average ones by share."""
    fills = make.buy(1, quantity="0.5", price="100"), make.buy(2, quantity="0.504", price="104")
    kept = selling(TERMS, *fills)
    kept.apply_fill(make.sell(2, quantity="1", price="110", fee="0.11"))
    kept.lots.apply_decision(kept.lots[7], Close())
    found = explain(kept.lots[7], TERMS, NOW)
    assert found.sales[0].profit + found.correction == found.realised_profit
    # 102.416 in all; the sale's coins cost 50 + 52 by FIFO, and the share of 1 of 1.004 is 102.007968127490
    assert found.sales[0].cost == 102
    assert found.correction == D("-0.007968127490")


def test_a_parked_lot_says_why():
    (step,) = explain(book(make.buy(quantity="0.02")).lots[7], TERMS, NOW).next_steps
    assert isinstance(step, Park)
    assert step.why == "worth 2.0222 USDT, below the smallest order of 5 (NOTIONAL)"


def test_dust_that_was_taken_over_is_part_of_what_there_is_to_sell():
    lot = with_dust_transfer(book().lots[7], DustTransfer(make.SYMBOL, 6, 7, 1, D("0.006"), D("0.7"), NOW))
    found = explain(lot, TERMS, NOW)
    assert found.next_sell_terms is not None
    assert (found.next_sell_terms.quantity, found.next_sell_terms.cost) == (D("1.01"), D("101.1"))
    assert found.dust == 0


def test_refused_sells_are_left_out():
    kept = book()
    order = make.place(kept, on=TERMS.market, by=TERMS.policy)
    kept.apply_report(make.sell_report(order, status="REJECTED"), is_certain=True)
    assert explain(kept.lots[7], TERMS, NOW).sell_terms == ()


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_whatever_a_lot_went_through_its_figures_agree(seed, policy):
    world = World(policy)
    live(world, Random(seed), moves=40)
    for lot in world.book.lots.values():
        found = explain(lot, Terms(MARKET, policy), NOW + world.now)
        assert found.bought - found.fees_in_base == lot.received
        assert found.paid + found.fees_in_quote + found.fees_valued == lot.cost
        assert 0 <= found.dust < MARKET.pair.step
        assert sum(sale.net for sale in found.sales) == lot.proceeds
        assert found.correction == 0 or lot.state is LotState.CLOSED
        for order, asked in found.sell_terms:
            assert order.executed or order.is_live
            assert asked.floor is None or asked.price * asked.floor.denominator >= asked.floor.numerator
            assert asked.net is None or asked.net == asked.price * asked.quantity * (1 - MARKET.sell_rate)
            assert asked.expected_profit is None or asked.expected_profit >= asked.profit


@pytest.mark.parametrize("policy", POLICIES)
def test_the_next_sell_is_what_would_be_placed(policy):
    terms = Terms(MARKET, policy)
    kept = book(make.buy(quantity="1.2345"), terms=terms)
    kept.apply_report(make.buy_report(executed="1.2345"))
    found = explain(kept.lots[7], terms, NOW)
    placed = make.place(kept, on=MARKET, by=policy)
    assert found.next_sell_terms is not None
    assert (found.next_sell_terms.price, found.next_sell_terms.quantity) == (placed.price, placed.quantity)
    assert found.next_sell_terms.cost == placed.cost

"""The arithmetic of a lot as a person sees it."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.ledger.explanation import explanation
from cli.views.explanation import explanation_view
from lotkeeper.trading.filters.amounts import TrailingDelta
from lotkeeper.trading.lots.fees import SellFee
from lotkeeper.trading.lots.lot import Lot, with_dust_transfer
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.policy import AgeStep, Dust, ExitPolicy, Rung, Terms
from lotkeeper.trading.reports.explanation import explain
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Close, Situation
from lotkeeper.trading.selling.refused_trails import TrailStart
from tests.cli.views.rendering import render
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW

TERMS = Terms(make.market(step=D("0.01"), min_quantity=D("0.01")), ExitPolicy(D(1)))


def book(*fills, terms=TERMS):
    kept = make.book()
    kept.set_terms(terms.market, terms.policy)
    for fill in fills or (make.buy(quantity="1.004"),):
        kept.apply_fill(fill)
    return kept


def selling(*fills, terms=TERMS):
    kept = book(*fills, terms=terms)
    kept.apply_report(make.sell_report(make.place(kept, on=terms.market, by=terms.policy)))
    return kept


def lines(lot, terms=TERMS, width=120, now_ms=NOW):
    """Every line in single spaces."""
    document = explanation(explain(lot, terms, now_ms))
    return [" ".join(line.split()) for line in render(explanation_view(document), width)]


def test_sections_stand_in_the_order_of_the_sums():
    kept = selling()
    kept.apply_fill(make.sell(2, quantity="1", price="101.30", fee="0.1013"))
    kept.lots.apply_decision(kept.lots[7], Close())
    titles = [line for line in lines(kept.lots[7]) if line.split(" ")[0] in ("Lot", "Bought", "SELL", "Sold", "Net")]
    assert titles == ["Lot BTCUSDT-7 closed", "Bought", "SELL lk1-7-1, filled", "Sold", "Net"]


def test_every_line_of_a_sell_has_its_sum():
    found = lines(selling().lots[7])
    # 1.00 of 1.004 for 100.4: cost 100, profit 1; 101 / 0.999 = 101.1011...
    wanted = [
        "quantity 1 BTC in steps of 0.01",
        "cost 100 USDT its share of 100.4",
        "profit 1 USDT 1 % of that cost",
        "fee 0.1 % expected of the proceeds, the worse of maker and taker",
        "floor 101.1011011011011011 USDT (100 + 1) / (1 * (1 - 0.001))",
        "price 101.11 USDT rounded up to the tick of 0.01",
        "proceeds 101.11 USDT 101.11 * 1",
        "expected net +1.00889 USDT after a fee of 0.10111 USDT: 101.00889 - 100 of cost",
    ]
    start = found.index("SELL lk1-7-1, open") + 1
    assert found[start : start + len(wanted)] == wanted


def test_a_ladder_shows_its_parts_and_what_is_sold_with_another():
    ladder = Rung(D(50), D("0.5")), Rung(D(30), D(1)), Rung(D(20), D(2))
    terms = Terms(make.market(step=D("0.001"), min_quantity=D("0.001")), ExitPolicy(D(0), ladder=ladder))
    found = lines(selling(make.buy(quantity="0.2"), terms=terms).lots[7], terms)
    start = found.index("Ladder") + 1
    assert found[start : start + 3] == [
        "50 % 0.1 BTC at a net profit of 0.5 %",
        "30 % 0.06 BTC at a net profit of 1 %",
        "20 % 0.04 BTC at a net profit of 2 %; too small for an order, sold with the part at 1 %",
    ]
    assert "profit 0.05 USDT 0.5 % of that cost, as the ladder has it for this part" in found
    assert "profit 0.1 USDT 1 % of that cost, as the ladder has it for this part" in found  # of the next SELL


FOLLOWS = Terms(TERMS.market, ExitPolicy(D("0.5"), trailing_bips=150, trailing_share_pct=D(70)))


def following(*starts: TrailStart, terms: Terms = FOLLOWS, ends: bool = True) -> Lot:
    """The lot when a SELL stands for each of these decisions."""
    kept = book(make.buy(quantity="1"), terms=terms)
    if ends:
        kept.apply_report(make.buy_report())
    for start in starts:
        step = decide(kept.lots[7], terms.market, terms.policy, Situation(NOW, trail_start=start))[-1]
        order = kept.lots.record_sell_sent(step, NOW)
        kept.apply_report(make.sell_report(order, 70 + order.name.generation))
    return kept.lots[7]


def test_a_part_that_follows_the_price_says_from_where_and_how_far():
    found = lines(following(TrailStart.FROM_STOP_PRICE, TrailStart.NOT_NOW), FOLLOWS)
    assert found[found.index("Trailing") + 1] == "follows 0.7 BTC 70 % of the lot, as SELL lk1-7-1"
    row = "follows 1.5 % below the highest trade, from 102.15 USDT on; never below the price above"
    assert found.index("price 100.61 USDT rounded up to the tick of 0.01") + 1 == found.index(row)
    assert found.count(row) == 1  # the rest is a LIMIT
    at_once = lines(following(TrailStart.AT_ONCE), FOLLOWS)
    assert "follows 1.5 % below the highest trade, from the next trade on; never below the price above" in at_once


@pytest.mark.parametrize(
    ("lot", "terms", "why"),
    [
        (following(TrailStart.NOT_NOW), FOLLOWS, "nearer lots have the slots for such orders, or the exchange refused"),
        (following(TrailStart.NOT_NOW, ends=False), FOLLOWS, "its BUY has not ended"),
        (
            following(TrailStart.NOT_NOW),
            replace(FOLLOWS, market=make.market("0.001", TrailingDelta(10, 100, 10, 100))),
            "the exchange refuses it (TRAILING_DELTA: trailing delta 150; the nearest allowed is 100)",
        ),
    ],
)
def test_why_a_part_does_not_follow_the_price(lot: Lot, terms: Terms, why: str):
    found = lines(lot, terms, width=200)
    assert found[found.index("Trailing") + 1].startswith(f"to follow 0.7 BTC 70 % of the lot; not now: {why}")


def test_coins_that_are_kept_stand_beside_what_is_to_be_sold():
    terms = Terms(TERMS.market, ExitPolicy(D(5), keep_coins_pct=D(100)))
    kept = book(make.buy(quantity="1"), terms=terms)
    keep, _ = decide(kept.lots[7], terms.market, terms.policy, Situation(NOW))
    before = lines(kept.lots[7], terms)
    assert "now keeps 0.04 BTC as the owner's part of the profit" in before
    kept.lots.dispose(keep.disposal)
    found = lines(kept.lots[7], terms)
    assert "kept 0.04 BTC the owner's part of the profit, in coins, at its cost of 4 USDT" in found
    assert "to sell 0.96 BTC in all, which cost 96 USDT" in found


def test_steps_by_age_say_when_they_come_and_which_holds():
    steps = AgeStep(86_400_000, D("0.5")), AgeStep(30 * 86_400_000, D(0))
    terms = Terms(TERMS.market, ExitPolicy(D(1), age=steps))
    lot = selling(make.buy(quantity="1"), terms=terms).lots[7]
    found = lines(lot, terms)
    start = found.index("Age") + 1
    assert found[start : start + 2] == [
        "1 d 0 h 0.5 % the most that is wanted, from 2023-11-15 22:13:20",
        "30 d 0 h 0 % the most that is wanted, from 2023-12-14 22:13:20",
    ]
    assert not any("to be sold at" in line for line in found)
    later = lines(lot, terms, now_ms=NOW + 2 * 86_400_000)
    assert "1 d 0 h 0.5 % the most that is wanted, now, since 2023-11-15 22:13:20" in later
    # 100 * 1.005 / 0.999 = 100.6006...
    assert "now cancels it is to be sold at 100.61 now" in later


def test_fees_of_every_kind_and_none():
    kept = book(
        make.buy(1, quantity="1", price="100", fee="0.001"),
        make.buy(2, quantity="1", price="110", fee="0.11", asset="USDT"),
        make.buy(3, quantity="1", price="120", fee="0.0002", asset="BNB"),
        make.buy(4, quantity="1", price="120", fee="0.0002", asset="ADA"),
        make.buy(5, quantity="1", price="130"),
    )
    kept.set_fee_value(7, FeeValue(3, "BNB", D(600), NOW, D("0.12")))
    found = lines(kept.lots[7], width=160)
    assert [line.partition(", ")[2].partition(", ")[2] for line in found if line.startswith("trade")] == [
        "fee 0.001 BTC (taker)",
        "fee 0.11 USDT (taker)",
        "fee 0.0002 BNB (taker) at 600 = 0.12 USDT",
        "fee 0.0002 ADA (taker), not valued yet",
        "no fee",
    ]
    assert "received 4.999 BTC 5 bought - 0.001 fees in BTC" in found
    assert "cost 580.23 USDT 580 paid + 0.11 fees in USDT + 0.12 fees in other assets" in found


def test_a_lot_that_waits_says_why():
    found = lines(book(make.buy(quantity="0.02")).lots[7])
    assert "now parked worth 2.0222 USDT, below the smallest order of 5 (NOTIONAL)" in found
    assert "dust" not in " ".join(found)


def test_the_next_sell_stands_where_none_was_placed():
    found = lines(book().lots[7])
    assert "The next SELL" in found
    assert "price 101.11 USDT rounded up to the tick of 0.01" in found


@pytest.mark.parametrize(
    ("dust", "line"),
    [
        (Dust.KEEP, "dust 0.004 BTC no whole step of 0.01; it stays at its share of the cost, 0.4 USDT"),
        (Dust.WRITE_OFF, "dust 0.004 BTC no whole step of 0.01; its cost is not counted on"),
    ],
)
def test_what_becomes_of_dust(dust, line):
    terms = replace(TERMS, policy=ExitPolicy(D(1), dust=dust))
    assert line in lines(selling(terms=terms).lots[7], terms)


def test_dust_that_came_and_went():
    came = with_dust_transfer(selling().lots[7], DustTransfer(make.SYMBOL, 6, 7, 1, D("0.006"), D("0.7"), NOW))
    found = lines(came)
    assert "taken over 0.006 BTC dust of lot BTCUSDT-6, at its cost of 0.7 USDT" in found
    assert "to sell 1.01 BTC in all, which cost 101.1 USDT" in found
    went = with_dust_transfer(selling().lots[7], DustTransfer(make.SYMBOL, 7, 8, 1, D("0.004"), D("0.4"), NOW))
    assert "given away 0.004 BTC dust to lot BTCUSDT-8, at its cost of 0.4 USDT" in lines(went)


def test_a_wish_in_quote_and_a_fee_as_configured():
    policy = ExitPolicy(D("0.1"), min_net_profit=D(3), sell_fee=SellFee.MAKER, bnb_discount=True)
    terms = replace(TERMS, policy=policy)
    found = lines(selling(terms=terms).lots[7], terms)
    assert "profit 3 USDT its part of the 3 USDT wanted for the lot" in found
    assert "fee 0.1 % expected of the proceeds, as maker, with the BNB discount" in found


def test_terms_that_have_changed_since_are_not_claimed():
    found = lines(selling().lots[7], Terms(make.market("0.002", step=D("0.01")), ExitPolicy(D(7))))
    assert "profit 1 USDT wanted when it was placed" in found
    assert "fee 0.1 % expected of the proceeds" in found


def test_a_price_that_a_filter_raised_says_so():
    terms = replace(TERMS, market=make.market(step=D("0.01"), min_price=D("120.5")))
    assert "price 120.5 USDT raised to the lowest price allowed" in lines(selling(terms=terms).lots[7], terms)


def test_a_sell_that_was_found():
    kept = book()
    kept.apply_report(make.named_report(7, 1, 70, "1", "150"))
    found = lines(kept.lots[7])
    assert "price 150 USDT found on the exchange: the terms it was placed on are not known" in found
    assert not any(line.startswith(("floor", "expected")) for line in found)


def test_without_terms_there_is_no_claim():
    found = lines(selling().lots[7], None)
    assert "price 101.11 USDT rounded up" in found
    assert "fee 0.1 % expected of the proceeds" in found
    assert "quantity 1 BTC" in found


def test_sales_and_what_they_came_to():
    kept = selling()
    kept.apply_fill(make.sell(2, quantity="1", price="101.30", fee="0.1013"))
    kept.lots.apply_decision(kept.lots[7], Close())
    found = lines(kept.lots[7])
    assert "trade 2 101.1987 USDT 1 BTC at 101.3, 2023-11-14 22:13:20, fee 0.1013 USDT (taker)" in found
    assert "+1.1987 USDT 101.1987 - 100 that its coins cost, held for 0.0 s" in found
    assert "fees 0.1013 USDT in all: 0.1013 USDT" in found
    assert found[-1] == "realised +1.1987 USDT after every fee"


@pytest.mark.parametrize(
    ("dust", "line"),
    [
        (
            Dust.KEEP,
            "of dust -0.00796812749 USDT it counts at its share of the whole cost, the sales at that of the coins"
            " bought first",
        ),
        (Dust.WRITE_OFF, "of dust -0.416 USDT the sales have to bring its cost"),
    ],
)
def test_what_is_left_of_a_closed_lot_is_a_line_of_its_own(dust, line):
    terms = replace(TERMS, policy=ExitPolicy(D(1), dust=dust))
    fills = make.buy(1, quantity="0.5", price="100"), make.buy(2, quantity="0.504", price="104")
    kept = selling(*fills, terms=terms)
    kept.apply_fill(make.sell(2, quantity="1", price="110", fee="0.11"))
    kept.lots.apply_decision(kept.lots[7], Close())
    assert line in lines(kept.lots[7], terms, width=140)


def test_nothing_is_lost_on_a_narrow_terminal():
    """Long words fold; figures are never cut."""
    lot = selling().lots[7]
    narrow, wide = ("".join("".join(lines(lot, width=width)).split()) for width in (70, 160))
    assert "…" not in narrow
    for figure in ("101.1011011011011011", "1.00889", "(100+1)", "0.10111"):
        assert figure in wide
        assert figure in narrow


def test_the_exits_say_what_the_exchange_holds_and_what_not():
    terms = replace(TERMS, policy=replace(TERMS.policy, age=(AgeStep(86_400_000, D(0)),)))
    kept = selling(make.buy(quantity="1", price="100"), terms=terms)
    found = lines(kept.lots[7], terms, width=160)
    start = found.index("Exits")
    assert found[start + 1 : start + 3] == [
        "target 101.11 USDT 1 BTC: SELL lk1-7-1 on the exchange",
        "age 100.11 USDT 1 BTC: from 2023-11-15 22:13:20, not on the exchange: until then lk1-7-1 stands at its price",
    ]


def test_before_break_even_is_armed_the_bid_that_arms_it_is_said():
    terms = replace(TERMS, policy=replace(TERMS.policy, break_even_gain_pct=D("0.5")))
    kept = selling(make.buy(quantity="1", price="100"), terms=terms)
    found = lines(kept.lots[7], terms, width=160)
    assert "break-even 100.11 USDT 1 BTC: not armed before the bid is at 100.5 USDT" in found


def test_a_lot_that_cannot_be_sold_yet_has_no_price_to_reach():
    found = lines(replace(book(make.buy(quantity="0.009")).lots[7], buy_ended=True), width=160)
    why = "0.009 BTC is below the smallest order quantity 0.01 (LOT_SIZE)"
    assert f"target - 0.009 BTC: not on the exchange: {why}" in found


def test_a_sell_that_follows_the_price_says_so():
    kept = selling()
    lot = kept.lots[7]
    (order,) = lot.orders
    trailing = replace(lot, orders=(replace(order, trail=Trail(200)),))
    assert any(
        line.startswith("trailing follows the price 1 BTC: SELL lk1-7-1 on the exchange, not below")
        for line in lines(trailing, width=160)
    )

"""What other pairs hold of the same coin, and when one cannot build upon it."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.holdings import Listing, PairHolding, all_reported_since, total_quantity, uncertainty_of
from lotkeeper.trading.filters.amounts import Precision
from lotkeeper.trading.lots.lot import Lot, with_buy
from lotkeeper.trading.recovery.adopted_coins import why_coins_are_missing, why_no_amount, why_not_adoptable
from lotkeeper.trading.recovery.differences import coins_beyond_lots, describe_coins_beyond
from tests.lotkeeper.trading import make

SINCE, NOW = make.NOW, make.NOW + 1000
DELISTED = (
    "the exchange does not list it any more, so that its last trades cannot be read; give its lots up with "
    "`lotkeeper release LOT`, take it out of `pairs`, then: lotkeeper restart"
)
KNOWN = PairHolding("BTCEUR", D("0.25"), at_ms=NOW, complete_as_of_ms=NOW - 100_000)


def lots(quantity: str = "1") -> dict[int, Lot]:
    lot = with_buy(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.buy(quantity=quantity))
    return {7: lot}


@pytest.mark.parametrize(
    ("holding", "why"),
    [
        (KNOWN, ""),
        (PairHolding("BTCEUR"), "BTCEUR: no report yet"),
        (PairHolding("BTCEUR", at_ms=SINCE - 1, complete_as_of_ms=NOW), "BTCEUR: no report for 1 s"),
        (PairHolding("BTCEUR", at_ms=SINCE), "BTCEUR: not reconciled yet"),
        (PairHolding("BTCEUR", at_ms=SINCE, listing=Listing.DELISTED), f"BTCEUR: {DELISTED}"),
        (
            PairHolding("BTCEUR", at_ms=NOW, complete_as_of_ms=NOW - 150_001, listing=Listing.DELISTED),
            f"BTCEUR: {DELISTED}",
        ),
        (replace(KNOWN, listing=Listing.DELISTED), ""),  # read after it had stopped to trade
        (
            PairHolding("BTCEUR", at_ms=NOW, complete_as_of_ms=NOW - 150_001),
            "BTCEUR: its trades are accounted for up to 150 s ago and not since",
        ),
        (
            PairHolding("BTCEUR", at_ms=NOW, complete_as_of_ms=NOW, is_adopting=True),
            "BTCEUR: coins are being adopted there; try again in a moment",
        ),
    ],
)
def test_what_is_not_known_well_enough_is_said(holding, why):
    assert uncertainty_of((holding,), SINCE, NOW) == why


def test_all_that_is_not_known_is_said_at_once():
    assert (
        uncertainty_of((PairHolding("A"), KNOWN, PairHolding("B")), SINCE, NOW) == "A: no report yet, B: no report yet"
    )


def test_reports_have_to_be_from_after_the_balance():
    assert all_reported_since((KNOWN,), NOW)
    assert not all_reported_since((KNOWN, PairHolding("BTCUSDC")), NOW)
    assert all_reported_since((), NOW)


def test_what_other_pairs_hold_is_not_beyond_the_lots():
    others = (KNOWN, PairHolding("BTCUSDC", D("0.5")))
    assert total_quantity(others) == D("0.75")
    assert coins_beyond_lots(lots(), D(2), others) == D("0.25")
    assert coins_beyond_lots(lots(), D(2)) == 1
    assert coins_beyond_lots(lots(), D("1.5"), others) == D("-0.25")


@pytest.mark.parametrize(
    ("beyond", "text"),
    [
        (
            D(0),
            "the account holds exactly the BTC that the lots of BTCUSDT or of BTCEUR (0.25 BTC in lots) have not",
        ),
        (
            D(1),
            "the account holds 1 BTC that no lot of BTCUSDT or of BTCEUR (0.25 BTC in lots) has, worth 9.00 USDT",
        ),
        (D(-1), "the account holds 1 BTC less than the lots of BTCUSDT or of BTCEUR (0.25 BTC in lots) believe"),
    ],
)
def test_the_sentence_says_which_pairs_hold_how_much(beyond, text):
    assert describe_coins_beyond(make.book(), beyond, D(9), (KNOWN,)).startswith(text)


def test_the_sentence_says_what_is_not_known():
    assert describe_coins_beyond(make.book(), D(0), D(9), (), "BTCEUR: no report yet").endswith(
        "not sold; what other pairs hold is not known for certain (BTCEUR: no report yet)"
    )


def test_a_buy_is_adopted_only_with_its_coins():
    lot = lots()[7]
    assert why_coins_are_missing([lot], D(0)) == ""
    assert why_coins_are_missing([lot], D("0.1")) == ""
    text = f"1 BTC of {lot.lot_id} is not sold on this pair, and the account holds"
    assert (
        why_coins_are_missing([lot], D("-0.3"))
        == f"{text} 0.7 BTC that no lot has; adopt those with --quantity 0.7 and --cost"
    )
    assert why_coins_are_missing([lot], D("-1.5")) == f"{text} nothing that no lot has"


def test_more_coins_than_there_are_beyond_the_lots_are_refused():
    assert why_not_adoptable(D("0.2"), D("0.2"), "BTC") == ""
    assert "holds 0.1 BTC that no lot has, and 0.2 BTC was asked for" in why_not_adoptable(D("0.2"), D("0.1"), "BTC")
    assert "holds nothing that no lot has" in why_not_adoptable(D("0.2"), D("-0.1"), "BTC")


@pytest.mark.parametrize(
    ("quantity", "cost", "why"),
    [
        ("0.00000001", "0.01", ""),
        ("1E-8", "1E+3", ""),
        ("0", "5", "above zero"),
        ("1", "-5", "above zero"),
        ("0.000000001", "5", "the quantity 0.000000001 has more than 8 decimals"),
        ("1", "5.001", "the cost 5.001 has more than 2 decimals"),
        ("1E+400", "5", "a quantity of 1E+400 is more than"),
        ("1", "1E+12", "a cost of 1E+12 is more than"),
    ],
)
def test_what_is_no_amount_of_its_asset_gets_a_sentence(quantity, cost, why):
    found = why_no_amount(D(quantity), D(cost), Precision(8, 2))
    assert why in found
    assert bool(found) == bool(why)

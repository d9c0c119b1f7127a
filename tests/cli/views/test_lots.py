"""The table of the lots as a person sees it, at 120 columns."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

from actors.ledger.positions import position
from cli.views.lots import lots_table
from lotkeeper.service.documents.pair_rows import bids_by_pair
from tests.cli.views.rendering import render, sample_status
from tests.persistence import lots


def test_a_lot_stands_in_a_row_under_its_heads():
    opened = datetime.now(UTC) - timedelta(hours=5, minutes=2)
    lot = {**position(lots.lot(7)), "opened": opened.isoformat()}
    lines = render(lots_table([lot], {"BTCUSDT": D("64100.5")}))
    heads = next(line for line in lines if "Lot" in line)
    assert " ".join(heads.split()) == "Lot State Received Cost SELL at Away Sold Bid Realised Held"
    row = next(line for line in lines if "BTCUSDT-7" in line)
    # 70000 is 9.2035... % above 64100.5
    shown = "BTCUSDT-7 selling 0.4995 BTC 32000.05 USDT 70000 +9.20 % 0 64100.5 - 5 h 2 m"
    assert " ".join(row.split()) == shown


def test_a_sold_lot_shows_its_profit():
    row = next(line for line in render(lots_table([position(lots.sold(20))], {})) if "BTCUSDT-20" in line)
    assert "closed" in row
    assert f"+{D(34965) - D('34.965') - D('32000.05'):.2f} USDT" in row


def test_a_lot_without_a_sell_says_why():
    waiting = {**position(lots.lot(7)), "sells": [], "reason": "the pair is paused"}
    assert "the pair is paused" in "\n".join(render(lots_table([waiting], {})))


def test_without_a_reason_there_is_no_column_for_it():
    heads = next(line for line in render(lots_table([position(lots.lot(7))], {})) if "Lot" in line)
    assert "Why" not in heads


def test_the_price_is_the_lowest_of_the_sells_that_stand():
    sells = [
        {"state": "FILLED", "price": "99"},
        {"state": "OPEN", "price": "120"},
        {"state": "CANCELING", "price": "103"},
        {"state": "CANCELED", "price": "98"},
    ]
    lot = {**position(lots.lot(7)), "sells": sells}
    assert "103 and 1 more" in next(line for line in render(lots_table([lot], {})) if "BTCUSDT-7" in line)
    ended = {**lot, "sells": [sells[0], sells[3]]}
    assert "98" in next(line for line in render(lots_table([ended], {})) if "BTCUSDT-7" in line)


def test_of_many_lots_the_first_are_shown_and_the_rest_counted():
    many = [position(lots.lot(number)) for number in range(1, 8)]
    lines = render(lots_table(many, {}, most=5))
    assert sum("BTCUSDT-" in line for line in lines) == 5
    assert lines[-1].strip() == "and 2 more"


def test_bids_out_of_a_status_document():
    assert bids_by_pair(sample_status()) == {"BTCUSDT": D(60100)}

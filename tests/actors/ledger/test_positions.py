from dataclasses import replace
from decimal import Decimal as D

import orjson

from actors.ledger.positions import iso, position
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from tests.persistence import lots


def test_an_open_lot():
    assert position(lots.lot(7)) == {
        "lot": "BTCUSDT-7",
        "pair": "BTCUSDT",
        "base": "BTC",
        "quote": "USDT",
        "state": "SELLING",
        "reason": "",
        "received": "0.4995",
        "cost": "32000.05",
        "sold": "0",
        "in_sells": "0.4995",
        "remainder": "0",
        "taken": [],
        "given": [],
        "disposed": [],
        "realised_profit": "0",
        "fees": {"BTC": "0.0005"},
        "fees_quote": "32.00005",
        "opened": "2023-11-14T22:13:20.000+00:00",
        "closed": None,
        "held_seconds": None,
        "nearest_trigger": "70000",
        "nearest_stop": None,
        "arms_at": None,
        "refused_in_a_row": 0,
        "sells": [
            {
                "client_order_id": "lk1-7-1",
                "order_id": 8,
                "state": "OPEN",
                "price": "70000",
                "quantity": "0.4995",
                "executed": "0",
                "sent": "1970-01-01T00:00:01.000+00:00",
                "type": "LIMIT",
                "distance_pct": None,
                "stop_price": None,
                "stop": None,
            }
        ],
    }


def test_a_sold_lot_knows_how_long_it_was_held():
    sold = lots.sold(20)
    sale = replace(sold.sells[0], time_ms=sold.buys[0].time_ms + 90_500)
    document = position(replace(sold, sells=(sale,)))
    assert (document["state"], document["held_seconds"]) == ("CLOSED", 90.5)
    assert document["closed"] == "2023-11-14T22:14:50.500+00:00"


def test_a_manual_sale_is_listed_with_the_lot():
    gone = Disposal("BTCUSDT", 7, DisposalKind.SOLD_BY_HAND, 501, 90, D("0.1"), D(6000), D("6100.5"), 1_700_000_000_000)
    assert position(replace(lots.lot(7), disposals=(gone,)))["disposed"] == [
        {
            "way": "SOLD_BY_HAND",
            "order_id": 90,
            "trade_id": 501,
            "quantity": "0.1",
            "cost": "6000",
            "proceeds": "6100.5",
            "at": "2023-11-14T22:13:20.000+00:00",
        }
    ]


def test_it_is_a_json_document_even_for_an_empty_lot():
    for lot in (lots.lot(7), lots.sold(20), Lot("BTCUSDT", "BTC", "USDT", 1)):
        assert orjson.loads(orjson.dumps(position(lot))) == position(lot)


def test_times_are_utc():
    assert iso(0) == "1970-01-01T00:00:00.000+00:00"

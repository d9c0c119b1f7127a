"""`lotkeeper tax`."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal as D

from tests.persistence import lots


def test_a_row_for_each_sale(run, store):
    lots.record(store, lots.sold(7))
    (row,) = csv.DictReader(io.StringIO(run("tax", "--year", "2023", "--csv").output))
    assert row == {
        "sold": "2023-11-14T22:13:20.000+00:00",
        "acquired": "2023-11-14T22:13:20.000+00:00",
        "acquired_last": "2023-11-14T22:13:20.000+00:00",
        "pair": "BTCUSDT",
        "asset": "BTC",
        "quantity": "0.4995",
        "cost": "32000.05",
        "proceeds": "34965",
        "fee": "34.965",
        "profit": "2929.985",
        "quote": "USDT",
        "kind": "sale",
        "lot": "BTCUSDT-7",
        "order_id": "8",
        "trade_id": "71",
    }
    assert json.loads(run("tax", "--year", "2022", "--json").output) == []
    assert run("tax", "--year", "2023", "--json", "--pair", "ethusdt").exit_code == 1


def test_the_rows_add_up_to_the_profit(run, store):
    lots.record(store, lots.sold(7), lots.dusty(20), lots.sold(30, "34965.000000000000000001"))
    (total,) = json.loads(run("profit", "--json").output)["totals"]
    rows = tax(run, "2023")
    assert [each["kind"] for each in rows].count("sale") == total["sales"] == 3
    assert sum(D(each["profit"]) for each in rows) == D(total["profit"])


def tax(run, year):
    return json.loads(run("tax", "--year", year, "--json").output)


def test_the_year_is_that_of_utc(run, store):
    begin = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
    sold = lots.sold(7)
    sale = sold.sells[0]
    for time_ms, year in ((begin - 1, "2023"), (begin, "2024")):
        number = time_ms % 10 + 100
        known = lots.replace(
            lots.sold(number), sells=(lots.replace(sale, time_ms=time_ms, trade_id=number, order_id=number + 1),)
        )
        lots.record(store, known)
        assert [each["lot"] for each in tax(run, year)] == [known.lot_id]

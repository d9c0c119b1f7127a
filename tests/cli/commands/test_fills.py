"""`lotkeeper fills`."""

import csv
import io
import json

from tests.persistence import lots


def test_trades_for_programs(run, store):
    lots.record(store, lots.sold(7))
    found = json.loads(run("fills", "--json").output)
    assert [(each["side"], each["trade_id"]) for each in found] == [("SELL", 71), ("BUY", 70)]
    assert found[0] == {
        "time": "2023-11-14T22:13:20.000+00:00",
        "pair": "BTCUSDT",
        "side": "SELL",
        "lot": "BTCUSDT-7",
        "order_id": 8,
        "trade_id": 71,
        "price": "70000",
        "quantity": "0.4995",
        "amount": "34965",
        "fee": "34.965",
        "fee_asset": "USDT",
        "maker": False,
        "key": "1700000000000/BTCUSDT/71/SELL",
        "base": "BTC",
        "quote": "USDT",
    }


def test_trades_for_people(run, store):
    lots.record(store, lots.sold(7))
    (sold,) = [line for line in run("fills").output.splitlines() if "SELL" in line]
    assert sold.split()[:6] == ["2023-11-14", "22:13:20", "BTCUSDT", "SELL", "70000", "0.4995"]
    assert "34965 USDT" in sold
    assert run("fills", "--until", "2000-01-01").output == "no trades\n"


def test_a_pair_of_which_nothing_is_known_is_refused_with_the_nearest(run, store):
    refused = run("fills", "--pair", "btcusdc")
    assert (refused.exit_code, refused.stdout) == (1, "")
    sentence = "BTCUSDC is not a configured pair, and nothing of it is recorded; did you mean BTCUSDT?"
    assert refused.stderr == f"Error: {sentence}\n"


def test_a_pair_that_was_kept_before_is_read(run, store, config):
    lots.record(store, lots.sold(7))
    config.write_text(config.read_text().replace("BTCUSDT", "ETHUSDT"))
    assert "BTCUSDT" in run("fills", "--pair", "btcusdt").output


def test_one_page_after_the_other(run, store):
    lots.record(store, *map(lots.sold, range(10, 20)))
    pages, key = [], ""
    while True:
        page = json.loads(run("fills", "--json", "--limit", "3", "--before", key).output)
        if not page:
            break
        pages += page
        key = page[-1]["key"]
    assert pages == json.loads(run("fills", "--json").output)
    assert len(pages) == 20
    assert run("fills", "--limit", "20", COLUMNS="200").output.count("older") == 0
    assert f"there are older ones: --before {pages[2]['key']}" in run("fills", "--limit", "3", COLUMNS="200").output


def test_a_key_of_another_list(run, store):
    result = run("fills", "--before", "BTCUSDT-7")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'BTCUSDT-7' is no key of this list" in result.stderr


def test_trades_for_spreadsheets(run, store):
    lots.record(store, lots.sold(7))
    (_, bought) = csv.DictReader(io.StringIO(run("fills", "--csv").output))
    assert (bought["price"], bought["fee"], bought["fee_asset"]) == ("64000.1", "0.0005", "BTC")

import lzma
from decimal import Decimal as D

import orjson
import pytest

from binance_sim.symbols.catalogue import DEFAULT, choose_rules, start_price
from binance_sim.symbols.rules import SymbolError, read_documents, rules_of
from tests.binance_sim.support import shared


@pytest.fixture
def real(tmp_path):
    path = tmp_path / "exchangeInfo.json"
    path.write_bytes(lzma.decompress(shared("rest/exchangeInfo_2025-08-07_mainnet_25symbols.json.xz").read_bytes()))
    return read_documents(path)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "ETHBTC"])
def test_built_in_filters_are_those_of_the_real_exchange(real, symbol):
    ours, theirs = choose_rules((symbol,), {})[symbol], rules_of(real[symbol])
    for name in ("tick", "step", "min_qty", "market_step", "min_notional", "max_notional", "max_orders", "bid_up"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert set(theirs.document) - set(ours.document) == set()
    newer = {"MAX_NUM_ORDER_LISTS", "MAX_NUM_ORDER_AMENDS"}
    for mine in ours.document["filters"]:
        known = any(set(mine) == set(other) for other in theirs.document["filters"])
        assert known or mine["filterType"] in newer, mine


def test_a_pair_is_described_as_the_exchange_describes_one_in_2026():
    """Field by field and filter by filter, in the same order."""
    rows = [orjson.loads(row) for row in lzma.decompress(shared("userdata/frames.jsonl.xz").read_bytes()).splitlines()]
    answers = [orjson.loads(row["raw"]) for row in rows if row["seq"] == "exchangeinfo_single_symbol_2026"]
    theirs = next(each for answer in answers for each in answer["symbols"] if each["symbol"] == "TSLABUSDT")
    ours = choose_rules(("BTCUSDT",), {})["BTCUSDT"].document
    assert [(name, type(value)) for name, value in ours.items()] == [
        (name, type(value)) for name, value in theirs.items()
    ]
    assert [next(iter(each.items())) for each in ours["filters"]] == [
        next(iter(each.items())) for each in theirs["filters"]
    ]
    for mine, real in zip(ours["filters"], theirs["filters"], strict=True):
        assert [(name, type(value)) for name, value in mine.items()] == [
            (name, type(value)) for name, value in real.items()
        ]
    assert set(ours["orderTypes"]) == set(theirs["orderTypes"])
    assert set(ours["allowedSelfTradePreventionModes"]) == set(theirs["allowedSelfTradePreventionModes"])


def test_a_real_answer_describes_the_pairs(real):
    rules = choose_rules((), real)
    assert len(rules) == 25
    assert rules["BTCUSDT"].document is real["BTCUSDT"]


def test_pairs_without_a_description_get_usual_filters():
    rules = choose_rules(("PEPEUSDT", "XRPETH"), {})
    assert (rules["PEPEUSDT"].base, rules["PEPEUSDT"].quote) == ("PEPE", "USDT")
    assert rules["XRPETH"].min_notional == D("0.001")
    assert start_price(rules["PEPEUSDT"]) > rules["PEPEUSDT"].tick * 1000
    with pytest.raises(SymbolError, match="NOPE"):
        choose_rules(("NOPE",), {})


def test_the_built_in_pairs():
    assert set(choose_rules((), {})) == set(DEFAULT)


def test_files_that_describe_nothing(tmp_path):
    path = tmp_path / "exchangeInfo.json"
    for text in (b"{}", b"[]", b"nonsense"):
        path.write_bytes(text)
        with pytest.raises(SymbolError, match=r"exchangeInfo\.json"):
            read_documents(path)
    with pytest.raises(SymbolError):
        rules_of(orjson.loads(b'{"symbol":"A"}'))

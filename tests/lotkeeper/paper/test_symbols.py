import lzma
from decimal import Decimal as D

import orjson
import pytest

from lotkeeper.paper.catalogue import BUILT_IN, choose, start_price
from lotkeeper.paper.symbols import SymbolError, read_documents, rules_of
from tests.lotkeeper.paper.support import shared


@pytest.fixture
def real(tmp_path):
    path = tmp_path / "exchangeInfo.json"
    path.write_bytes(lzma.decompress(shared("rest/exchangeInfo_2025-08-07_mainnet_25symbols.json.xz").read_bytes()))
    return read_documents(path)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "ETHBTC"])
def test_built_in_filters_are_those_of_the_real_exchange(real, symbol):
    ours, theirs = choose((symbol,), {})[symbol], rules_of(real[symbol])
    for name in ("tick", "step", "min_qty", "market_step", "min_notional", "max_notional", "max_orders", "bid_up"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert set(theirs.document) - set(ours.document) == set()
    for mine in ours.document["filters"]:
        assert any(set(mine) == set(other) for other in theirs.document["filters"])


def test_a_real_answer_describes_the_pairs(real):
    rules = choose((), real)
    assert len(rules) == 25
    assert rules["BTCUSDT"].document is real["BTCUSDT"]


def test_pairs_without_a_description_get_usual_filters():
    rules = choose(("PEPEUSDT", "XRPETH"), {})
    assert (rules["PEPEUSDT"].base, rules["PEPEUSDT"].quote) == ("PEPE", "USDT")
    assert rules["XRPETH"].min_notional == D("0.001")
    assert start_price("PEPEUSDT") > rules["PEPEUSDT"].tick * 1000
    with pytest.raises(SymbolError, match="NOPE"):
        choose(("NOPE",), {})


def test_the_built_in_pairs():
    assert set(choose((), {})) == set(BUILT_IN)


def test_files_that_describe_nothing(tmp_path):
    path = tmp_path / "exchangeInfo.json"
    for text in (b"{}", b"[]", b"nonsense"):
        path.write_bytes(text)
        with pytest.raises(SymbolError, match=r"exchangeInfo\.json"):
            read_documents(path)
    with pytest.raises(SymbolError):
        rules_of(orjson.loads(b'{"symbol":"A"}'))

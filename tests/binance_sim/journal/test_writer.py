"""The journal: complete lines, in order, with both clocks, without secrets."""

import asyncio

import orjson
import pytest

from binance_sim.account.fees import FeeRates, PairCommission
from binance_sim.journal.book_tops import EVERY_US, BookTopJournal
from binance_sim.journal.facts import JournalFacts
from binance_sim.journal.writer import FORMAT, Journal
from tests.binance_sim.support import D


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def lines(path):
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_lines_are_whole_ordered_and_stamped(path):
    journal = Journal(path)
    journal.write("one", body=b'{"raw":"0.10"}')
    journal.write("two", body={"made": D("0.10")}, more=1)
    journal.close()
    one, two = lines(path)
    assert (one["kind"], one["body"], two["kind"], two["more"]) == ("one", {"raw": "0.10"}, "two", 1)
    assert two["body"] == {"made": "0.10"}
    assert one["mono_ns"] <= two["mono_ns"]
    assert one["wall_ns"] > 1_700_000_000_000_000_000


def test_requests_are_numbered_and_hide_key_and_signature(path):
    journal = Journal(path)
    values = {"symbol": "BTCUSDT", "apiKey": "K-SECRET", "signature": "S-SECRET"}
    assert [journal.request("rest", "order.place", values) for _ in range(2)] == [1, 2]
    journal.close()
    assert b"SECRET" not in path.read_bytes()
    assert lines(path)[1]["params"] == {"symbol": "BTCUSDT"}


def test_lines_of_one_turn_of_the_loop_are_on_disk_after_it(path):
    async def turns():
        journal = Journal(path)
        journal.write("one")
        journal.write("two")
        assert path.read_bytes() == b""
        await asyncio.sleep(0)
        assert [line["kind"] for line in lines(path)] == ["one", "two"]

    asyncio.run(turns())


def test_a_journal_that_is_there_is_continued(path):
    for number in (1, 2):
        journal = Journal(path)
        journal.write("run", number=number)
        journal.close()
    assert [line["number"] for line in lines(path)] == [1, 2]


def test_without_a_path_requests_are_numbered_all_the_same():
    journal = Journal(None)
    journal.write("one")
    assert [journal.request("rest", "ping", {}) for _ in range(2)] == [1, 2]
    assert not journal.is_on


# What a judge needs to know


def test_it_begins_with_pairs_accounts_and_fees(path, bench):
    bench.account.fees.by_symbol["ETHBTC"] = PairCommission(FeeRates(D("0.002"), D("0.003")))
    journal = Journal(path)
    JournalFacts(journal).write_start(bench.exchange, "7")
    journal.close()
    start, *rest = lines(path)
    assert (start["kind"], start["format"], start["seed"], start["resumed"]) == ("start", FORMAT, "7", False)
    assert [line["symbol"] for line in rest if line["kind"] == "pair"] == ["BTCUSDT", "ETHBTC", "BNBUSDT"]
    assert [line["account"] for line in rest if line["kind"] == "account"] == ["main"]
    assert "0.003" in orjson.dumps([line for line in rest if line["kind"] == "fees"]).decode()


def test_orders_of_an_earlier_life_are_carried_with_their_trades(path, bench):
    order = bench.place("BUY", "MARKET", qty="0.1")
    journal = Journal(path)
    JournalFacts(journal).write_start(bench.exchange, "7", resumed=True)
    journal.close()
    (carried,) = [line for line in lines(path) if line["kind"] == "carried"]
    assert (carried["symbol"], carried["body"]["orderId"]) == ("BTCUSDT", order.order_id)
    assert [row["commission"] for row in carried["trades"]] == ["0.00010000"]


def test_the_best_prices_of_bnb_pairs_are_noted_ten_times_a_second(path, bench):
    journal = Journal(path)
    bench.exchange.sink = BookTopJournal(bench.exchange, journal)
    for price in ("500", "501"):
        bench.quote(price, symbol="BNBUSDT")
    bench.quote("61000", symbol="BTCUSDT")
    bench.clock.now_us += EVERY_US
    bench.quote("502", symbol="BNBUSDT")
    journal.close()
    assert [(line["symbol"], D(line["bid"])) for line in lines(path)] == [("BNBUSDT", 500), ("BNBUSDT", 502)]


def noted_bids(path):
    return [D(line["bid"]) for line in lines(path) if line["kind"] == "top"]


def test_each_bid_below_the_newest_line_is_noted_at_once(path, bench):
    """A bid that stood for a moment can have valued a commission: a judge has to find it, or a lower one near it."""
    journal = Journal(path)
    bench.exchange.sink = BookTopJournal(bench.exchange, journal)
    for price in ("500", "499", "499.5", "498", "600"):
        bench.quote(price, symbol="BNBUSDT")
    journal.close()
    assert noted_bids(path) == [500, 499, 498]


def test_a_book_without_a_bid_is_not_noted(path, bench):
    """Nobody buys then, so this values nothing."""
    journal = Journal(path)
    bench.exchange.sink = BookTopJournal(bench.exchange, journal)
    bench.quote("500", symbol="BNBUSDT")
    bench.quote("0", ask="501", symbol="BNBUSDT")
    bench.clock.now_us += EVERY_US
    bench.quote("0", ask="502", symbol="BNBUSDT")
    journal.close()
    assert noted_bids(path) == [500]

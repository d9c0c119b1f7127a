"""Every stream of a pair after known trades: all values, compared with each other and with REST."""

import time

import pytest

from tests.binance_sim.support import WAIT_S, D, receive, until

KINDS = {
    "trade",
    "aggTrade",
    "bookTicker",
    "depth",
    "depth@100ms",
    "depth5",
    "depth20@100ms",
    "kline_1m",
    "kline_1d@+08:00",
    "miniTicker",
    "ticker",
    "ticker_1h",
    "ticker_4h",
    "avgPrice",
}
ARRAYS = {"!miniTicker@arr", "!ticker_1h@arr"}


@pytest.fixture
def frames(client, connect):
    """The frames of each stream after a BUY over three levels, until each stream has sent something."""
    names = {f"ethusdt@{kind}" for kind in KINDS} | ARRAYS
    client.control("price", symbol="ETHUSDT", price="2500", size="0.01")
    socket, _ = connect("/stream?streams=" + "/".join(sorted(names)))
    deadline = time.monotonic() + WAIT_S
    answer = client.order("BUY", "MARKET", symbol="ETHUSDT", quantity="0.05").json()
    found = {name: [] for name in names}
    while not all(found.values()) or not any(each["k"]["n"] for each in found["ethusdt@kline_1m"]):
        frame = receive(socket)
        assert set(frame) == {"stream", "data"}
        found[frame["stream"]].append(frame["data"])
        assert time.monotonic() < deadline, [name for name, got in found.items() if not got]
    return found, answer


def test_all_of_them(client, frames):
    found, answer = frames
    check_trades(found, answer)
    check_candles(found, answer)
    check_tickers(found, answer)
    check_average(found)
    check_books(client, found)


def check_trades(found, answer):
    """One trade for each fill; aggregated by price, because all have the same taker."""
    trades = found["ethusdt@trade"]
    fills = [(fill["tradeId"], fill["price"], fill["qty"]) for fill in answer["fills"]]
    assert len(fills) > 2
    assert [(each["t"], each["p"], each["q"]) for each in trades] == fills
    assert {each["m"] for each in trades} == {False}
    assert {each["T"] for each in trades} == {answer["transactTime"]}
    assert all(set(each) == set("eEstpqTmM") for each in trades)
    aggregates = found["ethusdt@aggTrade"]
    assert [each["p"] for each in aggregates] == list(dict.fromkeys(price for _, price, _ in fills))
    assert (aggregates[0]["f"], aggregates[-1]["l"]) == (fills[0][0], fills[-1][0])
    assert sum(D(each["q"]) for each in aggregates) == D("0.05")
    assert all(set(each) == set("eEsapqflTmM") for each in aggregates)


def check_candles(found, answer):
    last = next(each for each in found["ethusdt@kline_1m"] if each["k"]["n"])
    candle = last["k"]
    assert (candle["t"] % 60_000, candle["T"] - candle["t"]) == (0, 59_999)
    assert (candle["i"], candle["s"]) == ("1m", "ETHUSDT")
    assert candle["x"] is (last["E"] > candle["T"])  # the BUY may happen in the last moments of a minute
    assert (candle["c"], candle["L"]) == (answer["fills"][-1]["price"], answer["fills"][-1]["tradeId"])
    assert D(candle["l"]) <= D(candle["o"]) <= D(candle["h"])
    assert D(candle["V"]) >= D("0.05")
    day = found["ethusdt@kline_1d@+08:00"][0]["k"]
    assert (day["t"] + 8 * 3_600_000) % 86_400_000 == 0
    assert day["i"] == "1d"


def check_tickers(found, answer):
    mini, full = found["ethusdt@miniTicker"][-1], found["ethusdt@ticker"][-1]
    for name in ("c", "o", "h", "l", "v", "q"):
        assert mini[name] == full[name]
    assert mini["c"] == answer["fills"][-1]["price"]
    assert D(full["p"]) == D(full["c"]) - D(full["o"])
    assert D(full["w"]) == round(D(full["q"]) / D(full["v"]), 8)
    assert full["C"] - full["O"] == 86_400_000
    hour = found["ethusdt@ticker_1h"][-1]
    assert (hour["e"], hour["c"]) == ("1hTicker", full["c"])
    assert hour["O"] % 60_000 == 0
    rows = {row["s"]: row for row in found["!miniTicker@arr"][-1]}
    assert rows["ETHUSDT"]["c"] == mini["c"]
    assert found["!ticker_1h@arr"][-1][0]["e"] == "1hTicker"


def check_average(found):
    average = found["ethusdt@avgPrice"][-1]
    assert set(average) == set("eEsiwT")
    assert average["i"] == "5m"
    assert D("2400") < D(average["w"]) < D("2600")


def check_books(client, found):
    depth = client.get("depth", symbol="ETHUSDT", limit=20).json()
    assert [len(found["ethusdt@depth5"][-1][side]) for side in ("bids", "asks")] == [5, 5]
    last = found["ethusdt@depth20@100ms"][-1]
    assert set(last) == {"lastUpdateId", "bids", "asks"}
    assert last["bids"] == depth["bids"]
    assert found["ethusdt@bookTicker"][-1]["b"] == depth["bids"][0][0]


# Candles in time


def test_a_second_that_is_over_is_told_as_closed(client, connect):
    socket, _ = connect("/ws/ethusdt@kline_1s")
    time.sleep(1.2 - time.time() % 1)  # early in a second: a trade at its very end may come after its last frame
    client.order("BUY", "MARKET", symbol="ETHUSDT", quantity="0.01")
    first = until(socket, lambda frame: frame.get("k", {}).get("n"))
    over = first if first["k"]["x"] else until(socket, lambda frame: frame["k"]["x"])
    assert over["k"]["t"] == first["k"]["t"]
    assert over["E"] > over["k"]["T"]
    following = receive(socket)["k"]
    assert following["t"] == over["k"]["t"] + 1000
    assert (following["n"], following["o"], following["f"]) == (0, over["k"]["c"], -1)


# Units


@pytest.mark.parametrize(("unit", "digits"), [("MICROSECOND", 16), ("microsecond", 16), ("MILLISECOND", 13)])
def test_times_in_microseconds(client, connect, unit, digits):
    socket, _ = connect(f"/stream?streams=ethusdt@trade/ethusdt@kline_1m&timeUnit={unit}")
    client.order("BUY", "MARKET", symbol="ETHUSDT", quantity="0.01")
    trade = until(socket, lambda frame: frame["stream"] == "ethusdt@trade")["data"]
    assert {len(str(trade[name])) for name in "ET"} == {digits}
    candle = until(socket, lambda frame: frame["stream"] == "ethusdt@kline_1m")["data"]["k"]
    assert {len(str(candle[name])) for name in "tT"} == {digits}
    assert str(candle["T"]).endswith("999999" if digits == 16 else "999")


def test_a_unit_that_is_none(client):
    answer = client.http.get(f"{client.simulator.rest_url}/ws/ethusdt@trade?timeUnit=HOUR", timeout=30)
    assert answer.status_code == 400
    assert "time unit" in answer.json()["msg"]

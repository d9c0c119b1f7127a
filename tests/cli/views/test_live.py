"""Status and lots as they are watched: they fit the terminal, and what needs a look comes first."""

import pytest

from actors.ledger.positions import position
from cli.views.live import change_line, live_lots, live_status
from tests.cli.views.rendering import render, sample_status
from tests.persistence import lots


def firsts(lines, prefix):
    """The first words of the rows that begin so."""
    return [line.split()[0] for line in lines if line.strip().startswith(prefix)]


def many_pairs(count: int, **trouble: str):
    status = sample_status()
    well = {**status["pairs"]["BTCUSDT"], "trouble": ""}
    pairs = {f"P{number:03}USDT": {**well, "lots_open": 0} for number in range(count)}
    for symbol, text in trouble.items():
        pairs[symbol] = {**well, "trouble": text}
    return {**status, "pairs": pairs, "problems": []}


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("count", [1, 3, 80])
def test_the_status_fits(width, height, count):
    lines = render(live_status(many_pairs(count), width, height), width)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    assert any("more pairs, all of them well" in line for line in lines) is (count == 80)


@pytest.mark.parametrize("width", [80, 200])
def test_a_pair_with_trouble_comes_first(width):
    lines = render(live_status(many_pairs(50, P040USDT="it differs"), width, 24), width)
    rows = firsts(lines, "P0")
    assert rows[0] == "P040USDT"
    assert rows[1] == "P000USDT"


def test_pairs_with_open_lots_come_before_the_others():
    status = many_pairs(5)
    status["pairs"]["P003USDT"]["lots_open"] = 2
    rows = firsts(render(live_status(status, 120, 40)), "P0")
    assert rows == ["P003USDT", "P000USDT", "P001USDT", "P002USDT", "P004USDT"]


def lot(number: int, price: str, state: str = "SELLING"):
    found = position(lots.lot(number))
    return {**found, "state": state, "nearest_trigger": price, "nearest_stop": None}


def status_with_bid(bid: str):
    status = sample_status()
    status["pairs"]["BTCUSDT"]["price"]["bid"] = bid
    return status


@pytest.mark.parametrize("width", [80, 200])
def test_the_lot_that_is_nearest_to_its_sale_comes_first_but_for_those_that_wait(width):
    known = [lot(1, "70000"), lot(2, "61000"), lot(3, "65000"), {**lot(4, "90000", "HELD"), "reason": "by hand"}]
    lines = render(live_lots(known, status_with_bid("60000"), width, 30), width)
    rows = firsts(lines, "BTCUSDT-")
    assert rows == ["BTCUSDT-4", "BTCUSDT-2", "BTCUSDT-3", "BTCUSDT-1"]
    assert max(map(len, lines)) <= width


def test_many_lots_fit():
    known = [lot(number, str(60000 + number)) for number in range(1, 100)]
    lines = render(live_lots(known, status_with_bid("60000"), 80, 24), 80)
    assert len(lines) <= 24
    assert any("99 lots" in line for line in lines)


def test_no_lots():
    assert render(live_lots([], sample_status(), 80, 24))[-1] == "no open lots"


def test_elsewhere_a_line_says_what_changed():
    well = {**sample_status(), "health": "ok", "problems": []}
    bad = {**well, "health": "degraded", "problems": ["BTCUSDT: it differs"]}
    assert change_line(None, well).plain.startswith("lotkeeper ok")
    assert change_line(well, {**well, "uptime_seconds": 99}) is None
    assert change_line(well, bad).plain.splitlines()[1:] == ["  ! BTCUSDT: it differs"]
    assert change_line(bad, well).plain.splitlines()[1:] == ["  gone: BTCUSDT: it differs"]

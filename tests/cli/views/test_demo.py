"""What the demonstration shows while it runs and at its end."""

from typing import Any

import pytest

from actors.ledger.positions import position
from cli.views.demo import demo_view, news_lines, summary_view
from cli.views.lot_news import LotNews
from lotkeeper.verification.demonstration import DemoSnapshot
from tests.cli.views.rendering import render, sample_status
from tests.persistence import lots

SUMMARY = {
    "buys": 12,
    "lots_open": 3,
    "lots_closed": 9,
    "sells_placed": 13,
    "sells_filled": 9,
    "first_sell_seconds": 1.234,
    "net_profit": {"USDT": "1.5", "BTC": "-0.001"},
    "unprotected_by_pair": {},
    "seconds": 65.0,
}


def snapshot(lots_known: int, **changes: Any) -> DemoSnapshot:
    known = tuple(position(lots.lot(number)) for number in range(1, lots_known + 1))
    return DemoSnapshot(**{"elapsed_s": 12.0, "status": sample_status(), "positions": known, **changes})


def test_before_the_service_answers_it_says_so():
    assert render(demo_view(snapshot(0, status=None), 40)) == ["starting the exchange and the service ... 12.0 s"]


@pytest.mark.parametrize("height", [20, 24, 40, 60])
def test_it_fits_the_terminal(height):
    lines = render(demo_view(snapshot(200), height))
    assert len(lines) <= height
    assert any("Ctrl-C ends it" in line for line in lines)
    assert any("more" in line for line in lines)


def test_without_a_terminal_each_thing_that_happens_is_a_line():
    news = LotNews()
    lines = [line.plain for line in news_lines(news, snapshot(1))]
    assert lines[0] == "  12.0 s  BTCUSDT-1 bought 0.4995 BTC for 32000.05 USDT"
    assert len(lines) == 2
    assert news_lines(news, snapshot(1)) == []


def test_the_closing_sums():
    text = "\n".join(render(summary_view(SUMMARY)))
    for words in ("1 m 5 s of lotkeeper", "1.23 s", "13, 9", "+1.5000 USDT", "-0.00100000 BTC", "nothing"):
        assert words in text


def test_what_is_left_without_a_sell_is_said():
    text = "\n".join(render(summary_view({**SUMMARY, "unprotected_by_pair": {"BTCUSDT": "0.01"}})))
    assert "0.01 of BTCUSDT" in text


def test_a_demonstration_that_sold_nothing():
    quiet = {**SUMMARY, "first_sell_seconds": None, "net_profit": {}}
    assert any(line.split()[-2:] == ["after", "-"] or " - " in line for line in render(summary_view(quiet)))

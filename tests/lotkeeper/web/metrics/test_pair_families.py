"""Metrics of single pairs."""

from decimal import Decimal as D
from typing import Any

from lotkeeper.trading.reports.placing_times import PlacingTimes, Stage
from messages.health import FrameCounts, Uncovered
from tests.actors.monitor import reports
from tests.actors.monitor.reports import view
from tests.lotkeeper.web.metrics.scraped import scrape, status

HISTOGRAM = "lotkeeper_fill_to_sell_seconds"


def of_pair(**changes: Any) -> dict[tuple[str, ...], float]:
    return scrape(status(pairs={**view().pairs, "BTCUSDT": reports.pair(**changes)}))


def test_lots_floors_and_money():
    found = of_pair(lots_held=1, unprotected=D("0.0002"))
    assert found["lotkeeper_lots_open", "BTCUSDT"] == 1
    assert found["lotkeeper_lots_held", "BTCUSDT"] == 1
    assert found["lotkeeper_lots_closed_total", "BTCUSDT"] == 2
    assert found["lotkeeper_unprotected_quantity", "BTCUSDT"] == 0.0002
    assert found["lotkeeper_nearest_floor", "BTCUSDT", "USDT"] == 60360.37
    assert found["lotkeeper_realised_profit", "ETHBTC", "BTC"] == 0.001
    assert found["lotkeeper_price_bid", "BTCUSDT", "USDT"] == 60100
    assert round(found["lotkeeper_floor_distance_ratio", "BTCUSDT"], 6) == round(60360.37 / 60100 - 1, 6)


def test_what_a_pair_is_proven():
    assert of_pair()["lotkeeper_pair_proven", "BTCUSDT"] == 1
    assert of_pair()["lotkeeper_pair_complete_age_seconds", "BTCUSDT"] == 4
    for changes in ({"complete_as_of_ms": None}, {"watch_only": "another keeper"}, {"trouble": "it differs"}):
        assert of_pair(**changes)["lotkeeper_pair_proven", "BTCUSDT"] == 0
    assert of_pair(watch_only="another keeper")["lotkeeper_pair_watch_only", "BTCUSDT"] == 1
    assert of_pair(is_paused=True)["lotkeeper_pair_paused", "BTCUSDT"] == 1


def test_a_pair_that_starts_has_what_is_known():
    found = scrape(status(pairs={}))
    assert found["lotkeeper_pair_proven", "BTCUSDT"] == 0
    assert ("lotkeeper_lots_open", "BTCUSDT") not in found
    assert found[f"{HISTOGRAM}_count", "BTCUSDT", "total"] == 0


def test_what_has_had_no_sell_for_long():
    late = Uncovered(D("0.5"), 2, "BTCUSDT-7", 75.0, "refused", "lotkeeper explain BTCUSDT-7")
    found = of_pair(uncovered=late)
    assert found["lotkeeper_uncovered_quantity", "BTCUSDT"] == 0.5
    assert found["lotkeeper_uncovered_seconds", "BTCUSDT"] == 75
    assert of_pair()["lotkeeper_uncovered_seconds", "BTCUSDT"] == 0


def test_frames_are_counted_by_pair_and_refused_ones_by_kind():
    frames = {
        "BTCUSDT": FrameCounts("BTCUSDT", 5, 2, (("bookTicker", "older", 3),)),
        "ETHBTC": FrameCounts("ETHBTC", 1, 0, (("bookTicker", "older", 1), ("trade", "damaged", 2))),
    }
    found = scrape(status(frames=frames))
    assert found["lotkeeper_frames_taken_total", "BTCUSDT"] == 5
    assert found["lotkeeper_frames_superseded_total", "BTCUSDT"] == 2
    assert found["lotkeeper_frames_refused_total", "bookTicker", "older"] == 4
    assert found["lotkeeper_frames_refused_total", "trade", "damaged"] == 2


def test_the_time_from_a_fill_to_its_sell():
    times = PlacingTimes()
    for took_ms in (3, 40, 70_000):
        times.note(Stage.TOTAL, took_ms)
    found = of_pair(first_sells=times.times())
    bounds = ("0.005", "0.025", "0.05", "60.0", "+Inf")
    assert [found[f"{HISTOGRAM}_bucket", le, "BTCUSDT", "total"] for le in bounds] == [1, 1, 2, 2, 3]
    assert found[f"{HISTOGRAM}_count", "BTCUSDT", "total"] == 3
    assert found[f"{HISTOGRAM}_sum", "BTCUSDT", "total"] == 70.043
    assert found[f"{HISTOGRAM}_count", "BTCUSDT", "to_send"] == 0


def test_a_part_of_the_way_has_fewer_bounds_and_the_same_counts():
    times = PlacingTimes()
    for took_ms in (3, 40, 70_000):
        times.note(Stage.TO_SEND, took_ms)
    found = of_pair(first_sells=times.times())
    mine = (f"{HISTOGRAM}_bucket", "BTCUSDT", "to_send")
    buckets = {key[1]: value for key, value in found.items() if (key[0], *key[2:]) == mine}
    assert buckets == {"0.01": 1, "0.05": 2, "0.25": 2, "1.0": 2, "5.0": 2, "60.0": 2, "+Inf": 3}


def test_refused_frames_are_counted_from_zero():
    found = of_pair()
    assert found["lotkeeper_frames_refused_total", "bookTicker", "crossed"] == 0

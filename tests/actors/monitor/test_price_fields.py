"""What the status says of prices."""

from dataclasses import replace

from actors.ledger.positions import iso
from actors.monitor.status import status_document
from lotkeeper.trading.prices.best_prices import PriceSource
from messages.health import FrameCounts, PricesReported
from messages.prices import PriceModeChanged
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view


def test_a_stale_price_is_a_problem_and_says_so():
    stale = replace(reports.price(), is_stale=True, at_ms=NOW_MS - 23_000)
    document = status_document(view(prices={"BTCUSDT": stale}), NOW_MS)
    assert document["pairs"]["BTCUSDT"]["price"]["stale"]
    assert "price of BTCUSDT: stale, 23 s old" in document["problems"]


def test_a_price_of_which_nobody_reports_any_more_is_stale():
    """The broadcaster that would have reported it is dead."""
    forgotten = replace(reports.price(), at_ms=NOW_MS - 31_000)
    assert status_document(view(prices={"BTCUSDT": forgotten}), NOW_MS)["pairs"]["BTCUSDT"]["price"]["stale"]


def test_the_source_of_prices_and_the_counts_of_frames():
    seen = view(
        modes={"BTCUSDT": PriceModeChanged("BTCUSDT", PriceSource.REST, "closed by the server", NOW_MS)},
        frames={"BTCUSDT": FrameCounts("BTCUSDT", 7, 3, (("bookTicker", "crossed", 2),))},
        broadcast=PricesReported(NOW_MS - 500, subscribers=2, rest_requests=4, rest_failures=1, trouble="x", levels=3),
    )
    document = status_document(seen, NOW_MS)
    pair = document["pairs"]["BTCUSDT"]
    assert pair["price_mode"] == {"source": "rest", "reason": "closed by the server", "since": iso(NOW_MS)}
    assert pair["frames"] == {
        "taken": 7,
        "superseded": 3,
        "refused": [{"kind": "bookTicker", "reason": "crossed", "count": 2}],
    }
    assert document["prices"] == {
        "subscribers": 2,
        "levels": 3,
        "rest_requests": 4,
        "rest_failures": 1,
        "trouble": "x",
        "age_seconds": 0.5,
    }

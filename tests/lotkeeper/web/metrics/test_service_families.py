"""Metrics of the whole service."""

from messages.health import ExchangePause, LimitUse, RequestRoute, StreamState
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view
from tests.lotkeeper.web.metrics.scraped import scrape, status


def test_readiness_and_health_are_those_of_the_status():
    well = scrape(status())
    assert (well["lotkeeper_ready",], well["lotkeeper_health", "ok"], well["lotkeeper_health", "degraded"]) == (1, 1, 0)
    ill = scrape(status(ledger=reports.ledger(trouble="the disk is full")))
    assert (ill["lotkeeper_ready",], ill["lotkeeper_health", "ok"], ill["lotkeeper_health", "degraded"]) == (0, 0, 1)
    assert (ill["lotkeeper_problems",], ill["lotkeeper_todo", "database"], ill["lotkeeper_todo", "paused"]) == (1, 1, 0)
    assert (well["lotkeeper_database_trouble",], ill["lotkeeper_database_trouble",]) == (0, 1)


def test_orders_are_counted_from_zero_by_the_reason_of_their_refusal():
    refused = reports.gateway(orders=9, refused=3, unknown=1, refusals=(("other filter", 2), ("precision", 1)))
    found = scrape(status(gateway=refused))
    assert found["lotkeeper_sell_orders_total",] == 9
    assert found["lotkeeper_sell_orders_refused_total",] == 3
    assert found["lotkeeper_sell_orders_unknown_total",] == 1
    assert found["lotkeeper_sell_refusals_total", "other_filter"] == 2
    assert found["lotkeeper_sell_refusals_total", "percent_price"] == 0


def test_the_request_budget_and_pauses():
    limits = (LimitUse("REQUEST_WEIGHT", "a minute", 60, 371, 6000),)
    pauses = (ExchangePause("orders", NOW_MS + 9_000, "Too many new orders."),)
    route = RequestRoute("rest", "down", NOW_MS)
    found = scrape(status(gateway=reports.gateway(limits=limits, pauses=pauses, route=route, in_flight=4)))
    assert found["lotkeeper_request_limit_used", "REQUEST_WEIGHT", "60"] == 371
    assert found["lotkeeper_request_limit_max", "REQUEST_WEIGHT", "60"] == 6000
    assert found["lotkeeper_exchange_pause_seconds", "orders"] == 9
    assert found["lotkeeper_exchange_pause_seconds", "everything"] == 0
    assert (found["lotkeeper_orders_by_websocket",], found["lotkeeper_requests_in_flight",]) == (0, 4)


def test_the_budget_broker_where_one_is_configured():
    assert not [key for key in scrape(status()) if key[0].startswith("lotkeeper_budget")]
    found = scrape(status(gateway=reports.gateway(broker=reports.broker(waits="its share is used up"))))
    assert (found["lotkeeper_budget_broker_connected",], found["lotkeeper_budget_broker_waits",]) == (1, 1)
    assert found["lotkeeper_budget_broker_services",] == 2
    assert found["lotkeeper_budget_share", "REQUEST_WEIGHT", "bob"] == 900
    assert found["lotkeeper_budget_share_spent", "REQUEST_WEIGHT", "alice"] == 40


def test_streams():
    kinds = (("executionReport", 8), ("listStatus", 0), ("other", 2))
    down = reports.stream(state=StreamState.DOWN, reason="closed", reconnects=3, renewals=2, kinds=kinds)
    found = scrape(status(streams={**view().streams, "": (down, NOW_MS - 500)}))
    assert found["lotkeeper_stream_proven", "user"] == 0
    counted = {key[1]: value for key, value in found.items() if key[0] == "lotkeeper_stream_frames_total"}
    assert counted == {"executionReport": 8, "listStatus": 0, "other": 2}
    assert found["lotkeeper_stream_reconnects_total", "user"] == 3
    assert found["lotkeeper_stream_renewals_total", "user"] == 2
    assert found["lotkeeper_stream_report_age_seconds", "user"] == 0.5
    assert found["lotkeeper_stream_state_timestamp_seconds", "user"] == (NOW_MS - 9000) / 1000


def test_records_that_wait_for_the_database():
    found = scrape(status(ledger=reports.ledger(waiting=7, waiting_bytes=900, records=5)))
    assert found["lotkeeper_backlog_records",] == 7
    assert found["lotkeeper_backlog_bytes",] == 900
    assert found["lotkeeper_database_records_total",] == 5


def test_before_the_first_reports_there_is_little_and_no_error():
    found = scrape(status(gateway=None, ledger=None, streams={}, pairs={}, prices={}))
    assert found["lotkeeper_ready",] == 0
    assert ("lotkeeper_requests_total",) not in found
    assert found["lotkeeper_sell_refusals_total", "precision"] == 0

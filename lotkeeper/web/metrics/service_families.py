"""Metrics of the whole service: readiness, orders, request budget, database, streams."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.metrics_core import Metric

from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.trouble_kinds import TODO
from lotkeeper.version import __version__
from lotkeeper.web.metrics.families import Json, Row, counter, gauge, new_metric, of_key, one, table


def _by_ws(gateway: Json) -> object:
    return None if gateway["route"] is None else gateway["route"]["route"] == "websocket-api"


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


_HEALTHS = ("starting", "ok", "degraded")
_GATEWAY = (
    counter("requests", "Requests that were sent to the exchange."),
    counter("sell_orders", "SELLs that keepers wanted placed.", of_key("orders")),
    counter("sell_orders_refused", "SELLs that the exchange refused.", of_key("refused")),
    counter("sell_orders_unknown", "SELLs whose outcome was unknown at first.", of_key("unknown")),
    gauge("requests_in_flight", "Requests without an answer.", of_key("in_flight")),
    gauge(
        "request_oldest_seconds",
        "For how long the oldest request without an answer has had none.",
        of_key("oldest_in_flight_seconds"),
    ),
    gauge("requests_waiting", "Questions that wait to be sent.", of_key("waiting")),
    gauge("orders_by_websocket", "Whether requests go over the WebSocket API, else by REST.", _by_ws),
    gauge("gateway_trouble", "Whether no request, or no order, can be sent.", lambda found: bool(found["trouble"])),
    gauge("clock_ahead_seconds", "This machine's clock before the exchange's."),
)
_LEDGER = (
    counter("database_records", "Records that were written to the database.", of_key("records")),
    gauge("database_trouble", "Whether the database cannot be written.", lambda found: bool(found["trouble"])),
    gauge("backlog_records", "Records that wait on disk for the database.", of_key("waiting")),
    gauge("backlog_bytes", "The size of the records that wait on disk.", of_key("waiting_bytes")),
)
_STREAMS = (
    gauge("stream_proven", "Whether the stream is proven to deliver.", of_key("proven")),
    gauge(
        "stream_state_timestamp_seconds", "When the stream reached its state.", lambda found: _seconds(found["since"])
    ),
    gauge("stream_report_age_seconds", "How old the stream's report is.", of_key("age_seconds")),
    counter("stream_frames_ignored", "Frames that nobody needs, or that were damaged.", of_key("ignored")),
    counter("stream_reconnects", "Attempts to connect after an end.", of_key("reconnects")),
    counter("stream_renewals", "Connections that replaced an open one.", of_key("renewals")),
)
_LIMIT_LABELS = ("limit", "window_seconds")
_LIMITS = (
    gauge("request_limit_used", "How much of a limit of the exchange is used in its window.", of_key("used")),
    gauge(
        "request_limit_max",
        "How much of a limit of the exchange may be used in its window.",
        of_key("most"),
    ),
)
_BROKER = (
    gauge("budget_broker_connected", "Whether the broker of the address's budget answers.", of_key("connected")),
    gauge("budget_broker_services", "Services that share the budget of the address.", of_key("services")),
    gauge(
        "budget_broker_waits", "Whether questions wait for a share that is used up.", lambda found: bool(found["waits"])
    ),
)
_SHARES = (
    gauge("budget_share", "What a service was granted of a limit in its window.", of_key("share")),
    gauge("budget_share_spent", "What a service has spent of a limit in its window.", of_key("spent")),
)
_FEES = (
    gauge("fee_reserve_free_bnb", "BNB that is free to pay fees with.", of_key("free")),
    gauge("fee_reserve_wanted_bnb", "BNB that is to be free.", of_key("keep_at_least")),
    gauge("fee_reserve_low", "Whether less is free than is to be.", of_key("low")),
)
_PRICES = (
    gauge("price_subscribers", "Actors that get prices.", of_key("subscribers")),
    counter("price_rest_requests", "Requests for prices by REST.", of_key("rest_requests")),
    counter("price_rest_failures", "Those of them that failed.", of_key("rest_failures")),
)


def service_families(status: Json) -> Iterator[Metric]:
    """All of it from the status document."""
    yield from _readiness(status)
    yield from table(_GATEWAY, (), _rows(status["gateway"]))
    yield _refusals(status["gateway"])
    yield from _budget(status["gateway"])
    yield from table(_LEDGER, (), _rows(status["ledger"]))
    streams = list(_stream_rows(status))
    yield from table(_STREAMS, ("stream",), streams)
    yield _frames(streams)
    yield from table(_PRICES, (), _rows(status["prices"]))
    if status["fee_reserve"] is not None:
        yield from table(_FEES, (), _rows(status["fee_reserve"]))
    if status["host_lease"] is not None:
        left_s = status["host_lease"]["left_seconds"]
        yield one("host_lease_left_seconds", "For how long this host may send orders without a renewal.", left_s)


def _readiness(status: Json) -> Iterator[Metric]:
    version = new_metric("build_info", "The version that runs.", ("version",))
    version.add_metric((__version__,), 1)
    yield version
    yield one("ready", "Whether every pair is proven complete and nothing of it is old.", status["readiness"]["ready"])
    health = new_metric("health", "1 for the state of health that the service is in.", ("state",))
    for state in _HEALTHS:
        health.add_metric((state,), float(status["health"] == state))
    yield health
    yield one("start_time_seconds", "When the service was started.", _seconds(status["started"]))
    yield one("problems", "What is wrong now.", len(status["problems"]))
    todo = new_metric("todo", "What needs a person, by kind.", ("kind",))
    kinds = [each["kind"] for each in status["todo"]]
    for kind in TODO:
        todo.add_metric((str(kind),), kinds.count(str(kind)))
    yield todo
    is_on = bool(status["kill_switch"] and status["kill_switch"]["on"])
    yield one("kill_switch", "Whether a person has stopped all orders.", is_on)


def _refusals(gateway: Json | None) -> Metric:
    metric = new_metric("sell_refusals", "SELLs that the exchange refused, by reason.", ("reason",), is_counter=True)
    refused = {} if gateway is None else gateway["refusals"]
    for kind in RefusalKind:
        if kind is not RefusalKind.NOT_SENT:
            metric.add_metric((kind.replace(" ", "_"),), refused.get(str(kind), 0))
    return metric


def _budget(gateway: Json | None) -> Iterator[Metric]:
    limits = [] if gateway is None else gateway["limits"]
    yield from table(_LIMITS, _LIMIT_LABELS, [Row((each["name"], str(each["seconds"])), each) for each in limits])
    pause = new_metric("exchange_pause_seconds", "For how long nothing, or no order, is sent yet.", ("what",))
    holds = [] if gateway is None else gateway["holds"]
    for what in ("everything", "orders"):
        pause.add_metric((what,), max((each["seconds"] for each in holds if each["what"] == what), default=0))
    yield pause
    broker = None if gateway is None else gateway["broker"]
    if broker is not None:
        yield from table(_BROKER, (), [Row((), broker)])
        yield from table(
            _SHARES, ("limit", "service"), [Row((each["limit"], each["service"]), each) for each in broker["shares"]]
        )


def _stream_rows(status: Json) -> Iterator[Row]:
    if status["user_stream"] is not None:
        yield Row(("user",), status["user_stream"])
    for each in status["market_streams"]:
        yield Row((each["name"].replace("market stream ", "market_"),), each)


def _frames(streams: Iterable[Row]) -> Metric:
    """Each kind that the stream may have is counted from zero."""
    metric = new_metric("stream_frames", "Frames that came, by event type.", ("stream", "kind"), is_counter=True)
    for stream in streams:
        for kind, count in stream.found["kinds"].items():
            metric.add_metric((*stream.labels, kind), count)
    return metric


def _rows(found: Json | None) -> list[Row]:
    return [] if found is None else [Row((), found)]

"""Metrics of single pairs: lots, floors, profit, prices, and how long fills waited for their SELLs."""

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from lotkeeper.trading.prices.best_prices import PriceRefusal
from lotkeeper.trading.reports.placing_times import BOUNDS_MS, Stage
from lotkeeper.web.metrics.families import PREFIX, Json, Row, counter, gauge, new_metric, of_key, table
from lotkeeper.web.metrics.pair_values import (
    floor_distance,
    is_proven,
    is_set,
    is_stream_proven,
    number_of,
    of_frames,
    of_price,
    of_uncovered,
)

_FRAME_KINDS = ("bookTicker", "trade", "24hrMiniTicker")
_BOUNDS_OF_PARTS_MS = (10, 50, 250, 1_000, 5_000, 60_000)
_OF_PAIR = (
    gauge(
        "pair_proven",
        "Whether the pair was compared and is neither in trouble nor watch-only.",
        is_proven,
    ),
    gauge(
        "pair_complete_age_seconds",
        "How long ago every trade of the pair was last proven to be accounted for.",
        of_key("complete_age_seconds"),
    ),
    gauge("pair_report_age_seconds", "How old the keeper's report is.", of_key("age_seconds")),
    gauge("pair_paused", "Whether a person has paused the pair.", of_key("paused")),
    gauge("pair_watch_only", "Whether the pair's book is not trusted.", is_set("watch_only")),
    gauge("pair_trouble", "Whether something is wrong with the pair.", is_set("trouble")),
    gauge("pair_stream_proven", "Whether the pair's market stream is proven.", is_stream_proven),
    gauge("lots_open", "Lots that are not sold."),
    gauge("lots_parked", "Lots of which something is too small for an order."),
    gauge("lots_queued", "Lots that wait for their turn."),
    gauge("lots_held", "Lots that are kept from selling."),
    counter("lots_closed", "Lots that are sold."),
    gauge("oldest_lot_age_seconds", "How old the oldest open lot is.", of_key("oldest_lot_seconds")),
    counter("buys", "BUYs of the pair in the database."),
    counter("sells_placed", "SELLs that were placed."),
    counter("sells_filled", "SELLs that were filled."),
    gauge("sells_unknown", "SELLs whose outcome is not known."),
    gauge("open_buys", "BUYs on the exchange's book.", number_of("open_buys")),
    gauge("open_quantity", "What open lots have not sold, in base asset."),
    gauge(
        "unprotected_quantity",
        "What no SELL covers although it could be sold, in base asset.",
        of_key("unprotected"),
    ),
    gauge(
        "uncovered_quantity",
        "What has had no SELL for over a minute, in base asset.",
        of_uncovered("quantity"),
    ),
    gauge("uncovered_seconds", "For how long the longest of it has had none.", of_uncovered("seconds")),
    gauge("price_age_seconds", "How old the pair's price is.", of_price("age_seconds")),
    gauge("price_stale", "Whether the price is stale.", of_price("stale")),
    gauge(
        "floor_distance_ratio",
        "How far the lowest SELL is above the bid, as a part of it.",
        floor_distance,
    ),
    counter("frames_taken", "Frames of the pair that gave a price.", of_frames("taken")),
    counter(
        "frames_superseded",
        "Frames of the pair that a newer one replaced.",
        of_frames("superseded"),
    ),
)
_IN_QUOTE = (
    gauge("open_cost", "What the quantity of open lots cost, in quote asset."),
    gauge("nearest_floor", "The lowest price of a SELL on the book, in quote asset.", of_key("nearest_sell")),
    gauge("realised_profit", "The net profit of what was sold, in quote asset."),
    gauge("unrealised_profit", "What open lots would earn at the bid, in quote asset."),
    gauge("fees", "All commissions, in quote asset.", of_key("fees_quote")),
    gauge("price_bid", "The best bid.", of_price("bid")),
    gauge("price_ask", "The best ask.", of_price("ask")),
)


def pair_families(status: Json) -> Iterator[Metric]:
    """All of it from the status document."""
    pairs: Json = status["pairs"]
    yield from table(_OF_PAIR, ("pair",), [Row((symbol,), pair) for symbol, pair in pairs.items()])
    quoted = [Row((symbol, pair["quote"]), pair) for symbol, pair in pairs.items() if pair.get("quote")]
    yield from table(_IN_QUOTE, ("pair", "quote"), quoted)
    yield _refused_frames(pairs)
    yield _first_sells(pairs)


def _refused_frames(pairs: Json) -> Metric:
    metric = new_metric(
        "frames_refused",
        "Frames that were not valid, of all pairs, by kind and reason.",
        ("kind", "reason"),
        is_counter=True,
    )
    counts = Counter({(kind, str(reason)): 0 for kind in _FRAME_KINDS for reason in PriceRefusal})
    for pair in pairs.values():
        for each in (pair["frames"] or {"refused": []})["refused"]:
            counts[each["kind"], each["reason"]] += each["count"]
    for labels, count in sorted(counts.items()):
        metric.add_metric(labels, count)
    return metric


def _is_shown(stage: Stage, bound_ms: int | None) -> bool:
    """The whole way with all of its bounds, a part of it with some: there are three histograms for each pair."""
    return stage is Stage.TOTAL or bound_ms is None or bound_ms in _BOUNDS_OF_PARTS_MS


def _upper(bound_ms: int | None) -> str:
    return "+Inf" if bound_ms is None else str(bound_ms / 1000)


def _first_sells(pairs: Json) -> Metric:
    """From a lot's first fill to its first SELL."""
    metric = HistogramMetricFamily(
        f"{PREFIX}fill_to_sell_seconds",
        "How long lots waited from their first fill for their first SELL, by stage of the way.",
        labels=("pair", "stage"),
    )
    bounds = [*BOUNDS_MS, None]
    nothing = {"counts": [0] * len(bounds), "sum_seconds": 0.0}
    for symbol, pair in pairs.items():
        for stage in Stage:
            times = pair.get("first_sells", {}).get(str(stage), nothing)
            counted = zip(bounds, accumulate(times["counts"]), strict=True)
            shown = [(_upper(bound), count) for bound, count in counted if _is_shown(stage, bound)]
            metric.add_metric((symbol, str(stage)), shown, times["sum_seconds"])
    return metric

"""The status document: from the newest report of every source, what is believed, how old it is and what is wrong."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from actors.ledger.positions import iso
from actors.monitor.alert_fields import alert_fields
from actors.monitor.fee_fields import fee_reserve_fields
from actors.monitor.pair_fields import pair_fields
from actors.monitor.price_fields import broadcast_fields
from actors.monitor.problems import find_problems, find_unproven, health
from actors.monitor.service_fields import (
    gateway_fields,
    host_lease_fields,
    kill_switch_fields,
    ledger_fields,
    log_level_fields,
    market_stream_fields,
    user_stream_fields,
)
from actors.monitor.todo import find_todo, todo_fields
from actors.monitor.view import View
from lotkeeper.trading.money import ZERO, plain, total
from lotkeeper.trading.reports.todo import Todo
from messages.health import PairReported


def status_document(view: View, now_ms: int, todo: list[Todo] | None = None) -> dict[str, Any]:
    """The whole picture as plain JSON values: decimals as strings, times in ISO 8601, ages in seconds.

    `todo` is what needs a person, with since when, where somebody has kept that.
    """
    problems = find_problems(view, now_ms)
    return {
        "health": str(health(view, problems, now_ms)),
        "readiness": _readiness(find_unproven(view, now_ms)),
        "problems": problems,
        "todo": todo_fields(find_todo(view, now_ms) if todo is None else todo),
        "started": iso(view.started_ms),
        "uptime_seconds": (now_ms - view.started_ms) / 1000,
        "user_stream": user_stream_fields(view, now_ms),
        "market_streams": market_stream_fields(view, now_ms),
        "kill_switch": kill_switch_fields(view.gateway),
        "gateway": gateway_fields(view.gateway, now_ms),
        "ledger": ledger_fields(view.ledger, now_ms),
        "host_lease": host_lease_fields(view.host_lease, now_ms),
        "alerts": alert_fields(view.alerts, now_ms),
        "fee_reserve": fee_reserve_fields(view.fees, now_ms),
        "prices": broadcast_fields(view.broadcast, now_ms),
        "pairs": {symbol: pair_fields(view, symbol, now_ms) for symbol in view.symbols},
        "totals": _totals(list(view.pairs.values())),
        "log_levels": log_level_fields(view.levels.at(now_ms)),
        "restarts": {key: child.restarts for key, child in sorted(view.children.items()) if child.restarts},
    }


def _readiness(reasons: list[str]) -> dict[str, Any]:
    """Whether every pair is proven complete and nothing of it is old; the same as `/readyz` answers."""
    return {"ready": not reasons, "reasons": reasons}


def _totals(reports: list[PairReported]) -> dict[str, Any]:
    return {
        "buys": sum(report.buys for report in reports),
        "lots_open": sum(report.lots_open for report in reports),
        "lots_closed": sum(report.lots_closed for report in reports),
        "sells_placed": sum(report.sells_placed for report in reports),
        "sells_filled": sum(report.sells_filled for report in reports),
        "sells_unknown": sum(report.sells_unknown for report in reports),
        "lots_parked": sum(report.lots_parked for report in reports),
        "lots_queued": sum(report.lots_queued for report in reports),
        "net_profit": _sum_by_quote(reports, lambda report: report.realised_profit),
        "fees_quote": _sum_by_quote(reports, lambda report: report.fees_quote),
        "mean_held_seconds": _mean_held_seconds(reports),
        "unprotected": {report.symbol: plain(report.unprotected) for report in reports if report.unprotected},
        "first_sell_ms": min((r.first_sell_ms for r in reports if r.first_sell_ms is not None), default=None),
    }


def _sum_by_quote(reports: Iterable[PairReported], amount_of: Callable[[PairReported], Decimal]) -> dict[str, str]:
    """Amounts of different quote assets cannot be added up."""
    sums: dict[str, Decimal] = {}
    for report in (each for each in reports if each.quote):
        sums[report.quote] = total((sums.get(report.quote, ZERO), amount_of(report)))
    return {quote: plain(amount) for quote, amount in sorted(sums.items())}


def _mean_held_seconds(reports: Iterable[PairReported]) -> float | None:
    """How long a closed lot was held on average, over all pairs."""
    means = [(report.mean_held_ms, report.lots_closed) for report in reports if report.mean_held_ms is not None]
    lots = sum(count for _, count in means)
    return sum(mean_ms * count for mean_ms, count in means) / lots / 1000 if lots else None

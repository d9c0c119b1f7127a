"""From the newest report of every actor to one document: what is believed, how old it is, and what is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from actors.ledger.positions import disposal, iso
from actors.monitor.price_fields import broadcast_fields, price_fields, price_problem
from lotkeeper.engine.supervision import LifeState
from lotkeeper.trading.book.holdings import COMPLETE_WITHIN_MS
from lotkeeper.trading.money import ZERO, plain, total
from lotkeeper.trading.reports.profit import unrealised
from messages.health import (
    ChildReported,
    FramesCounted,
    GatewayReported,
    LedgerReported,
    PairReported,
    PricesReported,
    StreamReported,
    UnresolvedOrder,
)
from messages.prices import Price, PriceModeChanged

_START_WITHIN_MS = 30_000
_STALE_MS = 10_000  # every source reports at least every few seconds


class Health(StrEnum):
    STARTING = "starting"
    OK = "ok"
    DEGRADED = "degraded"


@dataclass(slots=True)
class View:
    """The newest of everything, by source."""

    symbols: tuple[str, ...] = ()
    started_ms: int = 0
    pairs: dict[str, PairReported] = field(default_factory=dict)
    streams: dict[str, tuple[StreamReported, int]] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)
    children: dict[str, ChildReported] = field(default_factory=dict)
    gateway: GatewayReported | None = None
    ledger: LedgerReported | None = None
    broadcast: PricesReported | None = None
    modes: dict[str, PriceModeChanged] = field(default_factory=dict)
    frames: dict[str, FramesCounted] = field(default_factory=dict)


def status_document(view: View, now_ms: int) -> dict[str, Any]:
    """The whole picture as plain JSON values: decimals as strings, times in ISO 8601, ages in seconds."""
    problems = _problems(view, now_ms)
    return {
        "health": str(_health(view, problems, now_ms)),
        "problems": problems,
        "started": iso(view.started_ms),
        "uptime_seconds": (now_ms - view.started_ms) / 1000,
        "user_stream": _user_stream(view, now_ms),
        "gateway": _gateway(view.gateway, now_ms),
        "ledger": _ledger(view.ledger, now_ms),
        "prices": broadcast_fields(view.broadcast, now_ms),
        "pairs": {symbol: _pair(view, symbol, now_ms) for symbol in view.symbols},
        "totals": _totals(view),
        "restarts": {key: child.restarts for key, child in sorted(view.children.items()) if child.restarts},
    }


def _health(view: View, problems: list[str], now_ms: int) -> Health:
    """A start that does not come to its end is no start any more: a wrong key, an exchange out of reach."""
    if all(_as_of(view, symbol) is not None for symbol in view.symbols):
        return Health.DEGRADED if problems else Health.OK
    return Health.STARTING if now_ms - view.started_ms <= _START_WITHIN_MS else Health.DEGRADED


def _as_of(view: View, symbol: str) -> int | None:
    report = view.pairs.get(symbol)
    return report.complete_as_of_ms if report else None


def _problems(view: View, now_ms: int) -> list[str]:
    found = [f"{child.key}: {child.reason}" for child in view.children.values() if child.state == LifeState.GIVEN_UP]
    found += [f"{child.key}: quarantined {text}" for child in view.children.values() for text in child.quarantined]
    found += [_stream_problem(view, symbol, now_ms) for symbol in ("", *view.symbols)]
    found += [_trouble("gateway", view.gateway, now_ms), _trouble("ledger", view.ledger, now_ms)]
    found += [_pair_problem(view, symbol, now_ms) for symbol in view.symbols]
    found += [_incompleteness(view, symbol, now_ms) for symbol in view.symbols]
    found += [price_problem(view.prices.get(symbol), now_ms) for symbol in view.symbols]
    return [problem for problem in found if problem]


def _pair_problem(view: View, symbol: str, now_ms: int) -> str:
    report = view.pairs.get(symbol)
    if report is not None and report.watch_only and now_ms - report.at_ms <= _STALE_MS:
        return f"{symbol}: watch-only: {report.watch_only}"
    return _trouble(symbol, report, now_ms)


def _incompleteness(view: View, symbol: str, now_ms: int) -> str:
    """However it came about: what was proven last is too old to be called proven."""
    as_of = _as_of(view, symbol)
    if as_of is None or now_ms - as_of <= COMPLETE_WITHIN_MS:
        return ""
    return f"{symbol}: its trades are accounted for up to {(now_ms - as_of) // 1000} s ago and not since"


def _trouble(name: str, report: GatewayReported | LedgerReported | PairReported | None, now_ms: int) -> str:
    if report is None:
        return f"{name}: no report yet"
    if now_ms - report.at_ms > _STALE_MS:
        return f"{name}: no report for {(now_ms - report.at_ms) // 1000} s"
    return f"{name}: {report.trouble}" if report.trouble else ""


def _stream_problem(view: View, symbol: str, now_ms: int) -> str:
    name = f"market stream {symbol}" if symbol else "user stream"
    report, seen_ms = view.streams.get(symbol, (None, 0))
    if report is None:
        return f"{name}: no report yet"
    if now_ms - seen_ms > _STALE_MS:
        return f"{name}: no report for {(now_ms - seen_ms) // 1000} s"
    return "" if report.is_proven else f"{name}: {_why_not_proven(report)}"


def _why_not_proven(report: StreamReported) -> str:
    """In words; empty while it is proven."""
    return report.reason or ("" if report.is_proven else str(report.state))


def _stream(view: View, symbol: str, now_ms: int) -> dict[str, Any] | None:
    report, seen_ms = view.streams.get(symbol, (None, 0))
    if report is None:
        return None
    return {
        "proven": report.is_proven,
        "since": iso(report.since_ms),
        "reason": _why_not_proven(report),
        "frames": report.frames,
        "ignored": report.ignored,
        "reconnects": report.reconnects,
        "renewals": report.renewals,
        "needs_a_person": report.is_loud,
        "age_seconds": (now_ms - seen_ms) / 1000,
    }


def _user_stream(view: View, now_ms: int) -> dict[str, Any] | None:
    """With the way by which the keepers hear of the account now."""
    found = _stream(view, "", now_ms)
    return found and {**found, "mode": "stream" if found["proven"] else "polling"}


def _gateway(report: GatewayReported | None, now_ms: int) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "requests": report.requests,
        "orders": report.orders,
        "refused": report.refused,
        "unknown": report.unknown,
        "weight_used": report.weight_used,
        "limits": [
            {"name": use.name, "per": use.per, "seconds": use.seconds, "used": use.used, "most": use.most}
            for use in report.limits
        ],
        "holds": [
            {
                "what": hold.what,
                "until": iso(hold.until_ms),
                "seconds": max(0, hold.until_ms - now_ms) / 1000,
                "reason": hold.reason,
            }
            for hold in report.holds
        ],
        "trouble": report.trouble,
        "age_seconds": (now_ms - report.at_ms) / 1000,
    }


def _ledger(report: LedgerReported | None, now_ms: int) -> dict[str, Any] | None:
    if report is None:
        return None
    return {"records": report.records, "trouble": report.trouble, "age_seconds": (now_ms - report.at_ms) / 1000}


def _pair(view: View, symbol: str, now_ms: int) -> dict[str, Any]:
    shared = {
        "stream": _stream(view, symbol, now_ms),
        **price_fields(view.prices.get(symbol), view.modes.get(symbol), view.frames.get(symbol), now_ms),
    }
    report = view.pairs.get(symbol)
    if report is None:
        return {"phase": "starting", **shared}
    as_of = report.complete_as_of_ms
    return {
        "phase": report.phase,
        "paused": report.is_paused,
        "watch_only": report.watch_only,
        "known_since": iso(report.known_since_ms) if report.known_since_ms else None,
        "quote": report.quote,
        "complete_as_of": iso(as_of) if as_of else None,
        "complete_age_seconds": (now_ms - as_of) / 1000 if as_of else None,
        "buys": report.buys,
        "lots_open": report.lots_open,
        "lots_closed": report.lots_closed,
        "sells_placed": report.sells_placed,
        "sells_filled": report.sells_filled,
        "sells_unknown": report.sells_unknown,
        "first_sell": iso(report.first_sell_ms) if report.first_sell_ms else None,
        "open_quantity": plain(report.open_quantity),
        "open_cost": plain(report.open_cost),
        "nearest_sell": plain(report.nearest_sell) if report.nearest_sell else None,
        "realised_profit": plain(report.realised_profit),
        "unrealised_profit": _unrealised(report, view.prices.get(symbol)),
        "unprotected": plain(report.unprotected),
        **_waits(report),
        **_costs(report),
        "disposed": [{"lot": each.lot_id, **disposal(each)} for each in report.disposed],
        "in_doubt": [_doubt(each, now_ms) for each in report.in_doubt],
        "trouble": report.trouble,
        "incarnation": report.incarnation,
        "age_seconds": (now_ms - report.at_ms) / 1000,
        **shared,
    }


def _waits(report: PairReported) -> dict[str, Any]:
    """The lots of which something has no SELL: how many, and the first of them with their reasons."""
    return {
        "lots_parked": report.lots_parked,
        "lots_queued": report.lots_queued,
        "lots_held": report.lots_held,
        "waiting": [
            {"lot": each.lot, "state": each.state, "reason": each.reason, "quantity": plain(each.quantity)}
            for each in report.waiting
        ],
    }


def _doubt(doubt: UnresolvedOrder, now_ms: int) -> dict[str, Any]:
    return {
        "lot": doubt.lot,
        "order": doubt.order,
        "what": doubt.what,
        "age_seconds": max(0, now_ms - doubt.since_ms) / 1000,
        "evidence": doubt.evidence,
        "asked": doubt.asked,
        "next_question_seconds": None if doubt.next_ms is None else max(0, doubt.next_ms - now_ms) / 1000,
        "may_arrive_seconds": max(0, doubt.settles_ms - now_ms) / 1000,
    }


def _costs(report: PairReported) -> dict[str, Any]:
    """What trading took: commissions by asset and in quote, the fee a SELL is expected to cost, time."""
    return {
        "fees": {asset: plain(amount) for asset, amount in report.fees},
        "fees_quote": plain(report.fees_quote),
        "sell_rate": plain(report.sell_rate),
        "mean_held_seconds": None if report.mean_held_ms is None else report.mean_held_ms / 1000,
    }


def _unrealised(report: PairReported, price: Price | None) -> str | None:
    """What the open quantity would earn at the bid, after the expected sell fee."""
    if price is None:
        return None
    return plain(unrealised(report.open_quantity, report.open_cost, price.bid, report.sell_rate))


def _totals(view: View) -> dict[str, Any]:
    reports = list(view.pairs.values())
    held_ms = sum((report.mean_held_ms or 0) * report.lots_closed for report in reports)
    closed = sum(report.lots_closed for report in reports if report.mean_held_ms is not None)
    return {
        "buys": sum(report.buys for report in reports),
        "lots_open": sum(report.lots_open for report in reports),
        "lots_closed": sum(report.lots_closed for report in reports),
        "sells_placed": sum(report.sells_placed for report in reports),
        "sells_filled": sum(report.sells_filled for report in reports),
        "sells_unknown": sum(report.sells_unknown for report in reports),
        "lots_parked": sum(report.lots_parked for report in reports),
        "lots_queued": sum(report.lots_queued for report in reports),
        "net_profit": _by_quote(reports, lambda report: report.realised_profit),
        "fees_quote": _by_quote(reports, lambda report: report.fees_quote),
        "mean_held_seconds": held_ms / closed / 1000 if closed else None,
        "unprotected": {report.symbol: plain(report.unprotected) for report in reports if report.unprotected},
        "first_sell_ms": min((r.first_sell_ms for r in reports if r.first_sell_ms is not None), default=None),
    }


def _by_quote(reports: Iterable[PairReported], amount_of: Callable[[PairReported], Decimal]) -> dict[str, str]:
    """An amount of every pair, summed up by quote asset."""
    sums: dict[str, Decimal] = {}
    for report in reports:
        sums[report.quote] = total((sums.get(report.quote, ZERO), amount_of(report)))
    return {quote: plain(amount) for quote, amount in sorted(sums.items())}

"""What the status says of the actors that all pairs share, and of streams."""

from typing import Any

from actors.ledger.positions import iso
from actors.monitor.price_fields import frame_fields
from actors.monitor.problems import why_not_proven
from actors.monitor.view import View
from lotkeeper.engine.actor.log_levels import LogLevels
from messages.health import (
    BrokerState,
    ExchangePause,
    GatewayReported,
    LedgerReported,
    LimitUse,
    RequestRoute,
    StreamReported,
    StreamState,
)
from messages.host_lease import HostLeaseReported


def stream_fields(view: View, symbol: str, now_ms: int) -> dict[str, Any] | None:
    """The part of a market stream that concerns a pair."""
    report, received_ms = view.streams.get(symbol, (None, 0))
    return None if report is None else _stream(report, received_ms, now_ms)


def market_stream_fields(view: View, now_ms: int) -> list[dict[str, Any]]:
    """The connections to the market streams; `of_no_pair` counts frames that belong to none of its pairs."""
    return [_market_stream(view, name, now_ms) for name in sorted(view.market_streams)]


def _market_stream(view: View, name: str, now_ms: int) -> dict[str, Any]:
    message, received_ms = view.market_streams[name]
    of_no_pair = view.stream_frames.get(name)
    return {
        "name": name,
        "pairs": [pair.symbol for pair in message.pairs],
        "pairs_proven": sum(pair.state is StreamState.PROVEN for pair in message.pairs),
        **_stream(message.stream, received_ms, now_ms),
        "kinds": dict(message.stream.kinds),
        "of_no_pair": of_no_pair and frame_fields(of_no_pair),
    }


def _stream(report: StreamReported, received_ms: int, now_ms: int) -> dict[str, Any]:
    return {
        "proven": report.is_proven,
        "since": iso(report.since_ms),
        "reason": why_not_proven(report),
        "frames": report.frames,
        "ignored": report.ignored,
        "reconnects": report.reconnects,
        "renewals": report.renewals,
        "needs_a_person": report.is_loud,
        "age_seconds": (now_ms - received_ms) / 1000,
    }


def user_stream_fields(view: View, now_ms: int) -> dict[str, Any] | None:
    """`mode` says how the keepers learn of the account's trades now."""
    found = view.streams.get("")
    if found is None:
        return None
    report, received_ms = found
    mode = "stream" if report.is_proven else "polling"
    return {**_stream(report, received_ms, now_ms), "kinds": dict(report.kinds), "mode": mode}


def kill_switch_fields(report: GatewayReported | None) -> dict[str, Any] | None:
    """None before the first report of the Gateway; times are empty while nobody has used it."""
    if report is None:
        return None
    halt = report.kill_switch
    return {"on": halt.is_on, "since": iso(halt.at_ms) if halt.at_ms else None, "who": halt.who, "why": halt.why}


def gateway_fields(report: GatewayReported | None, now_ms: int) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "requests": report.requests,
        "orders": report.orders,
        "refused": report.refused,
        "unknown": report.unknown,
        "refusals": dict(sorted(report.refusals)),
        "weight_used": report.weight_used,
        "limits": [_limit_use(use) for use in report.limits],
        "broker": report.broker and _broker(report.broker),
        "holds": [_pause(pause, now_ms) for pause in report.pauses],
        "route": report.route and _route(report.route),
        "in_flight": report.in_flight,
        "oldest_in_flight_seconds": report.oldest_in_flight_ms / 1000,
        "waiting": report.waiting,
        "journal": {"path": report.journal, "memory": report.is_journal_memory} if report.journal else None,
        "clock_ahead_seconds": report.clock_ahead_ms / 1000,
        "trouble": report.trouble,
        "age_seconds": (now_ms - report.at_ms) / 1000,
    }


def _route(route: RequestRoute) -> dict[str, Any]:
    return {
        "route": route.route,
        "condition": route.condition,
        "since": iso(route.since_ms),
        "failure": route.failure,
        "needs_a_person": route.needs_a_person,
    }


def _limit_use(use: LimitUse) -> dict[str, Any]:
    return {"name": use.name, "per": use.per, "seconds": use.seconds, "used": use.used, "most": use.most}


def _broker(broker: BrokerState) -> dict[str, Any]:
    return {
        "socket": broker.socket,
        "service": broker.service,
        "connected": broker.is_connected,
        "trouble": broker.trouble,
        "services": broker.services,
        "waits": broker.waits,
        "shares": [
            {"service": each.service, "limit": each.name, "share": each.share, "spent": each.spent}
            for each in broker.usage
        ],
    }


def _pause(pause: ExchangePause, now_ms: int) -> dict[str, Any]:
    return {
        "what": pause.what,
        "until": iso(pause.until_ms),
        "seconds": max(0, pause.until_ms - now_ms) / 1000,
        "reason": pause.reason,
        "ban": pause.is_ban,
    }


def ledger_fields(report: LedgerReported | None, now_ms: int) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "records": report.records,
        "trouble": report.trouble,
        "since": None if report.since_ms is None else iso(report.since_ms),
        "waiting": report.waiting,
        "waiting_bytes": report.waiting_bytes,
        "backlog": report.backlog or None,
        "age_seconds": (now_ms - report.at_ms) / 1000,
    }


def host_lease_fields(report: HostLeaseReported | None, now_ms: int) -> dict[str, Any] | None:
    """Of a host that takes turns with another one; none of a host that runs alone."""
    if report is None:
        return None
    age_ms = now_ms - report.at_ms
    return {
        "holder": report.host,
        "token": report.token,
        "left_seconds": max(0, report.left_ms - age_ms) / 1000,
        "trouble": report.trouble,
        "age_seconds": age_ms / 1000,
    }


def log_level_fields(levels: LogLevels) -> list[dict[str, Any]]:
    """From which level on actors log, where somebody wished another one than the configured."""
    return [
        {
            "actor": each.actor or "all",
            "level": each.level,
            "until": None if each.until_ms is None else iso(each.until_ms),
            "who": each.who,
        }
        for each in levels.changed
    ]

"""The alerts as plain JSON values, for the command line."""

from collections.abc import Iterable
from typing import Any

from actors.alerts.alert import Alert
from actors.alerts.book import AlertBook
from actors.alerts.channel import Channel
from actors.ledger.positions import iso
from messages.control import AlertsListed


def listed(book: AlertBook, channels: Iterable[Channel], *, is_open_only: bool) -> AlertsListed:
    """Those that are open first, of these the most severe."""
    alerts = book.open if is_open_only else list(book)
    return AlertsListed(tuple(map(_alert, alerts)), tuple(map(_channel, channels)))


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.number,
        "severity": str(alert.severity),
        "kind": str(alert.cause.kind),
        "about": alert.cause.subject or None,
        "state": str(alert.state),
        "since": iso(alert.since_ms),
        "raised": iso(alert.raised_ms),
        "delivered": _moment(alert.delivered_ms),
        "channels": sorted(alert.told),
        "acknowledged": _moment(alert.acknowledged_ms),
        "acknowledged_by": alert.acknowledged_by or None,
        "acknowledged_why": alert.acknowledged_why or None,
        "recovered": _moment(alert.recovered_ms),
        "text": alert.cause.text,
        "command": alert.cause.command,
    }


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "channel": channel.rule.name,
        "min_severity": str(channel.rule.min_severity),
        "delivered": _moment(channel.delivered_ms),
        "trouble": channel.trouble or None,
        "failures": channel.pace.failures,
    }


def _moment(at_ms: int | None) -> str | None:
    return None if at_ms is None else iso(at_ms)

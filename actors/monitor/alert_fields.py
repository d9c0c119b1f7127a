"""What the status says of the alerts: whether they arrive, and what they have found out about disks."""

from collections.abc import Iterator
from typing import Any

from actors.ledger.positions import iso
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import TroubleKind, command_for
from messages.alerts import AlertsReported, ChannelState, DiskSpace, HeartbeatState

_PROVEN_WITHIN_MS = 60_000  # after the start: by then the first message has arrived, or has failed
_FAILURES = 3  # in a row: then a channel needs a person
_MB = 1_000_000
_TEST = "lotkeeper alerts test"


def alert_fields(report: AlertsReported | None, now_ms: int) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "open": report.open,
        "unacknowledged": report.unacknowledged,
        "channels": [_channel(each) for each in report.channels],
        "heartbeat": None if report.heartbeat is None else _heartbeat(report.heartbeat),
        "disks": [_disk(each) for each in report.disks],
        "age_seconds": (now_ms - report.at_ms) / 1000,
    }


def _channel(channel: ChannelState) -> dict[str, Any]:
    delivered = None if channel.delivered_ms is None else iso(channel.delivered_ms)
    return {
        "channel": channel.name,
        "delivered": delivered,
        "failures": channel.failures,
        "trouble": channel.trouble or None,
    }


def _heartbeat(state: HeartbeatState) -> dict[str, Any]:
    return {"pinged": iso(state.at_ms), "well": state.was_well, "trouble": state.trouble or None}


def _disk(disk: DiskSpace) -> dict[str, Any]:
    return {"folder": disk.folder, "free_bytes": disk.free_bytes}


def alert_problems(report: AlertsReported | None, started_ms: int, now_ms: int) -> Iterator[str]:
    """Nothing where no channel is configured, and of disks with enough room."""
    for each in _alert_todo(report, started_ms, now_ms):
        yield f"{each.text}; see: {each.command}"
    if report is not None and report.heartbeat is not None and report.heartbeat.trouble:
        yield f"the heartbeat does not arrive: {report.heartbeat.trouble}"


def alerts_todo(report: AlertsReported | None, started_ms: int, now_ms: int) -> list[Todo]:
    return list(_alert_todo(report, started_ms, now_ms))


def _alert_todo(report: AlertsReported | None, started_ms: int, now_ms: int) -> Iterator[Todo]:
    if report is None:
        return
    if now_ms - started_ms > _PROVEN_WITHIN_MS and report.channels and _none_has_delivered(report):
        why = next((f": {each.trouble}" for each in report.channels if each.trouble), "")
        text = f"no channel of the alerts has delivered since the start{why}"
        yield Todo(TroubleKind.CHANNEL, text, _TEST, since_ms=started_ms)
    for channel in report.channels:
        if channel.failures >= _FAILURES:
            text = f"the channel {channel.name} of the alerts does not deliver: {channel.trouble}"
            command = command_for(TroubleKind.CHANNEL, channel=channel.name)
            yield Todo(TroubleKind.CHANNEL, text, command, actor=channel.name)
    for disk in report.disks:
        if disk.free_bytes < disk.wanted_bytes:
            text = f"only {disk.free_bytes // _MB} MB are free in {disk.folder}, less than {disk.wanted_bytes // _MB}"
            yield Todo(
                TroubleKind.DISK_LOW, text, command_for(TroubleKind.DISK_LOW, folder=disk.folder), actor=disk.folder
            )


def _none_has_delivered(report: AlertsReported) -> bool:
    return all(each.delivered_ms is None for each in report.channels)

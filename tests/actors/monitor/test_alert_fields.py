"""What the status says of the alerts."""

from typing import Any

from actors.monitor.alert_fields import alert_fields, alert_problems, alerts_todo
from messages.alerts import AlertsReported, ChannelState, DiskSpace, HeartbeatState
from tests.actors.monitor.reports import NOW_MS

START_MS = NOW_MS - 3_600_000
WORKS = ChannelState("phone", NOW_MS, "", 0)
SILENT = ChannelState("phone", None, "HTTP 401", 2)


def report(*channels: ChannelState, **more: Any) -> AlertsReported:
    return AlertsReported(NOW_MS - 1000, 3, 2, channels, **more)


def todo(found: AlertsReported | None, started_ms: int = START_MS) -> list[tuple[str, str, str]]:
    return [(str(each.kind), each.text, each.command) for each in alerts_todo(found, started_ms, NOW_MS)]


def test_every_field():
    disk, heartbeat = DiskSpace("/var", 5_000_000, 500_000_000), HeartbeatState(NOW_MS, False, "")
    assert alert_fields(report(SILENT, disks=(disk,), heartbeat=heartbeat), NOW_MS) == {
        "open": 3,
        "unacknowledged": 2,
        "channels": [{"channel": "phone", "delivered": None, "failures": 2, "trouble": "HTTP 401"}],
        "heartbeat": {"pinged": "2023-11-14T22:13:20.000+00:00", "well": False, "trouble": None},
        "disks": [{"folder": "/var", "free_bytes": 5_000_000}],
        "age_seconds": 1.0,
    }
    assert alert_fields(None, NOW_MS) is None


def test_while_no_channel_has_delivered_since_the_start_that_is_a_problem():
    text = "no channel of the alerts has delivered since the start: HTTP 401"
    assert todo(report(SILENT)) == [("channel", text, "lotkeeper alerts test")]
    assert list(alert_problems(report(SILENT), START_MS, NOW_MS)) == [f"{text}; see: lotkeeper alerts test"]


def test_that_is_none_without_channels_in_the_first_minute_and_where_one_has_delivered():
    assert todo(report()) == todo(None) == []
    assert todo(report(SILENT), NOW_MS - 59_000) == []
    assert todo(report(SILENT, WORKS)) == []


def test_a_channel_that_goes_on_failing_is_named():
    failing = ChannelState("mail", None, "HTTP 500", 3)
    (found,) = todo(report(WORKS, failing))
    assert found == (
        "channel",
        "the channel mail of the alerts does not deliver: HTTP 500",
        "lotkeeper alerts test mail",
    )


def test_a_disk_with_little_room_is_named_by_its_folder():
    disks = (DiskSpace("/var", 499_999_999, 500_000_000), DiskSpace("/", 500_000_000, 500_000_000))
    assert todo(report(disks=disks)) == [
        ("disk-low", "only 499 MB are free in /var, less than 500", "df -h /var"),
    ]


def test_a_heartbeat_that_does_not_arrive_is_a_problem():
    found = report(heartbeat=HeartbeatState(NOW_MS, True, "HTTP 404"))
    assert list(alert_problems(found, START_MS, NOW_MS)) == ["the heartbeat does not arrive: HTTP 404"]

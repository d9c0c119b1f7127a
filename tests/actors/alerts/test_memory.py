"""What a new process knows of what was told."""

from decimal import Decimal as D

import pytest

from actors.alerts.alert import Alert, Told, alert_from_json, alert_to_json
from actors.alerts.memory import ChannelMemory, Remembered, read_memory, write_memory
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from tests.actors.alerts.examples import NOW_MS, cause

ALERT = Alert(7, cause(TroubleKind.HELD, "a", since_ms=5, severity=Severity.INFO), NOW_MS, NOW_MS)
TOLD = ALERT.begun_on("mail").delivered("phone", Told(3, Severity.INFO))
ALERTS = (ALERT, TOLD.acknowledged("kim", 9, "a fork"), ALERT.recovered(11))


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_read_as_it_was_written(alert):
    assert alert_from_json(alert_to_json(alert)) == alert


def test_an_alert_of_a_version_that_did_not_keep_what_it_tried_is_read():
    written = alert_to_json(ALERT)
    del written["attempted"]
    assert alert_from_json(written) == ALERT


def test_all_of_it_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "alerts"
    channels = {"phone": ChannelMemory(3, 5, {"BTCUSDT": (7, D("0.50"))})}
    written = Remembered(ALERTS, 12, NOW_MS, channels)
    write_memory(path, written)
    write_memory(path, written)
    assert read_memory(path) == written
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["alerts"]


def test_without_a_file_nothing_was_told(tmp_path):
    assert read_memory(tmp_path / "none") == Remembered()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "channels": 3}', "\x00"])
def test_a_file_that_cannot_be_read_is_an_error_of_one_kind(tmp_path, text):
    (tmp_path / "alerts").write_text(text)
    with pytest.raises(ValueError, match=r"."):
        read_memory(tmp_path / "alerts")


def test_where_it_cannot_be_written_the_old_one_stays(tmp_path):
    path = tmp_path / "no folder" / "alerts"
    with pytest.raises(OSError, match="No such file"):
        write_memory(path, Remembered())

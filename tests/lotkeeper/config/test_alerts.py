"""The section `alerts`, and the addresses of its channels."""

import os
from pathlib import Path

import pytest
import yaml

from lotkeeper.config import ConfigProblems, alert_settings, listed_keys, load_channel_urls, load_config, shown
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule, QuietHours
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALD"
URL = f"tgram://{TOKEN}/7654321/"
PING = "https://hc-ping.com/5a1c3f0e-1111-2222-3333-444455556666"
ALL = f"""\
alerts:
  channels:
    phone: {{min_severity: critical}}
    mail:
  repeat_every_s: 60
  quiet: {{start: 22:00, end: 07:30}}
  mute: [paused, sale]
  held_longer_than_days: 1.5
  min_free_disk_mb: 100
  sales: true
  heartbeat_url: {PING}
  heartbeat_every_s: 30
"""


def load(folder: Path, text: str, **environ: str):
    path = folder / "config.yaml"
    path.write_text(f"pairs: {{BTCUSDT: }}\n{text}\n")
    return load_config(path, environ)


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        load(folder, text, **environ)
    return [str(each).partition("config.yaml:")[2] or str(each) for each in caught.value.problems]


def test_without_the_section_nobody_is_told_and_nobody_pinged(tmp_path):
    assert alert_settings(load(tmp_path, "").alerts) == AlertSettings()


def test_every_key(tmp_path):
    assert alert_settings(load(tmp_path, ALL).alerts) == AlertSettings(
        channels=(ChannelRule("phone", Severity.CRITICAL), ChannelRule("mail")),
        repeat_every_ms=60_000,
        quiet=QuietHours(22 * 60, 7 * 60 + 30),
        mute=frozenset({TroubleKind.PAUSED, TroubleKind.SALE}),
        held_longer_than_ms=129_600_000,
        min_free_disk_bytes=100_000_000,
        sales=True,
        heartbeat_url=PING,
        heartbeat_every_ms=30_000,
    )


def test_by_the_environment(tmp_path):
    found = load(
        tmp_path,
        "",
        LOTKEEPER_ALERTS__CHANNELS="{phone: {min_severity: warning}}",
        LOTKEEPER_ALERTS__QUIET="{start: 01:00, end: 02:00}",
        LOTKEEPER_ALERTS__MUTE="[held]",
        LOTKEEPER_ALERTS__SALES="true",
        LOTKEEPER_ALERTS__HEARTBEAT_URL=PING,
    )
    settings = alert_settings(found.alerts)
    assert settings.channels == (ChannelRule("phone", Severity.WARNING),)
    assert (settings.quiet, settings.mute) == (QuietHours(60, 120), frozenset({TroubleKind.HELD}))
    assert (settings.sales, settings.heartbeat_url) == (True, PING)


@pytest.mark.parametrize(
    ("alerts", "problem"),
    [
        ("{channels: {Phone: {}}}", "2: alerts.channels.Phone: found 'Phone'; allowed: a name of small letters"),
        ("{channels: {phone: {min_severity: loud}}}", "found 'loud'; allowed: info, warning or critical"),
        ("{channels: {phone: {level: info}}}", "found a key that is not known; allowed: min_severity"),
        ("{channel: {}}", "alerts.channel: found a key that is not known; allowed: channels"),
        ("{quiet: {start: 25:00, end: 07:00}}", "alerts.quiet.start: found '25:00'; allowed: a time of the day"),
        ("{quiet: {start: 22:00}}", "alerts.quiet.end: found nothing; allowed: a time of the day"),
        ("{quiet: 22}", "alerts.quiet: found '22'; allowed: a mapping with start and end"),
        ("{mute: [pause]}", "found 'pause'; allowed: a list of kinds of alerts"),
        ("{mute: [stream-lost]}", "found 'stream-lost'; allowed: a list of kinds of alerts"),
        ("{mute: paused}", "alerts.mute: found 'paused'; allowed: a list of kinds of alerts"),
        ("{repeat_every_s: 1}", "found '1'; allowed: a number of seconds from 10 to 604800"),
        ("{sales: maybe}", "alerts.sales: found 'maybe'; allowed: true or false"),
        ("{min_free_disk_mb: -1}", "found '-1'; allowed: a whole number of megabytes"),
        ("[]", "alerts: found a list; allowed: a mapping"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, alerts, problem):
    found = problems(tmp_path, f"alerts: {alerts}")
    assert len(found) == 1
    assert problem in found[0]


@pytest.mark.parametrize(
    "alerts",
    [
        f"{{channels: {{phone: '{URL}'}}}}",
        f"{{channels: {{phone: {{url: '{URL}'}}}}}}",
        f"{{channels: {{phone: ['{URL}']}}}}",
        f"{{channels: {{'{URL}': {{}}}}}}",
        f"{{channels: '{URL}'}}",
        f"{{channels: ['{URL}']}}",
        f"{{channels: {{phone: {{min_severity: '{URL}'}}}}}}",
    ],
)
def test_an_address_in_the_file_is_refused_and_not_shown(tmp_path, alerts):
    found = " ".join(problems(tmp_path, f"alerts: {alerts}"))
    assert "alerts.channels" in found
    assert "110201543" not in found
    assert "AAHdq" not in found


@pytest.mark.parametrize("url", ["http://hc-ping.com/secretpath", "hc-ping.com/secretpath", "https://a b/secretpath"])
def test_a_heartbeat_goes_encrypted_and_is_not_shown(tmp_path, url):
    found = problems(tmp_path, f"alerts: {{heartbeat_url: '{url}'}}")
    assert "alerts.heartbeat_url: found something else; allowed: an address with https://" in found[0]
    assert "secretpath" not in found[0]


def test_listings_show_no_secret_and_can_be_read_again(tmp_path):
    found = load(tmp_path, ALL)
    keys = listed_keys(found)
    assert keys["alerts.heartbeat_url"] == "https://hc-ping.com/***"
    assert keys["alerts.channels"] == "{phone: {min_severity: critical}, mail: {min_severity: info}}"
    assert keys["alerts.quiet"] == "{start: 22:00, end: 07:30}"
    assert "5a1c3f0e" not in f"{keys}{shown(found)}{found!r}{alert_settings(found.alerts)!r}"
    again = tmp_path / "again.yaml"
    again.write_text(yaml.safe_dump(shown(found)))
    assert load_config(again, {}).alerts.model_dump(exclude={"heartbeat_url"}) == found.alerts.model_dump(
        exclude={"heartbeat_url"}
    )


# The addresses

PHONE = "alerts: {channels: {phone: }}"
FILE, GIVEN = "LOTKEEPER_ALERTS__URLS_FILE", "LOTKEEPER_ALERTS__URLS"


def private(path: Path, text: str, mode: int = 0o600) -> str:
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def test_addresses_come_from_a_file_or_a_variable(tmp_path):
    config = load(tmp_path, PHONE)
    path = private(tmp_path / "urls", f"# of the phone\nphone: {URL}\n")
    assert load_channel_urls(config, {FILE: path}) == {"phone": URL}
    assert load_channel_urls(config, {GIVEN: f"{{phone: '{URL}'}}"}) == {"phone": URL}
    assert load_channel_urls(config, {GIVEN: f"phone: {URL}"}) == {"phone": URL}
    assert load_channel_urls(load(tmp_path, ""), {}) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "found something else than a mapping"),
        (URL, "found something else than a mapping"),
        ("phone:\n", "found no address for phone"),
        (f"phone: {TOKEN}\n", "found no address for phone"),
        (f"{URL}: x\n", "found no address for a name that is none"),
        (f"mail: {URL}\n", "found no address for the channel phone"),
        (f"phone: {URL}\nmail: {URL}\n", "found an address for mail; allowed: the channels of alerts.channels: phone"),
    ],
)
def test_what_is_wrong_with_addresses_is_said_without_them(tmp_path, text, found):
    with pytest.raises(ConfigProblems) as caught:
        load_channel_urls(load(tmp_path, PHONE), {FILE: private(tmp_path / "urls", text)})
    assert f"{FILE}: {found}" in str(caught.value)
    assert "110201543" not in str(caught.value)


def test_a_file_that_others_can_read_is_refused(tmp_path):
    path = private(tmp_path / "urls", f"phone: {URL}", 0o644)
    with pytest.raises(ConfigProblems, match="mode 0644; allowed: 0600 or stricter"):
        load_channel_urls(load(tmp_path, PHONE), {FILE: path})


def test_a_missing_file_and_a_missing_variable_are_named(tmp_path):
    with pytest.raises(ConfigProblems, match="no such file"):
        load_channel_urls(load(tmp_path, PHONE), {FILE: str(tmp_path / "none")})
    with pytest.raises(ConfigProblems, match=f"{FILE}: found no address for the channel phone"):
        load_channel_urls(load(tmp_path, PHONE), {})
    with pytest.raises(ConfigProblems, match="only one of the two"):
        load_channel_urls(load(tmp_path, PHONE), {FILE: "a", GIVEN: "b"})


def test_the_process_list_shows_nothing(tmp_path):
    """The variables are among those that a start takes out of its environment."""
    from lotkeeper.config import SECRET_VARIABLES

    assert {FILE, GIVEN} <= set(SECRET_VARIABLES)
    assert GIVEN not in os.environ

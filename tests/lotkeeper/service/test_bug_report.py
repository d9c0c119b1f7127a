"""What a bug report has, and that no secret is in any byte of it."""

import io
import json
import os
import tarfile
import time
from pathlib import Path

import pytest

from lotkeeper.config import load_config
from lotkeeper.secret_variables import API_KEY, API_SECRET, API_SECRET_FILE
from lotkeeper.service.bug_report import ReportPart, about, answer, log_parts, mask_for, pack, write_new

KEY, SECRET, IN_FILE = "planted-key-7f3a", "planted/secret+5b", "planted-in-a-file"


def packed(text: str, environ: dict[str, str] | None = None, config=None) -> bytes:
    """What an archive with this text has, unpacked: compression would hide a secret from a search."""
    data = pack([ReportPart("part.txt", "a part", text)], mask_for(config, environ or {}), time.time())
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return b"".join(archive.extractfile(each).read() for each in archive)


@pytest.mark.parametrize("secret", [KEY, SECRET, IN_FILE])
@pytest.mark.parametrize("text", ["{}", "apart from {}.", '{{"a": ["x{}y"]}}', "?x={}&y"])
def test_the_values_of_key_and_secret_are_masked_wherever_they_stand(tmp_path, secret, text):
    (tmp_path / "secret").write_text(f"{IN_FILE}\n")
    environ = {API_KEY: KEY, API_SECRET: SECRET, API_SECRET_FILE: str(tmp_path / "secret")}
    assert secret.encode() not in packed(text.format(secret), environ)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("POST /order?symbol=BTCUSDT&signature=abc123", "abc123"),
        ('{"listenKey": "pqia91ma19a5s"}', "pqia91ma19a5s"),
        ("telegram_token: 123456:ABC-DEF", "ABC-DEF"),
        ("Authorization: Bearer abc.def.ghi", "abc.def"),
        ("X-MBX-APIKEY: shortkey", "shortkey"),
        ("a key " + "k1" * 32 + " without a name", "k1" * 32),
        ("signed " + "aB/+" * 22 + "==", "aB/+aB/+"),
        ("database: postgresql://lk:hunter2@db/lots", "hunter2"),
        ("mailto://user:pa%20ss@mail.example", "pa%20ss"),
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQ\nAwBQ\n-----END PRIVATE KEY-----", "AwBQ"),
        ("-----BEGIN PRIVATE KEY-----\\nMC4CAQ", "MC4CAQ"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text, secret):
    found = packed(text)
    assert b"***" in found.partition(b"a part\n")[2]
    assert secret.encode() not in found


def test_what_is_no_secret_stays():
    text = '{"lot": "BTCUSDT-123", "client_id": "lk1-3f-2", "path": "/srv/lotkeeper/data/of/a/long/way/lots.sqlite"}'
    assert text.encode() in packed(text)


def test_the_password_of_the_database(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("database: postgresql://lk:xyzzy-7@db/lots\npairs: {BTCUSDT: {}}\n")
    config = load_config(path, {})
    assert b"xyzzy-7" not in packed("connection failed for xyzzy-7", config=config)


def test_a_part_that_cannot_be_had_says_why():
    def fail() -> object:
        raise RuntimeError("no answer")

    assert json.loads(answer("status.json", "the status", fail).text) == {"error": "RuntimeError: no answer"}


def test_the_log_and_its_errors(tmp_path):
    lines = [f'{{"ts":"","level":"{level}","text":"{level}"}}\n' for level in ("info", "error")]
    (tmp_path / "lotkeeper.jsonl").write_text("".join(lines))
    (tmp_path / "lotkeeper.out").write_text("started")
    found = {part.name: part.text for part in log_parts(tmp_path)}
    assert found == {"log.jsonl": "".join(lines), "errors.jsonl": lines[1], "lotkeeper.out": "started"}
    assert list(log_parts(tmp_path / "nowhere")) == []


def test_versions_and_platform_without_the_name_of_the_machine():
    found = json.loads(about().text)
    assert found["libraries"]["thespian"]
    assert os.uname().nodename not in about().text


def test_only_the_owner_can_read_it_and_nothing_is_overwritten(tmp_path):
    path = Path(tmp_path / "report")
    write_new(path, b"x")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_new(path, b"y")
    assert path.read_bytes() == b"x"


def test_addresses_of_channels_and_of_the_heartbeat_are_masked_wherever_they_stand(tmp_path):
    token, ping = "AAHdqTcvCH1vGWJxfSeofSAs", "5a1c3f0e-1111-2222"
    path = tmp_path / "config.yaml"
    path.write_text(f"pairs: {{A: }}\nalerts: {{channels: {{phone: }}, heartbeat_url: https://hc-ping.com/{ping}}}\n")
    environ = {"LOTKEEPER_ALERTS__URLS": f"phone: tgram://110201543:{token}/7654321"}
    config = load_config(path, {})
    mask = mask_for(config, environ)
    text = f"POST tgram://110201543:{token}/7654321, {token}, https://hc-ping.com/{ping}/fail, chat 7654321"
    for secret in (token, ping, "7654321", "110201543"):
        assert secret not in mask.mask(text)
    clear = mask_for(None, {}).mask(f"alerts: {{heartbeat_url: https://hc-ping.com/{ping}, x: tgram://1:{token}/7}}")
    assert token not in clear
    assert ping not in clear

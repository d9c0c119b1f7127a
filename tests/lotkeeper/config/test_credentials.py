"""Secrets: from the environment or from files of this user alone, and never shown."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pydantic import SecretStr

from lotkeeper.config import SECRET_VARIABLES, Config, ConfigProblems, Secrets, credentials, load_secrets
from tests.mounts import run_with_mount

API_KEY = "LOTKEEPER_EXCHANGE__API_KEY"
API_SECRET = "LOTKEEPER_EXCHANGE__API_SECRET"
API_SECRET_FILE = "LOTKEEPER_EXCHANGE__API_SECRET_FILE"
PRIVATE_KEY_FILE = "LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE"

SECRET = "hunter2hunter2"
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())

SecretFile = Callable[..., str]


def pem(
    key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b""
) -> bytes:
    cipher = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, cipher)


def config(key_type: str) -> Config:
    return Config.model_validate({"pairs": {"BTCUSDT": {}}, "exchange": {"key_type": key_type}})


@pytest.fixture
def secret_file(tmp_path: Path) -> SecretFile:
    def write(content: bytes | str, mode: int = 0o600) -> str:
        path = tmp_path / "secret"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return str(path)

    return write


def problems(key_type: str, environ: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        load_secrets(config(key_type), environ)
    lines = [str(problem) for problem in caught.value.problems]
    assert all("\n" not in line and SECRET not in line for line in lines)
    return lines


def test_an_hmac_secret_by_environment() -> None:
    secrets = load_secrets(config("hmac"), {API_KEY: " k1 ", API_SECRET: f"{SECRET}\n"})
    assert secrets.api_key == "k1"
    assert secrets.api_secret is not None
    assert secrets.api_secret.get_secret_value() == SECRET
    assert secrets.private_key_pem is None


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_an_hmac_secret_by_file(secret_file: SecretFile, mode: int) -> None:
    secrets = load_secrets(config("hmac"), {API_KEY: "k", API_SECRET_FILE: secret_file(f"{SECRET}\n", mode)})
    assert secrets.api_secret is not None
    assert secrets.api_secret.get_secret_value() == SECRET


@pytest.mark.parametrize(("key_type", "key"), [("ed25519", ED25519), ("rsa", RSA)])
def test_a_private_key_by_file(
    secret_file: SecretFile, key_type: str, key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
) -> None:
    secrets = load_secrets(config(key_type), {API_KEY: "k", PRIVATE_KEY_FILE: secret_file(pem(key))})
    assert (secrets.private_key_pem, secrets.api_secret) == (pem(key), None)


def test_all_values_are_named_for_the_logs_to_hide() -> None:
    assert Secrets("k", SecretStr("s")).values() == ("k", "s")
    assert Secrets("k", private_key_pem=b"p").values() == ("k", b"p")


def test_a_secret_of_odd_bytes_is_refused() -> None:
    (line,) = problems("hmac", {API_KEY: "k", API_SECRET: "\udcff"})
    assert line.startswith(f"{API_SECRET}: found no secret")


def test_nothing_of_them_is_shown_but_they_travel_to_other_processes() -> None:
    secrets = load_secrets(config("hmac"), {API_KEY: "key1key1", API_SECRET: SECRET})
    assert SECRET not in f"{secrets!r} {secrets}"
    assert "key1key1" not in f"{secrets!r} {secrets}"
    assert b"PRIVATE" not in repr(Secrets("k", None, pem(ED25519))).encode()
    assert pickle.loads(pickle.dumps(secrets)) == secrets


def test_the_variables_to_take_out_of_the_environment() -> None:
    assert set(SECRET_VARIABLES) > {API_KEY, API_SECRET, API_SECRET_FILE, PRIVATE_KEY_FILE}


def test_nothing_at_all_is_two_problems() -> None:
    assert problems("ed25519", {}) == [
        f"{API_KEY}: found nothing; allowed: the API key of the exchange",
        f"{PRIVATE_KEY_FILE}: found nothing; allowed: {PRIVATE_KEY_FILE} (exchange.key_type is ed25519)",
    ]
    assert problems("hmac", {API_KEY: "k", API_SECRET: " "}) == [
        f"{API_SECRET}: found nothing; allowed: {API_SECRET} or {API_SECRET_FILE} (exchange.key_type is hmac)"
    ]


def test_two_ways_at_once() -> None:
    (line,) = problems("hmac", {API_KEY: "k", API_SECRET: SECRET, API_SECRET_FILE: "/x"})
    assert line.startswith(f"{API_SECRET}: found {API_SECRET_FILE} beside it; allowed: only ")


@pytest.mark.parametrize(
    ("key_type", "name"), [("ed25519", API_SECRET), ("rsa", API_SECRET_FILE), ("hmac", PRIVATE_KEY_FILE)]
)
def test_a_secret_that_the_key_type_has_no_use_for(key_type: str, name: str) -> None:
    (line,) = problems(key_type, {API_KEY: "k", name: SECRET})
    assert line.startswith(f"{name}: found it with exchange.key_type {key_type}; allowed: ")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o700, 0o660])
def test_a_file_that_others_may_read_with_the_command_that_mends_it(secret_file: SecretFile, mode: int) -> None:
    path = secret_file(SECRET, mode)
    (line,) = problems("hmac", {API_KEY: "k", API_SECRET_FILE: path})
    assert line.startswith(f"{API_SECRET_FILE}: found ")
    assert line.endswith(f"with mode {mode:04o}; allowed: 0600 or stricter (chmod 600 {path})")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user(secret_file: SecretFile) -> None:
    path = secret_file(SECRET)
    os.chown(path, 65534, -1)
    (line,) = problems("hmac", {API_KEY: "k", API_SECRET_FILE: path})
    assert "owned by user 65534" in line


def test_no_file(tmp_path: Path) -> None:
    (line,) = problems("hmac", {API_KEY: "k", API_SECRET_FILE: str(tmp_path / "no")})
    assert "(no such file or directory); allowed: a file that this user can read" in line


def test_what_is_no_file_does_not_hold_up_the_start(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in (".", "pipe"):
        (line,) = problems("hmac", {API_KEY: "k", API_SECRET_FILE: str(tmp_path / name)})
        assert "which is no file" in line


@pytest.mark.parametrize("content", ["", "\n", "two words", "a\nb", "\x00\x01"])
def test_a_file_with_no_secret(secret_file: SecretFile, content: str) -> None:
    (line,) = problems("hmac", {API_KEY: "k", API_SECRET_FILE: secret_file(content)})
    assert "allowed: the API secret of the exchange" in line


def test_a_key_that_would_break_a_header() -> None:
    (line,) = problems("hmac", {API_KEY: "k\r\nX-Evil: 1", API_SECRET: SECRET})
    assert line.startswith(f"{API_KEY}: found spaces or characters that no key has")
    assert "Evil" not in line


@pytest.mark.parametrize(
    ("key_type", "content", "found"),
    [
        ("ed25519", b"no key", "which is no private key in PEM"),
        ("ed25519", pem(ED25519, b"password"), "which is encrypted"),
        ("ed25519", pem(RSA), "a private key of another type"),
        ("rsa", pem(ED25519), "a private key of another type"),
        ("rsa", pem(EC), "a private key of another type"),
    ],
)
def test_a_file_with_no_fit_key(secret_file: SecretFile, key_type: str, content: bytes, found: str) -> None:
    (line,) = problems(key_type, {API_KEY: "k", PRIVATE_KEY_FILE: secret_file(content)})
    assert found in line
    assert f"of type {key_type}" in line


def test_a_key_in_the_place_of_its_path_is_not_shown() -> None:
    (line,) = problems("ed25519", {API_KEY: "k", PRIVATE_KEY_FILE: pem(ED25519).decode()})
    assert pem(ED25519).decode().splitlines()[1][:20] not in line


@pytest.mark.parametrize("quoted", ['"abc"', "'abc'", '"abc', "abc'", ' "abc" '])
def test_quotes_around_a_key_are_refused_before_the_exchange_is_asked(quoted: str) -> None:
    """`docker run --env-file` keeps them."""
    (line,) = problems("hmac", {API_KEY: quoted, API_SECRET: SECRET})
    assert line.startswith(f"{API_KEY}: found quotes around it; allowed: the API key of the exchange without them")
    (line,) = problems("hmac", {API_KEY: "k", API_SECRET: f'"{SECRET}"'})
    assert line.startswith(f"{API_SECRET}: found quotes around it")


def test_quotes_around_a_path_or_in_a_file_are_refused(secret_file: SecretFile) -> None:
    path = secret_file(f'"{SECRET}"\n')
    assert "found quotes around it" in problems("hmac", {API_KEY: "k", API_SECRET_FILE: path})[0]
    for name, key_type in ((API_SECRET_FILE, "hmac"), (PRIVATE_KEY_FILE, "ed25519")):
        (line,) = problems(key_type, {API_KEY: "k", name: f'"{path}"'})
        assert line.startswith(f"{name}: found quotes around it")


@pytest.mark.parametrize(("mode", "owner"), [(0o444, 0), (0o440, 0), (0o444, 12345)])
def test_a_file_that_nobody_can_change_is_a_warning(
    mode: int, owner: int, secret_file: SecretFile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Container platforms mount secrets so: no advice could be followed."""
    monkeypatch.setattr(credentials, "_is_read_only", lambda descriptor: True)
    path = secret_file(SECRET, mode)
    if os.geteuid() == 0:
        os.chown(path, owner, -1)
    secrets = load_secrets(config("hmac"), {API_KEY: "k", API_SECRET_FILE: path})
    assert secrets.api_secret == SecretStr(SECRET)
    assert f"has mode {mode:04o}" in caplog.text
    assert SECRET not in caplog.text


def test_whether_a_mount_is_read_only_is_read_from_it(secret_file: SecretFile) -> None:
    descriptor = os.open(secret_file(SECRET), os.O_RDONLY)
    assert not credentials._is_read_only(descriptor)
    os.close(descriptor)


def test_a_mount_that_is_really_read_only(tmp_path: Path) -> None:
    """In a mount namespace of its own, as a container has one."""
    script = f"""
import logging, os, subprocess
from lotkeeper.config.credentials import load_secrets
from tests.lotkeeper.config.test_credentials import config
logging.basicConfig()
with open("{tmp_path}/secret", "w") as file:
    file.write("{SECRET}")
os.chmod("{tmp_path}/secret", 0o444)
subprocess.run(["mount", "-o", "remount,ro", "{tmp_path}"], check=True)
load_secrets(config("hmac"), {{"{API_KEY}": "k", "{API_SECRET_FILE}": "{tmp_path}/secret"}})
"""
    done = run_with_mount(tmp_path, "size=1m", script)
    assert done.returncode == 0, done.stderr
    assert "has mode 0444, owner 0, on a read-only mount: others may read it" in done.stderr

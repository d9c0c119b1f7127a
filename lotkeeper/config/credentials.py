"""The API key and its secret: from the environment or from files that only this user can read."""

import logging
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from lotkeeper.config.models import Config, KeyType
from lotkeeper.config.problems import IN_QUOTES, QUOTES_KEPT, ConfigProblem, ConfigProblems, is_quoted, show_value
from lotkeeper.secret_variables import API_KEY, API_SECRET, API_SECRET_FILE, PRIVATE_KEY_FILE
from lotkeeper.trading.log_events import LogEvent, named

log = logging.getLogger("lotkeeper.config")

_FORBIDDEN_MODE = 0o177  # every permission bit beyond 0600
_MAX_BYTES = 100_000
_KEY = "the API key of the exchange"
_PRINTABLE = re.compile(r"[!-~]+")  # the key is sent in an HTTP header, which a line break would end


@dataclass(frozen=True, slots=True)
class Secrets:
    """What signs requests: the API key, and either the HMAC secret or the private key. Its repr shows none of them."""

    api_key: str = field(repr=False)
    api_secret: SecretStr | None = field(default=None, repr=False)
    private_key_pem: bytes | None = field(default=None, repr=False)

    def values(self) -> tuple[str | bytes, ...]:
        """All that must not appear in the logs."""
        secret = None if self.api_secret is None else self.api_secret.get_secret_value()
        return tuple(value for value in (self.api_key, secret, self.private_key_pem) if value)


class SecretFileError(Exception):
    """A secret's file cannot be used; the arguments are what was found and what is allowed."""


def load_secrets(config: Config, environ: Mapping[str, str]) -> Secrets:
    """The secrets that `exchange.key_type` needs; raises ConfigProblems with every problem."""
    problems: list[ConfigProblem] = []
    key = _read_key(environ, problems)
    wanted = (API_SECRET, API_SECRET_FILE) if config.exchange.key_type is KeyType.HMAC else (PRIVATE_KEY_FILE,)
    name = _secret_variable(config.exchange.key_type, wanted, environ, problems)
    secret = b"" if name is None else _read_secret(name, environ[name].strip(), config.exchange.key_type, problems)
    if problems:
        raise ConfigProblems(problems)
    if name == PRIVATE_KEY_FILE:
        return Secrets(key, private_key_pem=secret)
    return Secrets(key, api_secret=SecretStr(secret.decode()))


def _read_key(environ: Mapping[str, str], problems: list[ConfigProblem]) -> str:
    key = environ.get(API_KEY, "").strip()
    if not key:
        problems.append(ConfigProblem(API_KEY, None, "", "nothing", _KEY))
    elif is_quoted(key):
        problems.append(ConfigProblem(API_KEY, None, "", IN_QUOTES, f"{_KEY} without them ({QUOTES_KEPT})"))
    elif not _PRINTABLE.fullmatch(key):
        problems.append(ConfigProblem(API_KEY, None, "", "spaces or characters that no key has", _KEY))
    return key


def _secret_variable(
    key_type: KeyType, wanted: tuple[str, ...], environ: Mapping[str, str], problems: list[ConfigProblem]
) -> str | None:
    """The variable with the secret, if exactly one is set and it fits the key type."""
    given = [name for name in (API_SECRET, API_SECRET_FILE, PRIVATE_KEY_FILE) if environ.get(name, "").strip()]
    allowed = f"{' or '.join(wanted)} (exchange.key_type is {key_type})"
    quoted = [name for name in given if is_quoted(environ[name].strip())]
    if quoted:
        problems.extend(ConfigProblem(name, None, "", IN_QUOTES, f"it without them ({QUOTES_KEPT})") for name in quoted)
    elif not given:
        problems.append(ConfigProblem(wanted[0], None, "", "nothing", allowed))
    elif len(given) > 1:
        problems.append(ConfigProblem(given[0], None, "", f"{' and '.join(given[1:])} beside it", f"only {allowed}"))
    elif given[0] not in wanted:
        problems.append(ConfigProblem(given[0], None, "", f"it with exchange.key_type {key_type}", allowed))
    else:
        return given[0]
    return None


def _read_secret(name: str, value: str, key_type: KeyType, problems: list[ConfigProblem]) -> bytes:
    try:
        if name == PRIVATE_KEY_FILE:
            pem = read_secret_file(Path(value))
            _check_private_key(value, pem, key_type)
            return pem
        return _check_secret(read_secret_file(Path(value)) if name == API_SECRET_FILE else os.fsencode(value))
    except SecretFileError as error:
        found, allowed = error.args
        problems.append(ConfigProblem(name, None, "", found, allowed))
        return b""


def _check_secret(data: bytes) -> bytes:
    secret = data.strip()
    if is_quoted(secret.decode("latin-1")):
        raise SecretFileError(IN_QUOTES, "the API secret of the exchange without them")
    if not _PRINTABLE.fullmatch(secret.decode("latin-1")):
        raise SecretFileError(
            "no secret, or spaces or unprintable characters", "the API secret of the exchange, and no more"
        )
    return secret


def read_secret_file(path: Path) -> bytes:
    """The file's content, if only this user can read it. The opened file is checked, so that it cannot be exchanged."""
    try:
        # Without O_NONBLOCK a FIFO in place of the file would block the start.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SecretFileError(
            f"{show_value(path)} ({str(reason).lower()})", "a file that this user can read"
        ) from error
    try:
        _check_owner(path, os.fstat(descriptor), is_fixed=_is_read_only(descriptor))
        return os.read(descriptor, _MAX_BYTES)
    finally:
        os.close(descriptor)


def _is_read_only(descriptor: int) -> bool:
    """Whether nobody can change the file or its mode here: container platforms mount secrets so."""
    return bool(os.fstatvfs(descriptor).f_flag & os.ST_RDONLY)


def _check_owner(path: Path, status: os.stat_result, *, is_fixed: bool) -> None:
    """`is_fixed`: no advice could be followed, so it is a warning that others may read the file."""
    mode = stat.S_IMODE(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        raise SecretFileError(f"{show_value(path)}, which is no file", "a file that this user can read")
    if is_fixed:
        if status.st_uid != os.geteuid() or mode & _FORBIDDEN_MODE:
            log.warning(
                "%s has mode %04o, owner %d, on a read-only mount: others may read it",
                path,
                mode,
                status.st_uid,
                extra=named(LogEvent.CONFIG_TROUBLE),
            )
        return
    if status.st_uid != os.geteuid():
        raise SecretFileError(
            f"{show_value(path)} owned by user {status.st_uid}", f"a file of this user (chown {os.geteuid()} {path})"
        )
    if mode & _FORBIDDEN_MODE:
        raise SecretFileError(f"{show_value(path)} with mode {mode:04o}", f"0600 or stricter (chmod 600 {path})")


def _check_private_key(path: str, pem: bytes, key_type: KeyType) -> None:
    # Imported here, because only a start with such a key needs the library.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    allowed = f"a private key in PEM, not encrypted, of type {key_type}"
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        encrypted = isinstance(error, TypeError)
        found = f"{show_value(path)}, {'which is encrypted' if encrypted else 'which is no private key in PEM'}"
        raise SecretFileError(found, allowed) from None
    if not isinstance(key, Ed25519PrivateKey if key_type is KeyType.ED25519 else RSAPrivateKey):
        raise SecretFileError(
            f"{show_value(path)}, a private key of another type", f"{allowed}, or another exchange.key_type"
        )

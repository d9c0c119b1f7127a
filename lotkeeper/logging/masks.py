"""Keeps secrets out of the logs in two ways: by the name of a field, and by the value wherever it appears."""

import json
import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

MASK = "***"
_MIN_LENGTH = 6  # a shorter value is no secret, and would mask parts of ordinary words
_MAX_DEPTH = 8
_NAMES = frozenset({"signature", "api_secret", "apisecret", "secret", "x-mbx-apikey", "private_key", "password"})
_NAMES |= {"listenkey", "listen_key"}
# The same names within a text: in the query of a URL, in a header, or in a dict that was formatted into a message.
_IN_TEXT = re.compile(
    r"""(?<![\w-])(signature|api_?secret|secret|x-mbx-apikey|password|listen_?key)(\\?["']?\s*[=:]\s*b?\\?["']?)([^\s"'\\&,;)}\]]+)""",
    re.IGNORECASE,
)


class _Hidden:
    """The values that this process hides; one object for the process, like its handlers."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, values: Iterable[str | bytes]) -> None:
        for value in values:
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            self._texts.update(part for part in _parts(text) if len(part) >= _MIN_LENGTH)
        longest_first = sorted(self._texts, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def mask(self, text: str) -> str:
        return text if self._pattern is None else self._pattern.sub(MASK, text)


_hidden = _Hidden()
# What looks like a secret, whoever wrote it: a private key, who logs on in a URL, a field whose name says so, and any
# long run of letters and digits (keys of the exchange have 64, listen keys 60, signatures 64 and more).
_PRIVATE_KEY = re.compile(r"-----BEGIN [^-]*-----.*?(-----END [^-]*-----|$)", re.DOTALL)
_LOG_ON = re.compile(r"(://)[^\s/@\"']+@")
_NAMED_SO = re.compile(
    r"""([\w-]*(?:token|passphrase|api_?key|authorization)\\?["']?\s*[=:]\s*\\?["']?(?:bearer )?)([^\s"'\\&,;)}\]]+)""",
    re.IGNORECASE,
)
# An address of a channel of the alerts, or of the heartbeat, which somebody wrote where it does not belong.
_CHANNEL_URL = re.compile(
    r"\b(?!(?:https?|wss?|sqlite|postgresql|postgres|file)://)[a-z][a-z0-9+.-]{1,19}://[^\s\"']+", re.I
)
_HEARTBEAT = re.compile(r"(heartbeat_url\\?[\"']?\s*[=:]\s*\\?[\"']?https?://[^/\s\"']*/)[^\s\"']*", re.I)
_LONG_RUN = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+][A-Za-z0-9+/]{39,}={0,2}")


class SecretMask:
    """For text that leaves this machine: masks these values, and all that looks like a secret."""

    def __init__(self, values: Iterable[str | bytes]) -> None:
        self._values = _Hidden()
        self._values.add(values)

    def mask(self, text: str) -> str:
        text = _PRIVATE_KEY.sub(MASK, self._values.mask(text))
        text = _NAMED_SO.sub(rf"\1{MASK}", mask_named(_LOG_ON.sub(rf"\1{MASK}@", text)))
        text = _HEARTBEAT.sub(rf"\1{MASK}", _CHANNEL_URL.sub(MASK, text))
        return _LONG_RUN.sub(MASK, text)


def hide(secret_values: Iterable[str | bytes]) -> None:
    """Hides these values in every line that this process logs from now on; call it before the first use of a secret.

    Each line of a private key is hidden by itself.
    """
    _hidden.add(secret_values)


def mask_hidden(line: str) -> str:
    """The line with a mask in place of every hidden value."""
    return _hidden.mask(line)


def mask_named(text: str) -> str:
    """The text with a mask after the name of a secret, as in `signature=***`."""
    return _IN_TEXT.sub(rf"\1\2{MASK}", text)


def mask_text(text: str) -> str:
    """The text with a mask in place of every hidden value, and after the name of a secret."""
    return mask_named(mask_hidden(text))


def mask_fields(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: masks fields with the name of a secret, at any depth, and such names within texts."""
    for key, value in event.items():
        if not key.startswith("_"):  # structlog's own
            event[key] = _mask_value(key, value, 0)
    return event


def _mask_value(key: object, value: Any, depth: int) -> Any:
    if isinstance(key, str) and key.lower() in _NAMES:
        return MASK
    if type(value) is str:
        return mask_named(value)
    if depth >= _MAX_DEPTH:
        return value if isinstance(value, int | float | None) else _mask_value(None, repr(value), 0)
    if isinstance(value, Mapping):
        return {name: _mask_value(name, below, depth + 1) for name, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_mask_value(None, below, depth + 1) for below in value]
    return value


def _parts(text: str) -> Iterable[str]:
    """The forms in which a secret can appear: as it is, in JSON, in a repr, in a URL, and each line of a key."""
    # The first and last line of a PEM file are no secret.
    lines = [line.strip() for line in text.splitlines() if not line.startswith("-----")]
    for part in (text.strip(), *lines):
        yield part
        yield json.dumps(part, ensure_ascii=False)[1:-1]
        yield repr(part)[1:-1]
        yield quote(part, safe="")

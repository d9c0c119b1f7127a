"""What a log must never show, taken out twice: by the name of the key, and by the value wherever it turns up."""

import json
import re
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

MASK = "***"
_SHORTEST = 6  # what is shorter is no secret, and would mask half the words
_DEEPEST = 8
_NAMES = frozenset({"signature", "api_secret", "apisecret", "secret", "x-mbx-apikey", "private_key", "password"})
# The same names within a text: the query of an address, a header or a dict that somebody wrote into a message.
_IN_TEXT = re.compile(
    r"""(?<![\w-])(signature|api_?secret|secret|x-mbx-apikey|password)(\\?["']?\s*[=:]\s*b?\\?["']?)([^\s"'\\&,;)}\]]+)""",
    re.IGNORECASE,
)


class _Hidden:
    """The values that this process was told to hide; one for the process, as its handlers are."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, values: Iterable[str | bytes]) -> None:
        for value in values:
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
            self._texts.update(part for part in _parts(text) if len(part) >= _SHORTEST)
        longest_first = sorted(self._texts, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def out_of(self, text: str) -> str:
        return text if self._pattern is None else self._pattern.sub(MASK, text)


_hidden = _Hidden()


def hide(secret_values: Iterable[str | bytes]) -> None:
    """From now on these values appear in no line that this process logs; call it before the first use of a secret.

    A private key may be given whole: its lines are hidden one by one.
    """
    _hidden.add(secret_values)


def without_secrets(line: str) -> str:
    """A finished line without the hidden values."""
    return _hidden.out_of(line)


def without_named(text: str) -> str:
    """A text without what stands beside the name of a secret, as in `signature=...`."""
    return _IN_TEXT.sub(rf"\1\2{MASK}", text)


def masked(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: masks the fields that are named like secrets, at any depth, and such names in texts."""
    for key, value in event.items():
        if not key.startswith("_"):  # structlog's own
            event[key] = _masked(key, value, 0)
    return event


def _masked(key: object, value: Any, depth: int) -> Any:
    if isinstance(key, str) and key.lower() in _NAMES:
        return MASK
    if type(value) is str:
        return without_named(value)
    if depth >= _DEEPEST:
        return value if isinstance(value, int | float | None) else _masked(None, repr(value), 0)
    if isinstance(value, Mapping):
        return {name: _masked(name, below, depth + 1) for name, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(None, below, depth + 1) for below in value]
    return value


def _parts(text: str) -> Iterable[str]:
    """The ways in which a secret can be written: as it is, in JSON, in an address, and each line of a key."""
    # The frame of a PEM file is no secret, only what is between.
    lines = [line.strip() for line in text.splitlines() if not line.startswith("-----")]
    for part in (text.strip(), *lines):
        yield part
        yield json.dumps(part, ensure_ascii=False)[1:-1]
        yield repr(part)[1:-1]
        yield quote(part, safe="")

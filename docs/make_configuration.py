"""Writes the tables of docs/reference/configuration.md from the models: key, default, and what is allowed.

What a key means is kept as the page has it. --check says if the page is stale, or lacks a key.
"""

import re
import sys
import types
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from lotkeeper.config.models import Config  # noqa: E402 (found by the line above)

PAGE = Path("docs/reference/configuration.md")
HEAD = "| Key | Default | Allowed | Means |\n|---|---|---|---|\n"
_ROW = re.compile(r"^\| `([a-z_.]+)` \|.*\| (.*?) ?\|$", re.MULTILINE)
# Defaults that depend on the rest of the configuration, or of which there can be none.
_ELSEWHERE = {"pairs": "", "runtime_dir": "see below"}
_CODE = re.compile(r"\b(https?://|wss?://|sqlite:///PATH|postgresql://\S+|\[[^\]]*\]|\{.*?\}\}?)")


def keys() -> dict[str, FieldInfo]:
    """Every key that a file may have outside of pairs and lists, in the order of the models."""
    return dict(_fields(Config))


def page(text: str) -> str:
    """The page with its tables as the models have them. KeyError for a row whose key there is not."""
    known = keys()

    def table(found: re.Match[str]) -> str:
        return HEAD + "".join(_row(key, known[key], means) for key, means in _ROW.findall(found[1]))

    return re.sub(re.escape(HEAD) + r"((?:\|.*\n)*)", table, text)


def missing(text: str) -> list[str]:
    """The keys that no row of the page has."""
    rows = {key for part in text.split(HEAD)[1:] for key, _ in _ROW.findall(part.partition("\n\n")[0])}
    return [key for key in keys() if key not in rows]


def _fields(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        section = _section(field.annotation)
        if section is None or field.default is None:
            yield f"{above}{name}", field
        if section is not None:
            yield from _fields(section, f"{above}{name}.")


def _section(kind: Any) -> type[BaseModel] | None:
    """The model of a mapping with fixed keys that is described key by key."""
    if get_origin(kind) in (Union, types.UnionType):
        kind = next((each for each in get_args(kind) if each is not type(None)), None)
    is_section = isinstance(kind, type) and issubclass(kind, BaseModel)
    return kind if is_section and kind.__name__ not in _DESCRIBED_AS_A_WHOLE else None


# The pages of the exits and of the alerts have the keys of these.
_DESCRIBED_AS_A_WHOLE = {"TrailingConfig", "StopLossConfig", "BreakEvenConfig", "QuietConfig"}


def _row(key: str, field: FieldInfo, means: str) -> str:
    allowed = _CODE.sub(r"`\1`", field.description or "").replace("|", "\\|")
    return f"| `{key}` | {_default(key, field)} | {allowed} | {means} |\n"


def _default(key: str, field: FieldInfo) -> str:
    if key in _ELSEWHERE:
        return _ELSEWHERE[key]
    if field.is_required():
        return "none"
    return f"`{_plain(field.get_default(call_default_factory=True))}`"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple | list):
        return "[]" if not value else str(list(value))
    if isinstance(value, float | Decimal):
        return f"{value:g}" if isinstance(value, float) and value < 1 else str(value).removesuffix(".0")
    return str(value)


def main() -> int:
    """Writes the page, or with --check returns 1 if it is not what would be written; 1 where a key is missing."""
    path = ROOT / PAGE
    text = path.read_text()
    if absent := missing(text):
        sys.stderr.write(f"{PAGE} lacks a row for: {', '.join(absent)}\n")
        return 1
    if "--check" not in sys.argv[1:]:
        path.write_text(page(text))
        return 0
    if page(text) != text:
        sys.stderr.write(f"{PAGE} is not up to date: python docs/make_configuration.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

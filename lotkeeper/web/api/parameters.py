"""The parameters of a query: read and checked by the same values that describe them."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lotkeeper.service.documents.moments import ALLOWED as MOMENTS
from lotkeeper.service.documents.moments import milliseconds_of
from lotkeeper.web.api.errors import bad_request

Values = dict[str, Any]
MOST_ROWS = 10_000
_LAST_MS = 253_370_764_800_000  # the year 9999
_LONGEST_NUMBER = 19  # digits
_SHOWN = 60  # characters of what was given


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `read` takes its text and raises ValueError, whose text says what is allowed."""

    name: str
    text: str  # what it means
    read: Callable[[str], Any]
    schema: Mapping[str, Any]  # of its value, in JSON Schema
    default: Any = None  # where it is not given
    may_repeat: bool = False  # then its value is a tuple
    is_required: bool = False

    def value_of(self, given: Sequence[str]) -> Any:
        """Raises ApiError."""
        if not given:
            if self.is_required:
                raise bad_request(f"{self.name} is missing: {self.text}")
            return () if self.may_repeat else self.default
        if len(given) > 1 and not self.may_repeat:
            raise bad_request(f"{self.name} is given {len(given)} times; it is allowed once")
        found = tuple(self._read(each) for each in given)
        return found if self.may_repeat else found[0]

    def _read(self, text: str) -> Any:
        try:
            return self.read(text)
        except ValueError as error:
            raise bad_request(f"{self.name}: {error}") from error

    def required(self, text: str) -> "Parameter":
        """The same where it has to be given."""
        return replace(self, text=text, is_required=True)

    def described(self) -> Values:
        """As a parameter object of OpenAPI."""
        schema = dict(self.schema)
        if self.default is not None:
            schema["default"] = self.default
        if self.may_repeat:
            schema = {"type": "array", "items": schema}
        more: Values = {"style": "form", "explode": True} if self.may_repeat else {}
        required = {"required": True} if self.is_required else {}
        return {"name": self.name, "in": "query", "description": self.text, **required, "schema": schema, **more}


def read_query(parameters: Sequence[Parameter], query: Mapping[str, Sequence[str]], path: str) -> Values:
    """The values by name. Raises ApiError for the first that is wrong, or that nobody knows here."""
    known = [each.name for each in parameters]
    for name in query:
        if name not in known:
            allowed = f"allowed are {', '.join(known)}" if known else "it has none"
            raise bad_request(f"{shown(name)} is no parameter of {path}; {allowed}")
    return {each.name: each.value_of(query.get(each.name, ())) for each in parameters}


def shown(text: str) -> str:
    """As it stands in a sentence: no longer than a line, and without control characters."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def matching(pattern: str, what: str, *, is_upper: bool = False) -> tuple[Callable[[str], str], dict[str, Any]]:
    """A reader and a schema of texts of one form; `what` says what is allowed. Small letters are made great if wanted.

    `pattern` has both, where small ones are allowed too.
    """
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"{shown(text)} is not allowed; allowed is {what}")
        return text.upper() if is_upper else text

    return read, {"type": "string", "pattern": f"^(?:{pattern})$"}


def whole_number(low: int, high: int) -> tuple[Callable[[str], int], dict[str, Any]]:
    """A reader and a schema."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not low <= int(text) <= high:
            raise ValueError(f"{shown(text)} is not allowed; allowed is a whole number from {low} to {high}")
        return int(text)

    return read, {"type": "integer", "minimum": low, "maximum": high}


def one_of(words: Collection[str]) -> tuple[Callable[[str], str], dict[str, Any]]:
    """A reader and a schema."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"{shown(text)} is not allowed; allowed are {', '.join(words)}")
        return text

    return read, {"type": "string", "enum": list(words)}


def _read_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{shown(text)} is not allowed; allowed are true and false")
    return text == "true"


def flag(name: str, text: str) -> Parameter:
    return Parameter(name, text, _read_flag, {"type": "boolean"}, default=False)


def moment(name: str, text: str, *, is_end: bool) -> Parameter:
    """Milliseconds since 1970."""

    def read(given: str) -> int:
        try:
            found = milliseconds_of(given, is_end=is_end)
        except ValueError as error:
            raise ValueError(f"{shown(given)} is no time; allowed is {MOMENTS}") from error
        if not 0 <= found < _LAST_MS:
            raise ValueError(f"{shown(given)} is not allowed; allowed is a time from the years 1970 to 9998")
        return found

    return Parameter(name, f"{text}: a date, a time (UTC), or how long ago, such as 7d", read, {"type": "string"})


PAIR = Parameter("pair", "Only this pair", *matching("[A-Za-z0-9]{1,30}", "a pair such as BTCUSDT", is_upper=True))
LOT_NAME = matching("[A-Za-z0-9]{1,30}-[0-9]{1,18}", "the name of a lot, such as BTCUSDT-7001", is_upper=True)
LOT = Parameter("lot", "Only about this lot", *LOT_NAME)
SINCE = moment("since", "From then on", is_end=False)
UNTIL = moment("until", "Up to then, a date with all of its day", is_end=True)
_KEY = r"[ -~]{1,200}"


def _read_key(text: str) -> str:
    """The numbers in it fit into the columns of the database."""
    numbers = re.findall(r"\d+", text)
    if not re.fullmatch(_KEY, text) or any(len(each) > _LONGEST_NUMBER or int(each) >= 1 << 63 for each in numbers):
        raise ValueError(f"{shown(text)} is not allowed; allowed is the key of the last row of the page before")
    return text


BEFORE = Parameter(
    "before",
    "Only what comes after the row with this key: the next page",
    _read_key,
    {"type": "string", "pattern": f"^{_KEY}$"},
)


def limit(default: int, most: int = MOST_ROWS) -> Parameter:
    return Parameter("limit", "At most so many, the newest", *whole_number(1, most), default=default)


def words(name: str, text: str, allowed: Collection[str]) -> Parameter:
    """One or more of these words."""
    return Parameter(name, text, *one_of(allowed), may_repeat=True)


def word(name: str, text: str, allowed: Collection[str], default: str | None = None) -> Parameter:
    """One of these words."""
    return Parameter(name, text, *one_of(allowed), default=default, is_required=default is None)

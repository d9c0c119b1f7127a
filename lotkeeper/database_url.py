"""The address of the database: a file of SQLite, or a database of a PostgreSQL server. It may hold a password."""

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE: Final = "sqlite:///"
POSTGRESQL: Final = "postgresql://"
ALLOWED: Final = "sqlite:///PATH or postgresql://USER@HOST/DATABASE"
_PORT = 5432
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HIDDEN = "***"  # in the place of a password


@dataclass(frozen=True, slots=True)
class PostgresqlUrl:
    """`postgresql://user:password@host:port/database?key=value`, taken apart; the keys are those of libpq."""

    user: str
    password: str
    host: str  # empty: the socket of this machine; a path: the folder of a socket
    port: int
    database: str
    options: tuple[tuple[str, str], ...]

    @property
    def is_of_this_machine(self) -> bool:
        """Whether what is said to the server stays on this machine."""
        try:
            return self.host in ("", "localhost") or self.host[0] == "/" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def place(self) -> str:
        """Which database it is, for people and as a name: without user, password and options."""
        at = "" if self.port == _PORT else f":{self.port}"
        return f"{POSTGRESQL}{self.host}{at}/{self.database}"


def parse_postgresql(url: str) -> PostgresqlUrl:
    """Raises ValueError, whose text has nothing of the address: it may be a part of the password."""
    parts = urlsplit(url)
    if parts.scheme != "postgresql" or not url.startswith(POSTGRESQL):
        raise ValueError("not an address of PostgreSQL")
    if re.search(r"[\s\0]", url) or parts.fragment or _BROKEN_ESCAPE.search(url):
        raise ValueError("a character of it has to be written as %XX, as in a URL")
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database or "," in parts.netloc:
        raise ValueError("it names no database, or more than one server")
    return PostgresqlUrl(
        user=unquote(parts.username or options.pop("user", "")),
        password=unquote(parts.password or options.pop("password", "")),
        host=unquote(parts.hostname or options.pop("host", "")),
        port=parts.port or int(options.pop("port", _PORT)),
        database=database,
        options=tuple(sorted(options.items())),
    )


def is_postgresql(url: str) -> bool:
    return url.startswith(POSTGRESQL)


def without_password(url: str) -> str:
    """The address as it may be shown."""
    if url.startswith(SQLITE):
        return url
    shown = re.sub(r"(//[^/@:]*):.*@", rf"\1:{_HIDDEN}@", url)
    return re.sub(r"([?&]password=)[^&]*", rf"\1{_HIDDEN}", shown)


def database_identity(url: str) -> bytes:
    """The same for every way to write the address of one database; names its sockets, its journal and its lock."""
    if is_postgresql(url):
        return parse_postgresql(url).place.encode()
    return bytes(Path(url.removeprefix(SQLITE)).expanduser().resolve())

"""Which parts of a channel's address are secret: tokens stand in any part of it, a public name of a host does not."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

_LEAST = 6  # a shorter part is no token, and would mask parts of ordinary words


def secret_parts(urls: Iterable[str]) -> list[str]:
    """The addresses themselves, and what in them may be a password or a token."""
    found = [part for url in urls for part in _parts(url) if len(part) >= _LEAST]
    return list(dict.fromkeys(found))


def _parts(url: str) -> Iterator[str]:
    yield url
    rest = url.partition("://")[2]
    yield rest
    parts = urlsplit(url)
    log_on, _, host = parts.netloc.rpartition("@")
    yield from log_on.split(":")
    yield from () if _is_public(host) else (host, *host.split(":"))
    yield from parts.path.split("/")
    yield from (value for _, value in parse_qsl(parts.query))
    yield from map(unquote, parts.path.split("/"))


def _is_public(host: str) -> bool:
    """Whether it is the name or address of a machine; of some services the token stands there."""
    name = host.partition(":")[0]
    return "." in name or name == "localhost" or host.startswith("[")

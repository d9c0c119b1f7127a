"""Who may ask the HTTP server: programs and pages of this machine that know the token.

The rules are pure. They refuse a web site that the user's browser visits: it cannot read the token, but a browser would
send the cookie along (cross-site requests), or take a name of the site's for this machine (DNS rebinding).
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"  # all that the server listens on
_OUR_NAMES = frozenset({LOOPBACK, "localhost", "::1"})
_OUR_SITES = frozenset({"same-origin", "none"})  # Sec-Fetch-Site: from our own page, or typed by the user
_OTHER_SITES = frozenset({"cross-site", "same-site"})  # the latter: a page on another port of this machine
_READING = frozenset({"GET", "HEAD"})
_BEARER = "bearer"


class Refusal(Enum):
    """Why a request is refused, with the HTTP status and what its sender is told."""

    HOST = 403, "the Host header has to name this machine: 127.0.0.1, localhost, or a name of web.hosts"
    SITE = 403, "requests from other web sites are refused"
    TOKEN = 401, "the token is missing or wrong; send the header: Authorization: Bearer TOKEN"

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def text(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request decides whether it is answered. Headers that came more than once have several values."""

    hosts: tuple[str, ...]
    origins: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()  # Sec-Fetch-Site
    modes: tuple[str, ...] = ()  # Sec-Fetch-Mode
    places: tuple[str, ...] = ()  # Sec-Fetch-Dest
    authorizations: tuple[str, ...] = ()
    cookie: str = ""


def find_refusal(asked: Asked, token: str, further: Collection[str] = ()) -> Refusal | None:
    """None where the request is to be answered. `further` are names of the configuration under which it may be asked.

    By such a name it is reached through a proxy of the user's that speaks HTTPS, so that its page may have that origin.
    """
    name = _host_name(asked.hosts[0]) if len(asked.hosts) == 1 else ""
    if name not in _OUR_NAMES and name not in further:
        return Refusal.HOST
    origins = {f"http://{asked.hosts[0]}", *([f"https://{asked.hosts[0]}"] if name in further else [])}
    if set(asked.origins) - origins or set(asked.sites) - _OUR_SITES:
        return Refusal.SITE
    given = _bearer(asked.authorizations[0]) if len(asked.authorizations) == 1 else asked.cookie
    return None if is_token(given, token) else Refusal.TOKEN


def is_followed_link(asked: Asked, method: str) -> bool:
    """Whether a person follows a link on another site: the browser opens what it leads to in a tab, in no frame.

    Such a request is refused like any other of that site; only its refusal may be one to read.
    """
    is_link = method in _READING and not asked.origins and len(asked.sites) == 1 and asked.sites[0] in _OTHER_SITES
    return is_link and asked.modes == ("navigate",) and asked.places == ("document",)


def is_token(given: str, token: str) -> bool:
    """Whether it is the token; takes as long for a wrong one as for the right one."""
    return bool(token) and hmac.compare_digest(given.encode(errors="surrogatepass"), token.encode())


def _host_name(host: str) -> str:
    """Without the port, which may be another one where the way here leads through a tunnel."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return ""
    is_host_alone = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    return (parts.hostname or "") if is_host_alone else ""


def _bearer(authorization: str) -> str:
    scheme, _, given = authorization.partition(" ")
    return given.strip() if scheme.lower() == _BEARER else ""

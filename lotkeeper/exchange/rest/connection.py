"""One kept-alive HTTP connection to the exchange: every request is sent once and ends in an outcome."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import Timeout

from lotkeeper.exchange.budget.limits import read_counts
from lotkeeper.exchange.observer import Reply
from lotkeeper.exchange.rest.causes import cause_in_words
from lotkeeper.exchange.rest.outcomes import NotSent, Outcome, Unknown, outcome_of

_NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError)
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def ca_file() -> str:
    """The certificates that we trust: those that the environment names, else the Mozilla list of requests."""
    paths = (os.environ.get(name, "") for name in _CA_VARIABLES)
    return next((path for path in paths if path), DEFAULT_CA_BUNDLE_PATH)


class HttpConnection:
    """One kept-alive connection, from the connection pool of a requests session.

    It leaves out what a session does for browsers (redirects, cookies, looking up proxies for every request): the
    proxies of the environment are resolved once. It never sends a request twice. TCP_NODELAY is on (urllib3's default;
    a test checks it). Texts of errors do not show the URL, because it carries a signature.
    """

    def __init__(self, base_url: str, *, connect_timeout_s: float) -> None:
        self._base_url = base_url.rstrip("/")
        self._connect_timeout_s = connect_timeout_s
        self._handed_over = False
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0))
        self._pool = self._make_pool(self._session)
        self._prefix = self._base_url if self._sends_whole_url() else self._path()

    def send(self, method: str, target: str, headers: Mapping[str, str], read_timeout_s: float) -> Reply:
        """Sends one request without a body; `target` is path and query. Never raises for what the network does."""
        self._handed_over = False
        try:
            reply = self._pool.urlopen(
                method,
                self._prefix + target,
                headers=headers,
                retries=False,
                redirect=False,
                assert_same_host=False,
                timeout=Timeout(connect=self._connect_timeout_s, read=read_timeout_s),
            )
        except (HTTPError, OSError) as error:
            return Reply(self._outcome_of_failure(error))
        return Reply(outcome_of(reply.status, reply.headers, reply.data), read_counts(reply.headers))

    def close(self) -> None:
        """Closes the connection; whatever is sent afterwards is NotSent."""
        self._pool.close()  # the session only forgets its pools
        self._session.close()

    def _outcome_of_failure(self, error: Exception) -> Outcome:
        # A ProxyError alone proves nothing: urllib3 also raises it for an answer that was lost behind a proxy.
        first = getattr(error, "original_error", error)
        if isinstance(first, _NEVER_CONNECTED) or not self._handed_over:
            return NotSent(f"no connection to {self._base_url}: {cause_in_words(error)}")
        return Unknown(f"no answer from {self._base_url}: {cause_in_words(error)}")

    def _make_pool(self, session: requests.Session) -> Any:
        session.trust_env = session.trust_env and not _is_loopback(self._base_url)  # no proxy reaches this machine
        settings = session.merge_environment_settings(self._base_url, {}, False, None, None)
        request = requests.Request("GET", self._base_url).prepare()
        adapter = session.get_adapter(self._base_url)
        if not isinstance(adapter, HTTPAdapter):
            raise TypeError("the session's adapter has no connection pool")
        pool: Any = adapter.get_connection_with_tls_context(request, verify=ca_file(), proxies=settings["proxies"])
        adapter.cert_verify(pool, self._base_url, ca_file(), None)  # type: ignore[no-untyped-call]
        pool.ConnectionCls = self._tracking_connection(pool.ConnectionCls)
        return pool

    def _tracking_connection(self, base: Any) -> Any:
        """A connection class that records when a request is handed over: before that it is certainly not sent."""

        class TrackingConnection(base):  # type: ignore[misc]  # the base is chosen by scheme
            def request(connection, *args: Any, **kwargs: Any) -> None:  # noqa: N805  # self is the HttpConnection
                self._handed_over = True
                super().request(*args, **kwargs)

        return TrackingConnection

    def _sends_whole_url(self) -> bool:
        """A proxy for plain HTTP gets the whole URL; a proxy for HTTPS tunnels and sees no URL."""
        return self._pool.proxy is not None and self._base_url.startswith("http:")

    def _path(self) -> str:
        return requests.Request("GET", self._base_url).prepare().path_url.rstrip("/")


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

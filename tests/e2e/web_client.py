"""A real service with its HTTP server, and a client that knows its token."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lotkeeper.config import load_config, web_token_file
from tests.e2e.environment import SystemUnderTest
from tests.lotkeeper.web.serving import Got, bearer, get, post

PAIR = "BTCUSDT"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class WebClient:
    """Asks the HTTP server of a system."""

    def __init__(self, config: Path, port: int) -> None:
        self._config, self.port = config, port

    @property
    def token(self) -> str:
        return web_token_file(load_config(self._config, {})).read_text().strip()

    def get(self, path: str) -> Got | None:
        """None while nobody listens."""
        try:
            return get(self.port, path, bearer(self.token))
        except OSError:
            return None

    def post(self, path: str, **body: Any) -> Got:
        """An intervention."""
        return post(self.port, f"/api/v1{path}", body, bearer(self.token))

    def read(self, path: str) -> Any:
        """The document of the API at a path, of a request that has to succeed."""
        got = self.get(f"/api/v1{path}")
        assert got is not None
        assert got.status == 200, got.text
        return got.json

    def events(self, seconds: float = 20.0) -> Iterator[tuple[str, Any]]:
        """The events of a new connection; ends where none comes for so long."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            head = f"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n\r\n"
            connection.sendall(head.encode())
            lines = connection.makefile("rb")
            name = ""
            for line in lines:
                key, _, value = line.decode().rstrip("\n").partition(": ")
                if key == "event":
                    name = value
                elif key == "data":
                    yield name, json.loads(value)


def system_with_web(folder: Path, port: int, more: str = "", arguments: tuple[str, ...] = ()) -> SystemUnderTest:
    """SELLs that nobody meets, so that lots stay open."""
    config = f"streams: {{silent_after_s: 4}}\nweb: {{loopback_port: {port}}}\n{more}"
    options = ["--symbol", PAIR, "--ping-every", "1", *arguments]
    return SystemUnderTest(folder, options, profit_pct="50", more_config=config)

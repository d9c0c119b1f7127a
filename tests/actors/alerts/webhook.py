"""A receiver of alerts on this machine: what it got, and how it answers."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    body: str

    @property
    def document(self) -> dict[str, Any]:
        """What apprise's json:// sends: title, message, type."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Webhook:
    """Answers with `status`; with `hangs` set it takes a request and never answers it."""

    status: int = 200
    hangs: bool = False
    requests: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                webhook.requests.append(Received(self.path, body))
                if webhook.hangs:
                    webhook._released.wait()
                self.send_response(webhook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing: pytest shows what a test needs."""

        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def apprise_url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook"

    @property
    def ping_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ping/5a1c3f0e"

    @property
    def texts(self) -> list[str]:
        """Title and message of each alert."""
        found = [each.document for each in self.requests if not each.path.startswith("/ping")]
        return [f"{each['title']}\n{each['message']}" for each in found]

    @property
    def pings(self) -> list[Received]:
        return [each for each in self.requests if each.path.startswith("/ping")]

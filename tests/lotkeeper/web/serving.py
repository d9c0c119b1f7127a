"""An HTTP server of a test, in a thread of its own, and requests to it as any client could send them."""

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def get(port: int, path: str, *headers: tuple[str, str], method: str = "GET", body: bytes | None = None) -> Got:
    """By exactly these headers; Host is that of the server unless it is among them. With a body its length is added."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.putrequest(method, path, skip_host=any(name == "Host" for name, _ in headers))
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Got(answer.status, answer.headers, answer.read().decode())
    finally:
        connection.close()


def post(port: int, path: str, document: object, *headers: tuple[str, str]) -> Got:
    """A JSON document."""
    body = json.dumps(document).encode()
    return get(port, path, ("Content-Type", "application/json"), *headers, method="POST", body=body)


def bearer(token: str) -> tuple[str, str]:
    return "Authorization", f"Bearer {token}"


@contextmanager
def serving(application: web.Application) -> Iterator[int]:
    """The port on which it is served."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application)

    async def begin() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(begin(), loop).result(60)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def add_answers(application: web.Application, texts: Mapping[str, str]) -> None:
    def handler(text: str) -> Any:
        async def answer(_request: web.Request) -> web.Response:
            return web.Response(text=text)

        return answer

    for path, text in texts.items():
        application.router.add_get(f"/{path}", handler(text))

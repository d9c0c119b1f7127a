"""From a request to its answer: values are checked, work is done in threads, errors become one sentence."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from lotkeeper.service.errors import ServiceError, UnknownNameError
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.web.api.errors import ApiError, unavailable
from persistence.history.wanted import UnknownKeyError

_MOST_WAITING = 32  # requests that wait for a thread
_JSON = "application/json"
_FAULT = "a fault in lotkeeper itself; the service's log has more of it"
_OF_KINDS = (
    (UnknownKeyError, HTTPStatus.BAD_REQUEST),
    (UnknownNameError, HTTPStatus.NOT_FOUND),
    (ServiceError, HTTPStatus.SERVICE_UNAVAILABLE),
)
log = logging.getLogger("lotkeeper.web")


class Workers:
    """The threads in which questions wait and the database is read; so many requests at once and no more."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)
        self._waiting = 0

    async def run(self, work: Callable[[], Any]) -> Any:
        """What the work returns or raises. Raises ApiError where too much waits."""
        if self._waiting >= _MOST_WAITING:
            raise unavailable(f"{_MOST_WAITING} requests wait for their answers; ask again later")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def status_of(error: Exception) -> HTTPStatus | None:
    """The HTTP status of an error that is told; None for one that nobody has foreseen."""
    if isinstance(error, ApiError):
        return error.status
    return next((status for kind, status in _OF_KINDS if isinstance(error, kind)), None)


def document(found: Any, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """A JSON document."""
    return web.Response(
        body=found if isinstance(found, bytes) else orjson.dumps(found), status=status, content_type=_JSON
    )


def query_of(request: web.Request) -> dict[str, list[str]]:
    """The values of the query by name."""
    return {name: request.query.getall(name) for name in request.query}


def refusal(text: str, status: HTTPStatus) -> web.Response:
    """The document of an error."""
    return document({"error": text}, status)


@web.middleware
async def errors_as_documents(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error is a document with one sentence; what nobody has foreseen stands in the log, with its trace."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _http_error(request, error)
    except Exception as error:
        status = status_of(error)
        if status is not None:
            return refusal(str(error), status)
        log.exception("%s %s", request.method, request.path, extra=named(LogEvent.WEB_SERVER))
        return refusal(_FAULT, HTTPStatus.INTERNAL_SERVER_ERROR)


def _http_error(request: web.Request, error: web.HTTPException) -> web.Response:
    """Of aiohttp itself: no such path, another method, too large a body."""
    if error.status < HTTPStatus.BAD_REQUEST:
        raise error
    texts = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.path[:200]}; /api/v1/openapi.json says what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not allowed here; allowed: {error.headers.get('Allow')}",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body of the request is too large",
    }
    status = HTTPStatus(error.status)
    answer = refusal(texts.get(status, error.reason), status)
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer

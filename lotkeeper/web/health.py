"""What `/healthz` and `/readyz` answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

Answer = tuple[HTTPStatus, dict[str, Any]]


def alive_answer(failure: str, waits: str) -> Answer:
    """Whether the Guardian answers: `failure` is why not. A standby that waits for its turn (`waits`) is alive."""
    if failure and not waits:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"alive": False, "reasons": [failure]}
    return HTTPStatus.OK, {"alive": True, "reasons": []}


def ready_answer(status: Mapping[str, Any] | None, failure: str, waits: str) -> Answer:
    """Whether every pair is proven complete: `readiness` of the status document, and not ready without one."""
    if status is not None:
        readiness = dict(status["readiness"])
        return HTTPStatus.OK if readiness["ready"] else HTTPStatus.SERVICE_UNAVAILABLE, readiness
    return HTTPStatus.SERVICE_UNAVAILABLE, {"ready": False, "reasons": [waits or failure]}

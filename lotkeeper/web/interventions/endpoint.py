"""The paths at which something is done."""

import time
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import web

from lotkeeper.config import Config
from lotkeeper.service.client import ask_service
from lotkeeper.service.errors import RefusedError
from lotkeeper.web.api.answering import Workers, document, query_of
from lotkeeper.web.api.errors import ApiError, bad_request
from lotkeeper.web.api.parameters import read_query
from lotkeeper.web.interventions.actions import ACKNOWLEDGE_PATH, INTERVENTIONS, Actions, Intervention
from lotkeeper.web.interventions.bodies import AcknowledgeBody, Found, ShownBody, parse_body
from lotkeeper.web.interventions.shown_plans import ShownPlans

_WITHIN_S = 30.0  # as the commands wait: of a BUY that is cancelled the exchange's answer is waited for
_JSON = "application/json"
_FIRST = "shown_ms is missing: ask first with dry_run, show what that answers to a person, and send its shown_ms"


class InterventionEndpoints:
    """Does what a person wants who has seen what it comes to."""

    def __init__(self, config: Config) -> None:
        self._actions = Actions(lambda message: ask_service(config, message, _WITHIN_S), config.pairs)
        self._workers = Workers("interventions", threads=4)
        self._shown = ShownPlans(lambda: int(time.time() * 1000))

    def add_to(self, application: web.Application, prefix: str) -> None:
        for each in INTERVENTIONS:
            application.router.add_post(f"{prefix}{each.path}", partial(self._answer, each))
        application.router.add_post(f"{prefix}{ACKNOWLEDGE_PATH}", self._acknowledge)

    async def _answer(self, action: Intervention, request: web.Request) -> web.Response:
        body: ShownBody = await _body_of(action.body, request)
        if body.dry_run:
            return document(await self._plan(action, body))
        return document(await self._do(action, body))

    async def _plan(self, action: Intervention, body: ShownBody) -> dict[str, Any]:
        shown = await self._run(lambda: action.plan(self._actions, body))
        shown_ms = self._shown.remember(action.path, body.wish(), shown.seen) if shown.can_be_done else None
        return {"plan": shown.plan, "question": shown.question, "shown_ms": shown_ms}

    async def _do(self, action: Intervention, body: ShownBody) -> Any:
        async def carry_out(seen: Any) -> Any:
            return await self._run(lambda: action.do(self._actions, body, seen))

        if body.shown_ms is None:
            if action.needs_plan(body):
                raise bad_request(_FIRST)
            return await carry_out(None)
        return await self._shown.carry_out(body.shown_ms, action.path, body.wish(), carry_out)

    async def _acknowledge(self, request: web.Request) -> web.Response:
        body = await _body_of(AcknowledgeBody, request)
        return document(await self._run(lambda: self._actions.acknowledge(body)))

    async def _run(self, work: Any) -> Any:
        try:
            return await self._workers.run(work)
        except RefusedError as error:
            raise ApiError(HTTPStatus.CONFLICT, str(error)) from error


async def _body_of(kind: type[Found], request: web.Request) -> Found:
    """A form of another site cannot send this type; a script of one has to ask first, and is refused."""
    read_query((), query_of(request), request.path)
    if request.content_type != _JSON:
        text = f"the Content-Type has to be {_JSON}"
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
    return parse_body(kind, await request.read())

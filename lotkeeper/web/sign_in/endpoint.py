"""What a browser gets at `/` that has no token yet, and what it posts there.

The guard of the server has looked at Host, Origin and Sec-Fetch-Site before: no other site can show the form, and none
can post it.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import web

from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.web.access import is_token
from lotkeeper.web.api.answering import refusal
from lotkeeper.web.sign_in.cookie import TokenCookie
from lotkeeper.web.sign_in.form import SignInForm
from lotkeeper.web.sign_in.tries import Tries

PATH = "/"
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 10
_WRONG = "This is not the token: copy all of it."
# With "no-referrer", as elsewhere, a browser would post the form without its origin.
_HEADERS = {"Referrer-Policy": "same-origin", "Vary": "Accept"}
_EVENT = named(LogEvent.WEB_SERVER)
log = logging.getLogger("lotkeeper.web")


class SignIn:
    """For one token. The address keeps the part behind `#`: who was sent to a lot gets there."""

    def __init__(self, token: str, cookie: TokenCookie, now_s: Callable[[], float] = time.monotonic) -> None:
        self._token, self._cookie, self._now_s = token, cookie, now_s
        self._form, self._tries = SignInForm(), Tries()

    def is_asked_for(self, request: web.Request) -> bool:
        """Whether it is a browser that opens the page, or its form."""
        if request.path != PATH:
            return False
        if request.method == "POST":
            return request.content_type == _FORM
        return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", "")

    async def answer(self, request: web.Request) -> web.Response:
        """The form, or what follows from it."""
        if request.method != "POST":
            return self._page("", HTTPStatus.UNAUTHORIZED)
        if request.content_type != _FORM:
            return refusal(f"the Content-Type has to be {_FORM}", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        wait_s = math.ceil(self._tries.wait_s(self._now_s()))
        return self._wait(wait_s) if wait_s else self._try(request, _fields(await request.read()))

    def _try(self, request: web.Request, fields: Mapping[str, str]) -> web.Response:
        if is_token(fields.get("token", "").strip(), self._token):
            answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": PATH})
            self._cookie.put_into(answer, request, stays="stay" in fields)
            return answer
        if self._tries.note_wrong(self._now_s()):
            log.warning("the sign-in page: many wrong tokens; none is tried for a while", extra=_EVENT)
        return self._page(_WRONG, HTTPStatus.UNAUTHORIZED)

    def _wait(self, wait_s: int) -> web.Response:
        problem = f"Too many wrong tokens. Try again in {wait_s} s, or open the address that lotkeeper page prints."
        return self._page(problem, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait_s)})

    def _page(self, problem: str, status: HTTPStatus, headers: dict[str, str] | None = None) -> web.Response:
        more = {**_HEADERS, "Content-Security-Policy": self._form.policy, **(headers or {})}
        if status is HTTPStatus.UNAUTHORIZED:
            more["WWW-Authenticate"] = "Bearer"
        return web.Response(text=self._form.page(problem), status=status, headers=more, content_type="text/html")


def _fields(body: bytes) -> dict[str, str]:
    """Of a form; none where it cannot be read."""
    try:
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}

"""The HTTP server: on the loopback address alone, and for who knows the token."""

import asyncio
import errno
import signal
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from lotkeeper.service.errors import ServiceError
from lotkeeper.web.access import LOOPBACK, Asked, Refusal, find_refusal, is_followed_link, is_token
from lotkeeper.web.api.answering import errors_as_documents
from lotkeeper.web.followed_link.notice import FollowedLinkNotice
from lotkeeper.web.sign_in.cookie import TokenCookie
from lotkeeper.web.sign_in.endpoint import PATH as SIGN_IN_PATH
from lotkeeper.web.sign_in.endpoint import SignIn

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "lotkeeper",
    "X-Content-Type-Options": "nosniff",
}
_TOKEN_KEY = "token"  # noqa: S105 (of the query)
_KEEP_ALIVE_S = 75.0  # longer than the interval of most scrapers
_MOST_BODY_BYTES = 64 * 1024


def make_application(token: str, port: int, hosts: Collection[str] = ()) -> web.Application:
    """With one route, that of the form by which a browser signs in.

    `port` names the cookie, which a browser sends to all ports of a machine; `hosts` are further names under which it
    may be asked.
    """
    cookie = TokenCookie(token, port)
    sign_in = SignIn(token, cookie)
    guards = [errors_as_documents, _guard(token, cookie, sign_in, frozenset(hosts))]
    application = web.Application(middlewares=guards, client_max_size=_MOST_BODY_BYTES)
    application.router.add_post(SIGN_IN_PATH, sign_in.answer)
    application.on_response_prepare.append(_add_headers)
    return application


async def serve(
    application: web.Application, port: int, on_signals: Mapping[int, Callable[[], None]] = MappingProxyType({})
) -> None:
    """Serves until SIGTERM or SIGINT; `on_signals` is what else is done at a signal, by its number.

    Raises ServiceError where the port cannot be had.
    """
    ended = asyncio.Event()
    for number, handler in {signal.SIGTERM: ended.set, signal.SIGINT: ended.set, **on_signals}.items():
        asyncio.get_running_loop().add_signal_handler(number, handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, on_signals)  # one that came before is handled now
    runner = web.AppRunner(application, access_log=None, keepalive_timeout=_KEEP_ALIVE_S, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        await ended.wait()
    except OSError as error:
        raise ServiceError(_why_not(error, port)) from error
    finally:
        await runner.cleanup()


def _why_not(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"web.loopback_port: another program has port {port} of {LOOPBACK}; name another one"
    return f"web.loopback_port: port {port} of {LOOPBACK} cannot be had: {error.strerror or error}"


def _guard(token: str, cookie: TokenCookie, sign_in: SignIn, hosts: Collection[str]) -> Middleware:
    notice = FollowedLinkNotice()

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Before anything else, unknown paths too: who may not ask learns nothing."""
        asked = _asked(request, cookie.of(request))
        refusal = find_refusal(asked, token, hosts)
        if refusal is Refusal.SITE and is_followed_link(asked, request.method):
            return notice.answer()
        if refusal is Refusal.TOKEN and is_token(request.query.get(_TOKEN_KEY, ""), token):
            return _with_cookie(request, cookie)
        if refusal is Refusal.TOKEN and sign_in.is_asked_for(request):
            return await sign_in.answer(request)
        return await handler(request) if refusal is None else _refused(refusal)

    return guard


def _asked(request: web.Request, cookie: str) -> Asked:
    headers = request.headers
    return Asked(
        hosts=tuple(headers.getall("Host", ())),
        origins=tuple(headers.getall("Origin", ())),
        sites=tuple(headers.getall("Sec-Fetch-Site", ())),
        modes=tuple(headers.getall("Sec-Fetch-Mode", ())),
        places=tuple(headers.getall("Sec-Fetch-Dest", ())),
        authorizations=tuple(headers.getall("Authorization", ())),
        cookie=cookie,
    )


def _with_cookie(request: web.Request, cookie: TokenCookie) -> web.StreamResponse:
    """A browser keeps the token as a cookie; the address that it shows, and remembers, has none from then on."""
    rest = [(key, value) for key, value in request.query.items() if key != _TOKEN_KEY]
    answer = web.Response(status=303, headers={"Location": str(request.rel_url.with_query(rest))})
    cookie.put_into(answer, request)
    return answer


def _refused(refusal: Refusal) -> web.Response:
    headers = {"WWW-Authenticate": "Bearer"} if refusal is Refusal.TOKEN else {}
    return web.json_response({"error": refusal.text}, status=refusal.status, headers=headers)


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = _HEADERS["Server"]

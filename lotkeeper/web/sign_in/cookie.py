"""The cookie in which a browser keeps the token."""

from aiohttp import web

_KEPT_S = 90 * 24 * 3600  # where a person wished so; else until the browser is closed


class TokenCookie:
    """Scripts cannot read it, no other site's request has it, and one that came by HTTPS goes back by HTTPS alone."""

    def __init__(self, token: str, port: int) -> None:
        """The port names it: a browser sends a cookie to all ports of a machine."""
        self._token, self._name = token, f"lotkeeper_{port}"

    def of(self, request: web.Request) -> str:
        """What the request has; empty for none."""
        return request.cookies.get(self._name, "")

    def put_into(self, answer: web.Response, request: web.Request, *, stays: bool = False) -> None:
        """Adds it to an answer; `stays` keeps it for 90 days."""
        answer.set_cookie(
            self._name,
            self._token,
            httponly=True,
            samesite="Strict",
            path="/",
            secure=is_by_https(request),
            max_age=_KEPT_S if stays else None,
        )


def is_by_https(request: web.Request) -> bool:
    """Whether the browser spoke HTTPS with a proxy of this machine, such as `tailscale serve`.

    Only programs of this machine reach the server, so that its word can be taken. Of several proxies the first counts.
    """
    first, _, _ = request.headers.get("X-Forwarded-Proto", "").partition(",")
    return first.strip().lower() == "https"

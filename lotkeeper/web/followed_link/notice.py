"""The page for a person who follows a link on another web site: one sentence, and a link to the page itself.

It is the same for everybody: with the cookie and without, for every path. The step from it to the page is one of our
own site, so that the browser sends the cookie along.
"""

from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from lotkeeper.web.standalone.page import StandalonePage

_HERE = Path(__file__).parent
_VARY = "Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest"


class FollowedLinkNotice:
    """Nothing in it comes from the request."""

    def __init__(self) -> None:
        self._made = StandalonePage(_HERE / "notice.html", script=_HERE / "keep_place.js")

    def answer(self) -> web.Response:
        """A refusal, in words for a person."""
        headers = {"Content-Security-Policy": self._made.policy, "Vary": _VARY}
        text = self._made.text({})
        return web.Response(text=text, status=HTTPStatus.FORBIDDEN, headers=headers, content_type="text/html")

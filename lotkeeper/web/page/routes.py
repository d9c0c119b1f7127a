"""Serves the page: its index, and its files under an address that names their checksum."""

from http import HTTPStatus

from aiohttp import web

from lotkeeper.web.page.assets import Asset, PageFiles

# Nothing from elsewhere, nothing inline; what is shown comes from this server alone.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOR_GOOD = "private, max-age=31536000, immutable"
_LEAST_ZIPPED_BYTES = 600  # below it a header costs what is saved


class PageRoutes:
    """`GET /` and `GET /assets/CHECKSUM/NAME`."""

    def __init__(self, files: PageFiles) -> None:
        self._files = files

    def add_to(self, application: web.Application) -> None:
        application.router.add_get("/", self._index)
        application.router.add_get("/assets/{checksum}/{name:.+}", self._asset)

    async def _index(self, request: web.Request) -> web.Response:
        return _served(request, self._files.index, {"Content-Security-Policy": _POLICY})

    async def _asset(self, request: web.Request) -> web.Response:
        asset = self._files.assets.get(request.match_info["name"])
        if asset is None or request.match_info["checksum"] != self._files.checksum:
            error = "there is no such file of the page; reload the page: it may be of an earlier version"
            return web.json_response({"error": error}, status=HTTPStatus.NOT_FOUND)
        return _served(request, asset, {"Cache-Control": _FOR_GOOD})


def _served(request: web.Request, asset: Asset, headers: dict[str, str]) -> web.Response:
    headers = {"Content-Type": asset.content_type, "Vary": "Accept-Encoding", **headers}
    if len(asset.body) < _LEAST_ZIPPED_BYTES or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=asset.body, headers=headers)
    return web.Response(body=asset.zipped, headers={**headers, "Content-Encoding": "gzip"})

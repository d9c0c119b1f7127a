"""The page over real connections: for who knows the token, kept for good by its address, with a strict policy."""

import gzip
import http.client
from collections.abc import Iterator

import pytest

from lotkeeper.web.page.assets import PageFiles, read_page_files
from lotkeeper.web.page.routes import PageRoutes
from lotkeeper.web.server import make_application
from tests.lotkeeper.web.serving import bearer, get, serving

TOKEN = "T" * 43


@pytest.fixture(scope="module")
def files() -> PageFiles:
    return read_page_files()


@pytest.fixture(scope="module")
def port(files: PageFiles) -> Iterator[int]:
    application = make_application(TOKEN, 8470)
    PageRoutes(files).add_to(application)
    with serving(application) as found:
        yield found


def asset(files: PageFiles, name: str) -> str:
    return f"/assets/{files.checksum}/{name}"


def test_the_page_is_served_and_may_load_nothing_from_elsewhere(port: int, files: PageFiles) -> None:
    got = get(port, "/", bearer(TOKEN))
    assert (got.status, got.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert got.text == files.index.body.decode()
    policy = got.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert not [each for each in policy if "unsafe" in each or "http" in each]
    assert got.headers["Cache-Control"] == "no-store"


def test_a_file_is_kept_for_good(port: int, files: PageFiles) -> None:
    got = get(port, asset(files, "main.js"), bearer(TOKEN))
    assert (got.status, got.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert got.text == files.assets["main.js"].body.decode()
    assert "immutable" in got.headers["Cache-Control"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_files_are_zipped_for_who_can_read_that(port: int, files: PageFiles) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    name = "vendor/uPlot.iife.min.js"
    connection.request("GET", asset(files, name), headers={**dict([bearer(TOKEN)]), "Accept-Encoding": "gzip, br"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == files.assets[name].body
    assert len(body) < len(files.assets[name].body) / 2
    assert get(port, asset(files, name), bearer(TOKEN)).headers["Content-Encoding"] is None


@pytest.mark.parametrize("name", ["nothing.js", "../assets.py", "%2e%2e/assets.py", "vendor", "vendor/SHA256SUMS"])
def test_nothing_else_is_served(port: int, files: PageFiles, name: str) -> None:
    got = get(port, asset(files, name), bearer(TOKEN))
    assert (got.status, got.headers["Cache-Control"]) == (404, "no-store")


def test_a_file_of_another_version_is_said_to_be_one(port: int) -> None:
    got = get(port, "/assets/0123456789abcdef/main.js", bearer(TOKEN))
    assert (got.status, "reload the page" in got.json["error"]) == (404, True)


def test_nothing_is_served_without_the_token(port: int, files: PageFiles) -> None:
    assert [get(port, path).status for path in ("/", asset(files, "main.js"))] == [401, 401]

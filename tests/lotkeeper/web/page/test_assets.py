"""The files of the page: all are there, under an address that changes with any of them."""

import gzip
import re

import pytest

from lotkeeper.web.page.assets import SITE, Asset, PageFiles, read_page_files

OURS = sorted(path for path in SITE.rglob("*") if path.is_file() and "vendor" not in path.parts)


def test_the_index_names_files_that_are_there() -> None:
    files = read_page_files()
    text = files.index.body.decode()
    named = re.findall(rf"assets/{files.checksum}/([\w./-]+)", text)
    assert {"main.js", "theme.js", "styles/tokens.css"} <= set(named)
    assert set(named) <= set(files.assets)
    assert "{{" not in text


def test_modules_import_files_that_are_there() -> None:
    for path in OURS:
        for name in re.findall(r'(?:from |import\(|new URL\()"(\.[^"]+)"', path.read_text()):
            assert (path.parent / name).resolve().is_file(), f"{path.name} imports {name}"


def test_the_address_changes_with_any_file() -> None:
    first = PageFiles({"a.js": Asset("a.js", b"1"), "b.js": Asset("b.js", b"2")})
    assert first.checksum == PageFiles(dict(reversed(first.assets.items()))).checksum
    others = {"a.js": b"1"}, {"a.js": b"1", "b.js": b"3"}, {"a.js": b"1", "c.js": b"2"}, {"a.js": b"12", "b.js": b""}
    for other in others:
        assert first.checksum != PageFiles({name: Asset(name, body) for name, body in other.items()}).checksum


def test_what_is_zipped_is_the_same() -> None:
    for asset in read_page_files().assets.values():
        assert gzip.decompress(asset.zipped) == asset.body


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_files_are_short_and_have_nothing_inline_and_nothing_from_elsewhere(path) -> None:
    """The Content-Security-Policy of the page allows neither."""
    lines = path.read_text().splitlines()
    assert len(lines) <= 500
    assert [line for line in lines if len(line) > 120] == []
    text = "\n".join(lines)
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=\"", text)
    assert set(re.findall(r"https?://[^/\"\s]+", text)) <= {"http://www.w3.org", "https://www.tradingview.com"}

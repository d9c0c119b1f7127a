"""The chart libraries are what their makers have published, unchanged, with their licences."""

import hashlib
import html
import re
from pathlib import Path

from lotkeeper.web.page.assets import SITE

VENDOR = SITE / "vendor"
ROOT = Path(__file__).parents[4]
SUMS = dict(reversed(line.split("  ", 1)) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())


def test_every_file_has_its_checksum() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    found.pop("SHA256SUMS")
    assert found == SUMS


def test_the_versions_are_those_that_are_fetched() -> None:
    wanted = dict(re.findall(r"^(?:CHARTS|PLOTS) := ([\w-]+)@(\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = {"lightweight-charts": "lightweight-charts.standalone.production.mjs", "uplot": "uPlot.iife.min.js"}
    assert set(wanted) == set(texts)
    for name, file in texts.items():
        assert f"v{wanted[name]}" in (VENDOR / file).read_text()[:300]


def test_the_page_shows_the_notice_and_the_licences() -> None:
    index = (SITE / "index.html").read_text()
    shown = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", index)))
    for line in (VENDOR / "lightweight-charts.NOTICE.txt").read_text().splitlines():
        assert line in shown
    assert 'href="https://www.tradingview.com/"' in index
    for name in SUMS:
        if "LICENSE" in name:
            assert f"vendor/{name}" in index

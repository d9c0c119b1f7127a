"""A page has everything in itself."""

import json
import re

import pytest

from lotkeeper.verification.story_page.model import Lane, Mark, Stage, StoryPage, Tone, Track
from lotkeeper.verification.story_page.render import render, write_page

PAGE = StoryPage(
    "Simulation, seed 17",
    ("played in virtual time",),
    ("2: more than was received",),
    (Mark(0.5, Lane.FAULT, "gateway-2: CRASHES </script><b>"),),
    (Track("lot of web-1", True, (Stage(0.1, Tone.WAITS, "bought 2, offered 0, sold 0"),)),),
)


def test_the_page_asks_nothing_of_any_host():
    text = render(PAGE)
    assert re.findall(r"https?:|//[a-z]|\bsrc=|<link|@import|url\(|fetch\(", text) == []
    assert "default-src 'none'" in text


def test_the_story_is_in_the_page_and_cannot_leave_its_place():
    text = render(PAGE)
    (story,) = re.findall(r'<script id="story" type="application/json">(.*?)</script>', text, re.S)
    assert json.loads(story)["marks"] == [{"at_s": 0.5, "lane": "Faults", "text": "gateway-2: CRASHES </script><b>"}]
    assert json.loads(story)["tracks"][0]["stages"][0]["tone"] == "waits"


def test_the_page_knows_every_lane_and_tone():
    text = render(PAGE)
    assert all(f'"{lane}"' in text for lane in Lane)
    assert all(f"--{tone}:" in text for tone in Tone)


def test_a_title_is_text(tmp_path):
    write_page(StoryPage("<b>", (), (), ()), tmp_path / "page.html")
    assert "<title>&lt;b&gt;</title>" in (tmp_path / "page.html").read_text()


def test_a_file_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_page(PAGE, tmp_path / "nowhere" / "page.html")

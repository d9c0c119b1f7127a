"""Writes a page: everything is in it, and nothing is asked of any host."""

from dataclasses import asdict
from html import escape
from importlib.resources import files
from pathlib import Path

import orjson

from lotkeeper.verification.story_page.model import StoryPage

_MOST_MARKS = 20_000  # a browser shows so many in a moment


def render(page: StoryPage) -> str:
    """The page as HTML. Of very many marks the first are shown."""
    template = (files(__package__) / "page.html").read_text(encoding="utf-8")
    shown = asdict(page) | {"marks": [asdict(each) for each in page.marks[:_MOST_MARKS]]}
    data = orjson.dumps(shown).decode().replace("<", "\\u003c")
    return template.replace("{{title}}", escape(page.title)).replace("{{story}}", data)


def write_page(page: StoryPage, file: Path) -> None:
    """Raises OSError."""
    file.write_text(render(page), encoding="utf-8")

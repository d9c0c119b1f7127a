"""A page of one file, in the colours of the page: its style and scripts stand in it."""

import base64
import hashlib
import html
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from lotkeeper.web.page.assets import SITE

_STYLES = (SITE / "styles" / "tokens.css", SITE / "styles" / "base.css", Path(__file__).parent / "card.css")
_THEME = SITE / "theme.js"


class StandalonePage:
    """Made of a template. It names `{{styles}}`, `{{theme}}`, `{{script}}`, and what else it is filled with."""

    def __init__(
        self, template: Path, *, style: Path | None = None, script: Path | None = None, form_action: str = "'none'"
    ) -> None:
        self._template, self._style, self._script, self._form_action = template, style, script, form_action

    @cached_property
    def policy(self) -> str:
        """The Content-Security-Policy: its own style and scripts, known by their hashes, and nothing else."""
        scripts = " ".join(_hash(self._parts[name]) for name in ("theme", "script") if self._parts[name])
        return (
            f"default-src 'none'; style-src {_hash(self._parts['styles'])}; script-src {scripts}; img-src data:; "
            f"base-uri 'none'; form-action {self._form_action}; frame-ancestors 'none'"
        )

    def text(self, values: Mapping[str, str]) -> str:
        """`values` are texts, of which none is read as HTML."""
        page = self._text
        for name, value in {**self._parts, **{name: html.escape(value) for name, value in values.items()}}.items():
            page = page.replace(f"{{{{{name}}}}}", value)
        return page

    @cached_property
    def _text(self) -> str:
        return self._template.read_text()

    @cached_property
    def _parts(self) -> dict[str, str]:
        styles = (*_STYLES, self._style) if self._style else _STYLES
        return {
            "styles": "".join(each.read_text() for each in styles),
            "theme": _THEME.read_text(),
            "script": self._script.read_text() if self._script else "",
        }


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

"""The page that asks for the token. It is whole in itself: without the token no file of the page is served."""

import base64
import hashlib
import html
from functools import cached_property
from pathlib import Path

from lotkeeper.web.page.assets import SITE

_HERE = Path(__file__).parent
_TITLE = "Sign in · lotkeeper"


class SignInForm:
    """Made of its template, with the colours of the page. Nothing in it comes from the request."""

    @cached_property
    def policy(self) -> str:
        """The Content-Security-Policy: its own style and script, known by their hashes, and nothing else."""
        return (
            f"default-src 'none'; style-src {_hash(self._styles)}; script-src {_hash(self._theme)}; img-src data:; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )

    def page(self, problem: str = "") -> str:
        """With a sentence about the last try where there was one."""
        shown = {
            "title": f"Not signed in · {_TITLE}" if problem else _TITLE,
            "styles": self._styles,
            "theme": self._theme,
            "invalid": ' aria-invalid="true"' if problem else "",
            "problem": html.escape(problem),
        }
        text = self._template
        for name, value in shown.items():
            text = text.replace(f"{{{{{name}}}}}", value)
        return text

    @cached_property
    def _template(self) -> str:
        return (_HERE / "form.html").read_text()

    @cached_property
    def _styles(self) -> str:
        files = (SITE / "styles" / "tokens.css", SITE / "styles" / "base.css", _HERE / "form.css")
        return "".join(each.read_text() for each in files)

    @cached_property
    def _theme(self) -> str:
        return (SITE / "theme.js").read_text()


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

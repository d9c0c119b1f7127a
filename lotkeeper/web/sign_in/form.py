"""The page that asks for the token."""

from pathlib import Path

from lotkeeper.web.standalone.page import StandalonePage

_HERE = Path(__file__).parent
_TITLE = "Sign in · lotkeeper"


class SignInForm:
    """Nothing in it comes from the request."""

    def __init__(self) -> None:
        self._made = StandalonePage(_HERE / "form.html", style=_HERE / "form.css", form_action="'self'")

    @property
    def policy(self) -> str:
        """The Content-Security-Policy."""
        return self._made.policy

    def page(self, problem: str = "") -> str:
        """With a sentence about the last try where there was one."""
        title = f"Not signed in · {_TITLE}" if problem else _TITLE
        return self._made.text({"title": title, "invalid": "true" if problem else "false", "problem": problem})

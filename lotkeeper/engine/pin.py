"""The one version of Thespian whose internals this package knows."""

from importlib.metadata import PackageNotFoundError, version

from lotkeeper.engine.errors import UnsupportedThespianError

THESPIAN = "4.0.1"


def check(found: str | None = None) -> None:
    """UnsupportedThespianError unless exactly that version is installed."""
    found = found or _installed()
    if found != THESPIAN:
        raise UnsupportedThespianError(f"lotkeeper's engine needs thespian {THESPIAN}, found {found}")


def _installed() -> str:
    try:
        return version("thespian")
    except PackageNotFoundError:
        return "none"

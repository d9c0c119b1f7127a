"""The one version of Thespian whose internals this package knows."""

from pathlib import Path

from lotkeeper.engine.errors import UnsupportedThespianError

THESPIAN = "4.0.1"


def check(found: str | None = None) -> None:
    """UnsupportedThespianError unless exactly that version is installed."""
    found = found or _installed()
    if found != THESPIAN:
        raise UnsupportedThespianError(f"lotkeeper's engine needs thespian {THESPIAN}, found {found}")


def _installed() -> str:
    # Thespian does not say its version, and importlib.metadata takes longer to import than all of Thespian.
    import thespian

    beside = Path(thespian.__path__[0]).parent
    found = [each.name.removesuffix(".dist-info").split("-")[1] for each in beside.glob("thespian-*.dist-info")]
    return found[0] if found else _by_metadata()


def _by_metadata() -> str:
    from importlib import metadata

    try:
        return metadata.version("thespian")
    except metadata.PackageNotFoundError:
        return "none"

"""The one version of Thespian whose internals this package knows."""

from pathlib import Path

from lotkeeper.engine.errors import UnsupportedThespianError

SUPPORTED = "4.0.1"


def check(installed: str | None = None) -> None:
    """UnsupportedThespianError unless exactly that version is installed."""
    installed = installed or _installed_version()
    if installed != SUPPORTED:
        raise UnsupportedThespianError(f"lotkeeper's engine needs thespian {SUPPORTED}, found {installed}")


def _installed_version() -> str:
    # Thespian has no version attribute, and importing importlib.metadata takes longer than importing all of Thespian.
    import thespian

    site_packages = Path(thespian.__path__[0]).parent
    found = [each.name.removesuffix(".dist-info").split("-")[1] for each in site_packages.glob("thespian-*.dist-info")]
    return found[0] if found else _version_in_metadata()


def _version_in_metadata() -> str:
    from importlib import metadata

    try:
        return metadata.version("thespian")
    except metadata.PackageNotFoundError:
        return "none"

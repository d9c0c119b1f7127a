"""Numbers of versions."""

from pathlib import Path

import pytest

from lotkeeper.version import __version__
from release.errors import ReleaseError
from release.versions import checked, current_version, with_version

SOURCE = '__version__ = "0.2.0"\nLABEL = f"lotkeeper {__version__}"\n'


@pytest.mark.parametrize("wanted", ["0.2.1", "0.3.0", "0.10.0", "1.0.0"])
def test_a_version_follows_the_current_one(wanted: str) -> None:
    assert checked(wanted, "0.2.0") == wanted


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("0.2.0", "one after 0.2.0"),
        ("0.1.9", "one after 0.2.0"),
        ("0.3", "three numbers"),
        ("v0.3.0", "three numbers"),
        ("0.03.0", "three numbers"),
        ("", "three numbers"),
    ],
)
def test_any_other_is_refused_with_what_is_allowed(wanted: str, sentence: str) -> None:
    with pytest.raises(ReleaseError, match=sentence):
        checked(wanted, "0.2.0")


def test_the_version_is_assigned_once_and_can_be_changed() -> None:
    assert current_version(SOURCE) == "0.2.0"
    assert with_version(SOURCE, "0.3.0") == '__version__ = "0.3.0"\nLABEL = f"lotkeeper {__version__}"\n'
    with pytest.raises(ReleaseError, match="once"):
        current_version("VERSION = 1\n")


def test_our_own_file_has_this_form() -> None:
    assert current_version((Path(__file__).parents[2] / "lotkeeper" / "version.py").read_text()) == __version__

"""The changelog at a release."""

from datetime import date
from pathlib import Path

import pytest

from release.changelog import notes_of_unreleased, released
from release.errors import ReleaseError

TEXT = """# Changelog

## [Unreleased]

### Added

- A thing.

## [0.2.0] - 2026-11-29

- Another.

[Unreleased]: #unreleased
[0.2.0]: #020---2026-11-29
"""


def test_what_is_unreleased_becomes_the_section_of_the_version() -> None:
    changed = released(TEXT, "0.3.0", date(2026, 12, 1))
    assert "## [Unreleased]\n\n## [0.3.0] - 2026-12-01\n\n### Added\n\n- A thing.\n\n## [0.2.0]" in changed
    assert "[Unreleased]: #unreleased\n[0.3.0]: #030---2026-12-01\n[0.2.0]: #020---2026-11-29\n" in changed


def test_the_notes_are_what_is_unreleased() -> None:
    assert notes_of_unreleased(TEXT) == "### Added\n\n- A thing.\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TEXT.replace("### Added\n\n- A thing.\n\n", ""), "nothing to release"),
        (TEXT.replace("## [Unreleased]\n", ""), "one heading"),
        (TEXT.replace("[Unreleased]: #unreleased\n", ""), "one link"),
    ],
)
def test_a_changelog_that_cannot_be_released_says_why(text: str, sentence: str) -> None:
    with pytest.raises(ReleaseError, match=sentence):
        released(text, "0.3.0", date(2026, 12, 1))


def test_a_version_is_released_once() -> None:
    with pytest.raises(ReleaseError, match=r"0\.2\.0 already"):
        released(TEXT, "0.2.0", date(2026, 12, 1))


def test_our_own_changelog_can_be_released() -> None:
    ours = (Path(__file__).parents[2] / "CHANGELOG.md").read_text()
    assert "## [99.0.0] - 2099-01-01" in released(ours, "99.0.0", date(2099, 1, 1))

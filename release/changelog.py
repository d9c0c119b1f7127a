"""The changelog at a release: what is unreleased becomes the section of the new version."""

import re
from datetime import date

from release.errors import ReleaseError

_UNRELEASED = "## [Unreleased]\n"
_UNRELEASED_LINK = "[Unreleased]: #unreleased\n"


def released(text: str, version: str, day: date) -> str:
    """The changelog with the section of `version`, under an empty one for what comes next."""
    notes_of_unreleased(text)
    if f"## [{version}]" in text:
        raise ReleaseError(f"CHANGELOG.md has a section of {version} already")
    anchor = f"#{version.replace('.', '')}---{day.isoformat()}"
    text = text.replace(_UNRELEASED, f"{_UNRELEASED}\n## [{version}] - {day.isoformat()}\n", 1)
    return text.replace(_UNRELEASED_LINK, f"{_UNRELEASED_LINK}[{version}]: {anchor}\n", 1)


def notes_of_unreleased(text: str) -> str:
    """What has changed since the last release. Raises ReleaseError where nothing has, or the file has another form."""
    if text.count(_UNRELEASED) != 1 or text.count(_UNRELEASED_LINK) != 1:
        raise ReleaseError("CHANGELOG.md has to have one heading and one link with the name Unreleased")
    notes = re.split(r"^## ", text.partition(_UNRELEASED)[2], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not notes:
        raise ReleaseError("CHANGELOG.md says of nothing that it has changed: there is nothing to release")
    return f"{notes}\n"

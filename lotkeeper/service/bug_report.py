"""A bug report: one archive with what a developer needs to see, and without any secret.

Every part is masked as text before it is packed: the values of the key and its secret, fields that are named like a
secret, and whatever looks like one. A part that cannot be had says why, and the others are there all the same.
"""

import io
import os
import platform
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import orjson
import yaml

from actors.alerts.secret_parts import secret_parts
from lotkeeper.config import Config, ConfigProblems, load_channel_urls, shown
from lotkeeper.database_url import is_postgresql, parse_postgresql
from lotkeeper.logging.masks import SecretMask
from lotkeeper.logging.reading import LogFiles, WantedLines
from lotkeeper.secret_variables import (
    API_KEY,
    API_SECRET,
    API_SECRET_FILE,
    CHANNEL_URLS,
    CHANNEL_URLS_FILE,
    PRIVATE_KEY_FILE,
)
from lotkeeper.version import __version__

CONTENTS = "contents.txt"
_LIBRARIES = ("thespian", "websocket-client", "requests", "pony", "psycopg2", "orjson", "pydantic", "aiohttp", "rich")
_MOST_LINES, _MOST_ERRORS = 5000, 1000
_OUTPUT_BYTES = 100_000
_FOLDER = "lotkeeper-bugreport"


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A file of the report."""

    name: str
    what: str  # what it has, in a line
    text: str


Asking = Callable[[], object]  # returns a document, or raises what says why there is none


def mask_for(config: Config | None, environ: Mapping[str, str]) -> SecretMask:
    """Knows the key, its secret, what the files named for them have, and the password of the database, if any."""
    values: list[str | bytes] = [environ[name] for name in (API_KEY, API_SECRET) if environ.get(name)]
    if config is not None and is_postgresql(config.database):
        values.append(parse_postgresql(config.database).password)
    for name in (API_SECRET_FILE, PRIVATE_KEY_FILE):
        with suppress(OSError, ValueError):
            values.append(Path(environ.get(name, "")).read_bytes())
    return SecretMask([*values, *_alert_secrets(config, environ)])


def _alert_secrets(config: Config | None, environ: Mapping[str, str]) -> Iterator[str]:
    """The addresses of channels and of the heartbeat, and what stands where they are looked for."""
    yield environ.get(CHANNEL_URLS, "")
    with suppress(OSError, ValueError):
        yield Path(environ.get(CHANNEL_URLS_FILE, "")).read_text()
    if config is not None:
        if config.alerts.heartbeat_url is not None:
            yield from secret_parts([config.alerts.heartbeat_url.get_secret_value()])
        with suppress(ConfigProblems):
            yield from secret_parts(load_channel_urls(config, environ).values())


def about() -> ReportPart:
    """Versions and platform. Names neither the machine nor its user."""
    found = {
        "lotkeeper": __version__,
        "python": sys.version,
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "libraries": {name: version for name in _LIBRARIES if (version := _version_of(name))},
    }
    return ReportPart(
        "about.json", "versions of lotkeeper, of Python and its libraries, and of the system", _json(found)
    )


def _version_of(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def configuration(config: Config) -> ReportPart:
    text = yaml.safe_dump(shown(config), sort_keys=False, allow_unicode=True)
    return ReportPart("configuration.yaml", "the configuration with all defaults", text)


def broken_configuration(path: Path, problems: str) -> Iterator[ReportPart]:
    """The file as it is, for a configuration that cannot be read."""
    with suppress(OSError):
        yield ReportPart("configuration.yaml", "the configuration file as it is", path.read_text(errors="replace"))
    yield ReportPart("problems.txt", "what is wrong with the configuration", problems)


def answer(name: str, what: str, ask: Asking) -> ReportPart:
    """What the running service, or anything else, says; or why it says nothing."""
    try:
        return ReportPart(name, what, _json(ask()))
    except Exception as error:
        return ReportPart(name, what, _json({"error": f"{type(error).__name__}: {error}"}))


def log_parts(directory: Path) -> Iterator[ReportPart]:
    """The last lines of the log, the last errors, and what a start in the background printed."""
    kinds = (("log.jsonl", "debug", _MOST_LINES, "lines of the log"), ("errors.jsonl", "error", _MOST_ERRORS, "errors"))
    for name, level, most, what in kinds:
        with suppress(OSError), LogFiles(directory) as files:
            lines = [orjson.dumps(each).decode() + "\n" for each in files.last(WantedLines(level=level), most)]
            yield ReportPart(name, f"the last {what}: {len(lines)}", "".join(lines))
    with suppress(OSError):
        output = (directory / "lotkeeper.out").read_bytes()[-_OUTPUT_BYTES:]
        yield ReportPart("lotkeeper.out", "what the service printed", output.decode("utf-8", "replace"))


def pack(parts: list[ReportPart], mask: SecretMask, moment_s: float) -> bytes:
    """The archive (tar.gz); its list of contents comes first."""
    contents = "\n".join(
        [
            "A bug report of lotkeeper. Secrets are replaced by ***.",
            *(f"{part.name}: {part.what}" for part in parts),
            "",
        ]
    )
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for part in (ReportPart(CONTENTS, "", contents), *parts):
            data = mask.mask(part.text).encode("utf-8", "replace")
            entry = tarfile.TarInfo(f"{_FOLDER}/{part.name}")
            entry.size, entry.mtime, entry.mode = len(data), int(moment_s), 0o600
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def write_new(path: Path, data: bytes) -> None:
    """A file that only its owner can read. Raises FileExistsError, and OSError where it cannot be written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)


def _json(document: object) -> str:
    return orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n"

"""Which services there are: configurations on this host, other hosts, and a file that lists both."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lotkeeper.service.errors import ConfigurationError

USUAL_FOLDER: Final = Path("/etc/lotkeeper")
PROGRAM: Final = "lotkeeper"
_HOST = re.compile(r"(?:[A-Za-z0-9_][\w.-]*@)?[A-Za-z0-9_][\w.:-]*")  # what ssh would take for an option is none
_NAME = re.compile(r"[\w@.:/-]{1,80}")
_HOST_ALLOWED = "a host or USER@HOST, as ssh takes it"


@dataclass(frozen=True, slots=True)
class ServicePlace:
    """One service."""

    name: str  # for people
    config: str = ""  # the path on its host; empty: what `lotkeeper` takes there by itself
    host: str = ""  # for ssh; empty: this one
    program: str = PROGRAM  # on another host


def is_host(text: str) -> bool:
    return bool(_HOST.fullmatch(text))


def _check_host(text: str) -> str:
    if not is_host(text):
        raise ValueError(_HOST_ALLOWED)
    return text


def _check_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a name of at most 80 letters, digits and the characters _ @ . : / -")
    return text


class _Listed(BaseModel):
    """A service in the file."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, AfterValidator(_check_name)] = ""
    config: str = ""
    host: Annotated[str, AfterValidator(_check_host)] = ""
    program: str = PROGRAM


class _FleetFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    services: list[_Listed] = Field(min_length=1)


def find_places(configs: Iterable[Path], hosts: Iterable[str], listed: Path | None) -> tuple[ServicePlace, ...]:
    """The services of configurations (files, or folders of them), of hosts, and of a file that lists services.

    Without any of them those of /etc/lotkeeper. Raises ConfigurationError where there are none.
    """
    found = [
        *(place for path in configs for place in _of_path(path)),
        *(ServicePlace(host, host=host) for host in hosts),
        *(() if listed is None else read_fleet_file(listed)),
    ]
    once: dict[tuple[str, str], ServicePlace] = {}
    for place in found or _of_path(USUAL_FOLDER):
        once.setdefault((place.host, place.config), place)
    return tuple(once.values())


def read_fleet_file(path: Path) -> tuple[ServicePlace, ...]:
    """Raises ConfigurationError with one line for each problem."""
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        services = _FleetFile.model_validate(tree).services
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise ConfigurationError("\n".join(_problem(path, each) for each in error.errors())) from error
    return tuple(_listed_place(each, path.parent) for each in services)


def _listed_place(listed: _Listed, folder: Path) -> ServicePlace:
    """On this host the path is relative to the folder of the file, and `config.yaml` where none is given."""
    config = listed.config
    if not listed.host:
        config = str(folder.absolute() / Path(config or "config.yaml").expanduser())
    usual = _name_of(Path(config)) if config else ""
    name = listed.name or ":".join(part for part in (listed.host, usual) if part)
    return ServicePlace(name, config, listed.host, listed.program)


def _of_path(path: Path) -> Iterator[ServicePlace]:
    files = _in_folder(path) if path.is_dir() else [path]
    if not files or not all(file.exists() for file in files):
        raise ConfigurationError(f"{path}: no configuration is there; --config takes a file, or a folder with some")
    for file in files:
        yield ServicePlace(_name_of(file), str(file.absolute()))


def _in_folder(folder: Path) -> Sequence[Path]:
    """`NAME.yaml` and `NAME/config.yaml`."""
    return sorted([*folder.glob("*.yaml"), *folder.glob("*/config.yaml")])


def _name_of(file: Path) -> str:
    return (file.absolute().parent.name if file.stem == "config" else file.stem) or "config"


def _problem(path: Path, error: object) -> str:
    fields = error if isinstance(error, dict) else {}
    where = ".".join(map(str, fields.get("loc", ()))) or "the file"
    return f"{path}: {where}: {fields.get('msg', 'not valid')}"

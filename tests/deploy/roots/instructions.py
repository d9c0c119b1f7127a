"""A Containerfile as a list of steps. A step of another kind than these is refused, so that none is passed over."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

KINDS = frozenset({"ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "FROM", "HEALTHCHECK", "RUN", "STOPSIGNAL", "USER",
                   "VOLUME", "WORKDIR"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    kind: str
    text: str

    def words(self) -> list[str]:
        """Of a list in JSON, or as a shell would split them."""
        return [str(each) for each in json.loads(self.text)] if self.text.startswith("[") else shlex.split(self.text)


@dataclass(slots=True)
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str
    steps: list[Step] = field(default_factory=list)


def read_stages(path: Path) -> list[Stage]:
    """The stages in their order. Variables in the base of a stage are those of ARG before the first stage."""
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for step in _steps(path.read_text()):
        if step.kind == "FROM":
            base, _, name = step.text.partition(" AS ")
            stages.append(Stage(_expanded(base, arguments), name))
        elif not stages:
            name, _, value = step.text.partition("=")
            arguments[name] = value
        else:
            stages[-1].steps.append(step)
    return stages


def _steps(text: str) -> Iterator[Step]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        kind, _, rest = line.partition(" ")
        if kind not in KINDS:
            raise ValueError(f"{kind} is no step that can be carried out here")
        yield Step(kind, rest.strip())


def _expanded(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], text)

"""Carries out the steps of a Containerfile in a folder for each stage; the base is a Debian root that is there."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.roots.enclosure import ROOT_USER, Enclosure, User, inherited
from tests.deploy.roots.instructions import Stage, Step

WHEELS = "/wheels"  # where the packages are seen inside


@dataclass(slots=True)
class Image:
    """A folder, and what its Containerfile says of how it is run."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: User = ROOT_USER
    folder: str = "/"
    volumes: list[str] = field(default_factory=list)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    stop_signal: str = "SIGTERM"


@dataclass(frozen=True, slots=True)
class Builder:
    """`empty` is the root that stands for the base image, `context` what COPY copies from, `wheels` what pip finds."""

    empty: Path
    context: Path
    wheels: Path
    target: Path

    def build(self, stages: list[Stage]) -> Image:
        """The last stage. Raises CalledProcessError where a step fails."""
        built: dict[str, Image] = {}
        for number, stage in enumerate(stages):
            image = self._begin(built.get(stage.base), self.target / f"{number}-{stage.name or 'last'}")
            for step in stage.steps:
                self._carry_out(image, step, built)
            built[stage.name] = image
        return image

    def _begin(self, base: Image | None, root: Path) -> Image:
        copy_tree(self.empty if base is None else base.root, root)
        return Image(root)

    def _carry_out(self, image: Image, step: Step, built: dict[str, Image]) -> None:
        match step.kind:
            case "RUN":
                self._run(image, step.text)
            case "COPY":
                self._copy(image, step.words(), built)
            case "ENV":
                image.environment |= dict(each.split("=", 1) for each in step.words())
            case "HEALTHCHECK":
                image.health = Step("CMD", step.text.partition("CMD ")[2]).words()
            case _:
                _note(image, step)

    def _run(self, image: Image, text: str) -> None:
        """With the network of this machine, as a builder has it; packages of Python come from the folder of wheels."""
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELS, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        binds = {"/etc/resolv.conf": Path("/etc/resolv.conf"), WHEELS: self.wheels}
        environment = {**image.environment, **inherited(), **offline}
        inside = Enclosure(image.root, image.user, environment, image.folder, binds, frozenset(binds))
        done = subprocess.run(inside.command("sh", "-c", text), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"RUN {text}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"

    def _copy(self, image: Image, words: list[str], built: dict[str, Image]) -> None:
        source = self.context
        if words[0].startswith("--from="):
            source = built[words.pop(0).partition("=")[2]].root
        *names, place = words
        target = image.root / place.lstrip("/")
        for each in (source / name.lstrip("/") for name in names):
            copy_tree(each, target / each.name if place.endswith("/") else target)


def _note(image: Image, step: Step) -> None:
    match step.kind:
        case "USER":
            image.user = User(*map(int, step.text.split(":")))
        case "WORKDIR":
            image.folder = step.text
        case "VOLUME":
            image.volumes = step.words()
        case "ENTRYPOINT":
            image.entrypoint = step.words()
        case "CMD":
            image.command = step.words()
        case "STOPSIGNAL":
            image.stop_signal = step.text


def copy_tree(source: Path, target: Path) -> None:
    """With owners and modes; of a folder what is in it, also where the target is there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    inside = f"{source}/." if source.is_dir() else str(source)
    subprocess.run(["cp", "--archive", inside, str(target)], check=True)

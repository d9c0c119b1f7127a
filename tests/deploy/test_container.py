"""The container: its steps carried out one by one in a Debian root, and its service as the first process there."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from binance_sim.control.client import ControlClient
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.verification.staging.configuration import config_text, secret_variables
from lotkeeper.verification.staging.waiting import wait_for
from tests.deploy.composed import service
from tests.deploy.roots.building import Builder, Image
from tests.deploy.roots.enclosure import Enclosure
from tests.deploy.roots.instructions import read_stages
from tests.deploy.roots.materials import CONTAINERFILE, PYTHONS, ROOT, Materials, release

WITHIN_S = 90.0  # what is waited for comes much earlier, unless the machine is very busy
SECRET = "/run/secrets/api-secret"
pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(600)]


@dataclass(slots=True)
class Container:
    """Runs an image as compose.yaml says: the same user, read-only, with the same folders in memory."""

    image: Image
    binds: dict[str, Path]
    output: Path
    environment: dict[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    def enclosure(self) -> Enclosure:
        composed = service("service")
        memory = [each.partition(":")[0] for each in composed["tmpfs"]]
        fixed = frozenset(set(self.binds) - set(self.image.volumes))
        environment = {**self.image.environment, **self.environment}
        return Enclosure(self.image.root, self.image.user, environment, self.image.folder, self.binds, fixed,
                         memory, is_read_only=composed["read_only"])  # fmt: skip

    def start(self) -> None:
        words = self.enclosure().command(*self.image.entrypoint, *self.image.command)
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    @property
    def first(self) -> psutil.Process:
        """The process that is number 1 inside."""
        assert self._process is not None
        assert self._process.poll() is None, self.output.read_text()[-2000:]
        found = wait_for("the first process", psutil.Process(self._process.pid).children)
        return found[0]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command in the container that runs, as `docker exec` runs it."""
        command = self.enclosure().beside(self.first.pid, *words)
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def run_alone(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command in a container of its own, as `docker run --rm`."""
        command = self.enclosure().command(*self.image.entrypoint, *words)
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def is_healthy(self) -> bool:
        return self.run(*self.image.health).returncode == 0

    def stop(self) -> int:
        """The exit code of the first process; it got the signal that the image names."""
        assert self._process is not None
        self.first.send_signal(signal.Signals[self.image.stop_signal])
        return self._process.wait(WITHIN_S)

    def remove(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def image(materials: Materials, roots: Path) -> Image:
    return Builder(materials.empty, ROOT, materials.wheels, roots).build(read_stages(CONTAINERFILE))


@pytest.fixture
def exchange() -> Iterator[SimulatorProcess]:
    running = start_simulator((), own_session=True)
    yield running
    running.stop()


@pytest.fixture
def container(image: Image, exchange: SimulatorProcess, tmp_path: Path) -> Iterator[Container]:
    """With a configuration for the exchange; the secret is a file that everybody may read, on a read-only mount."""
    config, secret = tmp_path / "config.yaml", tmp_path / "secret"
    places = {each: _volume(tmp_path / each.strip("/").replace("/", "-"), image) for each in image.volumes}
    config.write_text(config_text(exchange, database="sqlite:////unused", runtime_dir=Path("/tmp/lotkeeper"),
                                  logs=Path("/unused"), profit_pct="0.1"))  # fmt: skip
    variables = secret_variables(exchange)
    secret.write_text(variables.pop("LOTKEEPER_EXCHANGE__API_SECRET"))
    config.chmod(0o444)
    secret.chmod(0o444)
    binds = {"/etc/lotkeeper/config.yaml": config, SECRET: secret, **places}
    more = {**variables, "LOTKEEPER_EXCHANGE__API_SECRET_FILE": SECRET}
    found = Container(image, binds, tmp_path / "output", more)
    yield found
    found.remove()


def _volume(folder: Path, image: Image) -> Path:
    """As a new volume of Docker: the owner and the mode are those of the folder in the image."""
    folder.mkdir(mode=0o700)
    os.chown(folder, image.user.uid, image.user.gid)
    return folder


@pytest.mark.takes(60)
def test_the_service_keeps_its_lots_as_the_first_process_of_a_read_only_container(
    container: Container, exchange: SimulatorProcess
) -> None:
    _check_that_it_has_its_extras_and_no_tool_to_install_more(container.image)
    controls = exchange.controls()
    container.start()
    _wait(container, "healthy", container.is_healthy)
    assert container.run("lotkeeper", "wait", "--proven", "--timeout", str(WITHIN_S)).returncode == 0
    _check_that_little_is_allowed(container)
    bought = int(controls.buy("BTCUSDT", "200")["orderId"])
    _wait(container, "a SELL", lambda: _sells(controls, bought))

    guardian = next(each for each in container.first.children(recursive=True) if "Guardian" in _title(each))
    guardian.kill()
    _wait(container, "another Guardian", lambda: not guardian.is_running() and container.is_healthy())
    _wait(container, "no ended process that nobody has collected", lambda: not _zombies(container.first))

    assert container.stop() == 0, container.output.read_text()[-2000:]
    checked = container.run_alone("db", "check")
    assert (checked.returncode, "1 lot" in checked.stdout) == (0, True), checked.stdout + checked.stderr


def _check_that_it_has_its_extras_and_no_tool_to_install_more(image: Image) -> None:
    python = Enclosure(image.root, image.user, image.environment, is_read_only=True)
    imports = python.command("python", "-c", "import apprise, psycopg2, textual, sys; print(sys.version)")
    version = subprocess.run(imports, capture_output=True, text=True, check=True).stdout
    assert version.startswith(f"{PYTHONS[release()]}.")
    assert subprocess.run(python.command("python", "-m", "pip"), capture_output=True, check=False).returncode == 1


def _check_that_little_is_allowed(container: Container) -> None:
    assert container.first.uids().effective == container.image.user.uid != 0
    assert "Read-only file system" in container.run("touch", "/usr/anything").stderr
    limits = container.run("grep", "-E", "CapEff|CapBnd|NoNewPrivs", "/proc/1/status").stdout.split()
    assert limits == ["CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1"]


def _sells(controls: ControlClient, bought: int) -> Any:
    """The SELLs of the BUY's lot, by the exchange's books."""
    prefix = client_order_id(SellName(bought, 1)).rpartition("-")[0]
    return controls.summary()["symbols"]["BTCUSDT"]["sellsByPrefix"].get(prefix)


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _zombies(first: psutil.Process) -> list[psutil.Process]:
    found = []
    for each in first.children(recursive=True):
        try:
            found += [each] if each.status() == psutil.STATUS_ZOMBIE else []
        except psutil.NoSuchProcess:
            continue
    return found


def _wait(container: Container, what: str, is_so: Callable[[], object]) -> None:
    try:
        wait_for(what, is_so, WITHIN_S)
    except Exception as error:
        raise AssertionError(f"{what}: {container.output.read_text()[-2000:]}") from error

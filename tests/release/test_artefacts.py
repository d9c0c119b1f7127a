"""The artefacts: what they hold, that they are the same each time, and that they work where nothing else is."""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import orjson
import pytest

from lotkeeper.service.package_clash import OUR_PACKAGES
from release.artefacts import build, differing, write_sums
from tests.checkout import copy_checkout

ROOT = Path(__file__).parents[2]
EPOCH_S = 1_790_000_000
ALONE = pytest.mark.timeout(900)  # everything is fetched and installed anew
pytestmark = [pytest.mark.e2e]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_checkout(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(source, tmp_path_factory.mktemp("dist"), EPOCH_S)


@pytest.mark.long
def test_wheel_and_source_archive_hold_the_licence_and_no_tests(built: list[Path]) -> None:
    wheel, source = built
    in_wheel = zipfile.ZipFile(wheel).namelist()
    with tarfile.open(source) as archive:
        in_source = [name.partition("/")[2] for name in archive.getnames()]
    for names in (in_wheel, in_source):
        assert [name for name in names if name.startswith(("tests", "benchmarks", "release/"))] == []
        assert [name for name in names if name.endswith((".pyc", ".sqlite"))] == []
        assert any(name.endswith("LICENSE") for name in names)


@pytest.mark.long
def test_the_wheel_has_exactly_our_top_level(built: list[Path]) -> None:
    names = zipfile.ZipFile(built[0]).namelist()
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == set(OUR_PACKAGES)
    assert all(f"{room}/py.typed" in names for room in OUR_PACKAGES)


@pytest.mark.long
def test_the_wheel_has_the_files_of_the_page(built: list[Path]) -> None:
    place = "lotkeeper/web/page/site"
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / place).rglob("*") if path.is_file()}
    assert {name for name in zipfile.ZipFile(built[0]).namelist() if name.startswith(place)} == there


@pytest.mark.long
def test_the_wheel_works_from_another_folder(built: list[Path], tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    _pip(sys.executable, "install", "--no-deps", "--target", str(site), str(built[0]))
    code = "import actors, cli.main, sys; sys.stdout.write(actors.__file__)"
    more = {"PYTHONPATH": str(site)}
    assert _run(elsewhere, more, sys.executable, "-c", code).startswith(os.fsencode(site))
    demo = _run(elsewhere, more, sys.executable, str(site / "bin" / "lotkeeper"), "demo", "--seconds", "4", "--json")
    assert orjson.loads(demo)["sells_placed"] >= 1


@pytest.mark.long
def test_the_same_files_give_the_same_bytes(source: Path, built: list[Path], tmp_path: Path) -> None:
    assert differing(built, build(source, tmp_path, EPOCH_S)) == []


@pytest.mark.long
def test_a_wheel_from_the_source_archive_has_the_same_files(built: list[Path], tmp_path: Path) -> None:
    wheel, source = built
    _pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source))
    (other,) = tmp_path.glob("*.whl")
    assert set(zipfile.ZipFile(other).namelist()) == set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.long
def test_the_sums_are_those_that_sha256sum_checks(built: list[Path]) -> None:
    sums = write_sums(built, built[0].parent / "SHA256SUMS")
    done = subprocess.run(
        ["sha256sum", "--check", sums.name], cwd=sums.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.count(": OK")) == (0, len(built))


@pytest.fixture(scope="module")
def index(built: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and all that it needs: installing from it asks nobody else."""
    folder = tmp_path_factory.mktemp("index")
    download = (sys.executable, "download", "--no-deps", "--dest", str(folder))
    _pip(*download, "--require-hashes", "--requirement", str(ROOT / "requirements.lock"))
    # Some libraries have no wheel: it is built where they are installed. pipx brings its own pip up to date.
    _pip(*download, "setuptools", "wheel", "pip")
    (folder / built[0].name).write_bytes(built[0].read_bytes())
    return folder


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which nothing of ours is installed."""
    folder = tmp_path_factory.mktemp("tools")
    venv.create(folder, with_pip=True)
    _pip(str(folder / "bin" / "python"), "install", "pipx", "uv")
    return folder / "bin"


@pytest.mark.longest
@ALONE
def test_pipx_installs_it_and_the_demonstration_sells(empty: Path, index: Path, tmp_path: Path) -> None:
    homes = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    only_here = f"--no-index --find-links {index}"
    _run(tmp_path, homes, str(empty / "pipx"), "install", "--backend", "pip", "--pip-args", only_here, "lotkeeper")
    done = _run(tmp_path, homes, str(tmp_path / "bin" / "lotkeeper"), "demo", "--seconds", "4", "--json")
    assert orjson.loads(done)["sells_placed"] >= 1


@pytest.mark.longest
@ALONE
def test_uvx_runs_it_without_an_installation(empty: Path, index: Path, tmp_path: Path) -> None:
    homes = {"UV_CACHE_DIR": str(tmp_path / "cache"), "UV_PYTHON": sys.executable, "UV_PYTHON_DOWNLOADS": "never"}
    words = ("--no-index", "--find-links", str(index), "lotkeeper", "demo", "--seconds", "4", "--json")
    done = _run(tmp_path, homes, str(empty / "uvx"), *words)
    assert orjson.loads(done)["sells_placed"] >= 1


def _pip(python: str, *words: str) -> None:
    subprocess.run([python, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], check=True)


def _run(folder: Path, more: dict[str, str], *words: str) -> bytes:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = {**inherited, "TMPDIR": str(folder), "HOME": str(folder), **more}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout

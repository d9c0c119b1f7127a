"""The paths that follow from the configuration."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lotkeeper.config import (
    Config,
    JournalFile,
    budget_name,
    earlier_in_flight_file,
    earlier_runtime_dir,
    in_flight_file,
    runtime_dir,
)
from lotkeeper.config.places import is_memory


def sample_config(**values: object) -> Config:
    return Config.model_validate({"pairs": {"BTCUSDT": {}}, **values})


@pytest.mark.parametrize("session", [None, "", "/nonexistent", "/tmp"])
def test_the_sockets_are_at_one_place_for_cron_unit_and_shell(
    session: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    elsewhere = runtime_dir(sample_config())
    if session is not None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", session)
    assert runtime_dir(sample_config()) == elsewhere
    assert str(elsewhere).startswith(f"/tmp/lotkeeper-{os.geteuid()}-")
    assert len(bytes(elsewhere)) <= 70


def test_an_earlier_version_had_them_in_the_folder_of_the_session(tmp_path: Path) -> None:
    session = Path("/tmp") if len(str(tmp_path)) > 40 else tmp_path
    found = earlier_runtime_dir(sample_config(), {"XDG_RUNTIME_DIR": str(session)})
    assert found is not None
    assert found.parent == session
    assert found.name.startswith("lotkeeper-")
    assert earlier_runtime_dir(sample_config(runtime_dir="/run/lk"), {"XDG_RUNTIME_DIR": str(session)}) is None


@pytest.mark.parametrize("session", ["", "/nonexistent", "relative", "/tmp/" + "x" * 60])
def test_without_a_folder_of_the_session_it_had_them_where_they_are_now(session: str) -> None:
    assert earlier_runtime_dir(sample_config(), {"XDG_RUNTIME_DIR": session}) is None


def test_each_database_has_sockets_of_its_own_by_whatever_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    one, same, other = (
        runtime_dir(sample_config(database=f"sqlite:///{tmp_path}/{name}"))
        for name in ("a/l.sqlite", "link/l.sqlite", "a/other.sqlite")
    )
    assert one == same != other


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory."""
    with TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def journal(memory: Path, name: str = "l.sqlite") -> JournalFile:
    config = sample_config(database=f"sqlite:////srv/{name}", runtime_dir="/srv/sockets")
    return in_flight_file(config, memory)


def test_orders_in_flight_are_noted_in_memory_each_database_has_its_own_file(memory: Path) -> None:
    one, other = journal(memory), journal(memory, "other.sqlite")
    assert one.is_memory
    assert one.path.parent == other.path.parent == memory / f"lotkeeper-{os.geteuid()}"
    assert one == journal(memory) != other


@pytest.mark.parametrize("spoil", ["others may enter", "a link", "a file"])
def test_a_folder_that_is_not_of_this_user_alone_is_not_used(memory: Path, spoil: str) -> None:
    mine = memory / f"lotkeeper-{os.geteuid()}"
    if spoil == "others may enter":
        mine.mkdir()
        mine.chmod(0o711)
    elif spoil == "a link":
        mine.symlink_to(memory)
    else:
        mine.touch()
    assert journal(memory).path.parent == Path("/srv/sockets")
    assert not journal(memory).is_memory


def test_without_memory_they_are_noted_in_the_folder_of_the_sockets() -> None:
    assert journal(Path("/proc")).path.parent == Path("/srv/sockets")


def test_what_is_memory_and_what_is_a_disk(memory: Path) -> None:
    assert is_memory(memory)
    assert is_memory(memory / "no such folder")
    assert not is_memory(Path("/proc"))


def test_where_an_earlier_version_noted_them(tmp_path: Path) -> None:
    config = sample_config(database=f"sqlite:///{tmp_path}/l.sqlite")
    assert earlier_in_flight_file(config) == tmp_path / ".l.sqlite.in-flight"


def test_the_configured_folder_is_taken_as_it_is() -> None:
    assert runtime_dir(sample_config(runtime_dir="/run/lk")) == Path("/run/lk")


def test_a_database_of_a_server_has_sockets_of_its_own_and_no_file() -> None:
    one, same, other = (
        sample_config(database=f"postgresql://{text}")
        for text in ("me:secret@host/lots", "you@host:5432/lots?sslmode=require", "me@host/more")
    )
    assert runtime_dir(one) == runtime_dir(same) != runtime_dir(other)
    assert earlier_in_flight_file(one) is None


@pytest.mark.parametrize(
    ("database", "own", "name"),
    [
        ("sqlite:////var/lib/lotkeeper/alice/lotkeeper.sqlite", None, "alice"),
        ("sqlite:////var/lib/two words/lots.sqlite", None, "two-words"),
        ("sqlite:////lots.sqlite", None, "service"),
        ("sqlite:////var/lib/lotkeeper/alice/lotkeeper.sqlite", "bob@host", "bob@host"),
    ],
)
def test_a_service_has_the_name_of_its_folder_at_the_budget_broker(database: str, own: str | None, name: str) -> None:
    exchange = {} if own is None else {"exchange": {"budget_name": own}}
    assert budget_name(sample_config(database=database, **exchange)) == name

"""The paths that follow from the configuration."""

from pathlib import Path

import pytest

from lotkeeper.config import Config, in_flight_file, runtime_dir


def sample_config(**values: object) -> Config:
    return Config.model_validate({"pairs": {"BTCUSDT": {}}, **values})


def test_the_sockets_are_in_the_folder_of_the_session(tmp_path: Path) -> None:
    session = Path("/tmp") if len(str(tmp_path)) > 40 else tmp_path
    found = runtime_dir(sample_config(), {"XDG_RUNTIME_DIR": str(session)})
    assert found.parent == session
    assert found.name.startswith("lotkeeper-")


@pytest.mark.parametrize("session", ["", "/nonexistent", "relative", "/tmp/" + "x" * 60])
def test_the_sockets_are_below_tmp_where_there_is_no_session(session: str) -> None:
    found = runtime_dir(sample_config(), {"XDG_RUNTIME_DIR": session})
    assert str(found).startswith("/tmp/lotkeeper-")
    assert len(bytes(found)) <= 70


def test_each_database_has_sockets_of_its_own_by_whatever_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    one, same, other = (
        runtime_dir(sample_config(database=f"sqlite:///{tmp_path}/{name}"), {})
        for name in ("a/l.sqlite", "link/l.sqlite", "a/other.sqlite")
    )
    assert one == same != other


def test_orders_in_flight_are_noted_beside_the_database_and_stay_when_it_is_deleted(tmp_path: Path) -> None:
    path = in_flight_file(sample_config(database=f"sqlite:///{tmp_path}/l.sqlite"))
    assert path.parent == tmp_path
    for each in ("l.sqlite", "l.sqlite-wal", "l.sqlite.lock", path.name):
        (tmp_path / each).touch()
    for each in tmp_path.glob("l.sqlite*"):
        each.unlink()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_the_configured_folder_is_taken_as_it_is() -> None:
    assert runtime_dir(sample_config(runtime_dir="/run/lk"), {"XDG_RUNTIME_DIR": "/tmp"}) == Path("/run/lk")

"""The file with the token."""

import os
import stat
from pathlib import Path

import pytest

from lotkeeper.service.errors import ServiceError
from lotkeeper.web.token import take_token


def test_it_is_made_once_and_only_its_user_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / ".lots.web-token"
    token = take_token(path)
    assert len(token) == 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert take_token(path) == token
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_two_services_have_different_ones(tmp_path: Path) -> None:
    assert take_token(tmp_path / "one") != take_token(tmp_path / "two")


def test_a_person_may_choose_it(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("  " + "a-1_" * 8 + "\n")
    path.chmod(0o600)
    assert take_token(path) == "a-1_" * 8


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_one_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token"
    take_token(path)
    path.chmod(mode)
    with pytest.raises(ServiceError, match=rf"has to belong to this user alone: chmod 600 {path}"):
        take_token(path)


@pytest.mark.parametrize("text", ["", "short", "a" * 31, "ä" * 40, "a" * 40 + " b", "a" * 2000])
def test_what_is_no_token_is_refused_not_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(ServiceError, match="has no token"):
        take_token(path)
    assert path.read_text() == text


def test_a_link_to_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("a" * 40)
    (tmp_path / "token").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ServiceError, match="cannot be used: Too many levels of symbolic links"):
        take_token(tmp_path / "token")


@pytest.mark.parametrize("place", ["missing/token", "."])
def test_a_place_that_cannot_be_used_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(ServiceError, match="the file of the token"):
        take_token(tmp_path / place)


def test_what_a_killed_process_has_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / f"token.{os.getpid() + 1}").touch()
    assert take_token(tmp_path / "token")

"""Which services a fleet has."""

from pathlib import Path

import pytest

from lotkeeper.service.errors import ConfigurationError
from lotkeeper.service.fleet.places import ServicePlace, find_places, is_host, read_fleet_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("alice/config.yaml", "bob.yaml", "bob.pem"):
        path = tmp_path / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "etc"


def test_a_folder_has_the_services_of_its_configurations(folder: Path) -> None:
    assert find_places([folder], [], None) == (
        ServicePlace("alice", str(folder / "alice" / "config.yaml")),
        ServicePlace("bob", str(folder / "bob.yaml")),
    )


def test_each_service_is_there_once_in_the_order_in_which_it_was_named(folder: Path) -> None:
    bob = folder / "bob.yaml"
    found = find_places([bob, folder], ["lk@pi", "lk@pi"], None)
    assert [place.name for place in found] == ["bob", "alice", "lk@pi"]


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nobody\.yaml: no configuration is there"):
        find_places([tmp_path / "nobody.yaml"], [], None)
    with pytest.raises(ConfigurationError, match="no configuration is there; --config takes a file, or a folder"):
        find_places([tmp_path], [], None)


def test_a_file_lists_services_here_and_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text(
        "services:\n"
        "  - config: alice/config.yaml\n"
        "  - {host: lk@pi, config: /etc/lotkeeper/bob/config.yaml, program: /opt/lotkeeper/.venv/bin/lotkeeper}\n"
        "  - {host: lk@pi, name: the-pi}\n"
        "  - {}\n"
    )
    assert read_fleet_file(path) == (
        ServicePlace("alice", str(tmp_path / "alice" / "config.yaml")),
        ServicePlace("lk@pi:bob", "/etc/lotkeeper/bob/config.yaml", "lk@pi", "/opt/lotkeeper/.venv/bin/lotkeeper"),
        ServicePlace("the-pi", "", "lk@pi"),
        ServicePlace(tmp_path.name, str(tmp_path / "config.yaml")),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("services: []", "services: List should have at least 1 item"),
        ("services: [{hots: pi}]", "services.0.hots: Extra inputs are not permitted"),
        ("services: [{host: -oProxyCommand=x}]", "services.0.host: Value error, a host or USER@HOST"),
        ("services: [{name: 'a b'}]", "services.0.name: Value error, a name of at most 80 letters"),
        ("services: [", "not YAML"),
        ("", "the file: Input should be a valid dictionary"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_why(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        read_fleet_file(path)
    assert str(caught.value).startswith(f"{path}: {words}")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"fleet\.yaml: No such file or directory"):
        read_fleet_file(tmp_path / "fleet.yaml")


@pytest.mark.parametrize("host", ["pi", "lk@pi.example.org", "10.0.0.5", "lk@fe80::1", "a_b"])
def test_hosts_as_ssh_takes_them(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize("host", ["", "-oProxyCommand=x", "lk@-x", "a b", "a;b", "a\nb", "$(x)", "a@b@c"])
def test_what_ssh_or_a_shell_would_take_for_something_else_is_no_host(host: str) -> None:
    assert not is_host(host)

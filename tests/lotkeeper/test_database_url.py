"""Addresses of databases, taken apart and shown."""

from pathlib import Path

import pytest

from lotkeeper.database_url import database_identity, parse_postgresql, without_password


def test_an_address_is_taken_apart() -> None:
    found = parse_postgresql("postgresql://me:a%2Fb%40c@db.example.org:5433/my%20lots?sslmode=verify-full")
    assert (found.user, found.password, found.host, found.port) == ("me", "a/b@c", "db.example.org", 5433)
    assert (found.database, found.options) == ("my lots", (("sslmode", "verify-full"),))
    assert not found.is_of_this_machine


@pytest.mark.parametrize(
    "host", ["", "localhost", "127.0.0.1", "[::1]", "/lots?host=/run/postgresql", "/lots?host=%2Frun"]
)
def test_a_socket_and_loopback_are_of_this_machine(host: str) -> None:
    assert parse_postgresql(f"postgresql://{host}" if "?" in host else f"postgresql://{host}/lots").is_of_this_machine


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://host",
        "postgresql://host/",
        "postgresql:///lots/more",
        "postgresql://one,other/lots",
        "postgresql://me:sec%zz@host/lots",
        "postgresql://me:sec ret@host/lots",
        "postgresql://me:secret@host:port/lots",
        "postgresql://me:secret@host:99999/lots",
        "postgresql://me:secret@[host/lots",
        "postgresql://me:secret@host/lots?novalue",
        "postgres://me:secret@host/lots",
        "sqlite:///lots.sqlite",
    ],
)
def test_a_broken_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        parse_postgresql(url)
    assert "sec" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@host/lots", "postgresql://me:***@host/lots"),
        ("postgresql://me:se/cr@et@host/lots", "postgresql://me:***@host/lots"),
        (
            "postgresql://me@host/lots?password=secret&sslmode=require",
            "postgresql://me@host/lots?password=***&sslmode=require",
        ),
        ("postgresql://me@host/lots", "postgresql://me@host/lots"),
        ("sqlite:////srv/a:b@c.sqlite", "sqlite:////srv/a:b@c.sqlite"),
    ],
)
def test_no_password_is_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_one_database_has_one_name(tmp_path: Path) -> None:
    with_secret = database_identity("postgresql://me:secret@host:5432/lots?sslmode=require")
    assert with_secret == database_identity("postgresql://you@host/lots") == b"postgresql://host/lots"
    assert database_identity(f"sqlite:///{tmp_path}/x/../a.sqlite") == bytes(tmp_path / "a.sqlite")

"""Which engine an address names."""

import subprocess
import sys
from pathlib import Path

import pytest

from persistence.engines.choice import engine_of
from persistence.errors import StoreError


def test_an_address_names_its_engine(tmp_path: Path) -> None:
    assert type(engine_of(f"sqlite:///{tmp_path}/a.sqlite")).__name__ == "SqliteEngine"
    assert type(engine_of("postgresql://me:secret@host/lots")).__name__ == "PostgresqlEngine"


def test_the_place_of_a_database_has_no_password() -> None:
    assert engine_of("postgresql://me:secret@host:5433/lots?sslmode=require").place == "postgresql://host:5433/lots"


def test_a_broken_address_is_refused_without_its_password() -> None:
    with pytest.raises(StoreError, match="as in a URL") as refused:
        engine_of("postgresql://me:sec%zzret@host/lots")
    assert "sec" not in str(refused.value)


def test_without_a_driver_the_command_that_installs_it_is_said() -> None:
    code = """
import sys
sys.modules["psycopg2"] = None
from persistence.engines.choice import engine_of
from persistence.errors import StoreError
engine_of("sqlite:///a.sqlite")
try:
    engine_of("postgresql://me@host/lots")
except StoreError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'lotkeeper[postgresql]'" in done.stdout

"""Brings the database to the newest schema on command, while no service of this machine uses it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lotkeeper.config import Config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.lease import lock_database
from persistence.engines.base import Engine
from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.migrations import Step, steps_from
from persistence.schema import SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """What an upgrade would do."""

    place: str
    found: str | None  # the schema; None: there is no database yet
    steps: tuple[Step, ...]
    makes_copy: bool

    newest: int = SCHEMA_VERSION


def plan_upgrade(config: Config) -> UpgradePlan:
    """Changes nothing. Raises ServiceError."""
    with _raised_as_service_errors():
        return _plan(engine_of(config.database))


def upgrade(config: Config) -> Path | None:
    """Returns the copy of before, if one was made. Raises ServiceError, also while a service runs."""
    with _raised_as_service_errors(), _locked(config):
        from persistence.store import Store

        engine = engine_of(config.database)
        copy = engine.upgrade()
        Store(engine).close()  # makes the tables and indexes that are new
        return copy


def _plan(engine: Engine) -> UpgradePlan:
    found = engine.version()
    steps = () if found is None else steps_from(found)
    return UpgradePlan(engine.place, found, steps, makes_copy=bool(steps) and engine.makes_copy)


@contextmanager
def _locked(config: Config) -> Iterator[None]:
    descriptor = lock_database(config, os.getpid())
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def _raised_as_service_errors() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise ServiceError(str(error)) from error

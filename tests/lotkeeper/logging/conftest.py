"""Log files in a temporary folder, and logging as it was before for the next test."""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from lotkeeper.config import LogsConfig
from lotkeeper.logging import masks as log_masks
from lotkeeper.logging.setup import PACKAGES, flush_logs

Read = Callable[..., list[dict[str, Any]]]  # the parsed lines of a log file


@dataclass(frozen=True)
class Odd:
    text: str

    def __str__(self) -> str:
        return f"odd {self.text}"


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leaves no handler, no hidden value and no structlog configuration to other tests."""
    monkeypatch.setattr(log_masks, "_hidden", log_masks._Hidden())
    manager, root = logging.Logger.manager, logging.Logger.root
    yield
    logging.Logger.manager, logging.Logger.root, logging.root = manager, root, root
    for package in map(logging.getLogger, PACKAGES):
        for handler in list(package.handlers):
            package.removeHandler(handler)
            handler.close()
        package.propagate = True
        package.setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path) -> LogsConfig:
    return LogsConfig(directory=tmp_path / "logs")


@pytest.fixture
def read(settings: LogsConfig) -> Read:
    """The lines of a log file, parsed."""

    def lines(name: str = "lotkeeper.jsonl") -> list[dict[str, Any]]:
        flush_logs()
        path = settings.directory / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    return lines

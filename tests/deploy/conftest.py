"""Debian roots for the tests of what is deployed."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.roots.materials import Materials, new_folder, share_materials


@pytest.fixture(scope="session")
def materials(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Materials:
    mine = tmp_path_factory.getbasetemp()
    is_worker = hasattr(request.config, "workerinput")
    return share_materials(mine.parent if is_worker else mine, request.config.add_cleanup)


@pytest.fixture(scope="module")
def roots() -> Iterator[Path]:
    """For the roots of a module, which take hundreds of megabytes: pytest would keep them for three runs."""
    folder = new_folder()
    yield folder
    shutil.rmtree(folder)

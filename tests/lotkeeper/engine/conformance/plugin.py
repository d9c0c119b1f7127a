"""Runs Thespian's own tests on the engine's system base: a pytest plugin for `--pyargs thespian.test`.

Left out is what needs a convention of several systems: the base serves one system on one machine. `--quick` takes those
modules that say most about messages, starts and deaths, and run within a minute.
"""

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import thespian.test
from thespian.actors import ActorSystem

from lotkeeper.engine.system import base

CAPABILITIES = {"Foo Allowed": True, "Cows Allowed": True, "Dogs Allowed": True, "dog": "food"}
CONVENTIONS = {"asys_pair", "asys_trio", "asys_trio_convention"}
CONVENTION_MODULES = {"test_HAConvention", "test_manyActorSystems", "test_multipleActorSystems", "test_preRegistration"}
QUICK = {
    "test_actorAddressPassing",
    "test_actorSignals",
    "test_actorSystemRestart",
    "test_actors",
    "test_badmessage",
    "test_bigmessages",
    "test_createActor",
    "test_globalName",
    "test_load",
    "test_poisonMessage",
    "test_simpleActor",
    "test_wakeup",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="the selection for every run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, left_out = [], []
    for item in items:
        (kept if _is_in_scope(item, config.getoption("--quick")) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def _is_in_scope(item: Any, is_quick: bool) -> bool:
    module = item.module.__name__.rpartition(".")[-1]
    needs_convention = module in CONVENTION_MODULES or not CONVENTIONS.isdisjoint(item.fixturenames)
    return not needs_convention and (module in QUICK or not is_quick)


@pytest.fixture(params=[base.NAME])
def asys(request: pytest.FixtureRequest) -> Iterator[ActorSystem]:
    with _system(dict(CAPABILITIES)) as system:
        yield system


@pytest.fixture
def asys2(request: pytest.FixtureRequest, asys: ActorSystem) -> Iterator[ActorSystem]:
    """A second system, which the first knows nothing of."""
    with _system({}) as system:
        yield system


def similar_asys(*_: Any, **__: Any) -> ActorSystem:
    """Another one, which the test itself ends."""
    return _started({}, Path(tempfile.mkdtemp(dir=_parent)))


@contextlib.contextmanager
def _system(capabilities: dict[str, Any]) -> Iterator[ActorSystem]:
    directory = Path(tempfile.mkdtemp(dir=_parent))
    system = _started(capabilities, directory)
    try:
        yield system
    finally:
        system.shutdown()
    assert [each.name for each in directory.iterdir() if not each.name.startswith("thespian.log")] == []


def _started(capabilities: dict[str, Any], directory: Path) -> ActorSystem:
    capabilities["Unix Directory"] = str(directory)
    logging = thespian.test.simpleActorTestLogging()
    system = ActorSystem(base.NAME, capabilities, logDefs=logging, transientUnique=True)
    system.base_name, system.port_num, system.txonly = f"multiproc-{base.NAME}", None, False
    return system


_parent = tempfile.mkdtemp(prefix="lk-")
atexit.register(shutil.rmtree, _parent, ignore_errors=True)

# Its test modules take everything from there.
thespian.test.asys, thespian.test.asys2, thespian.test.similar_asys = asys, asys2, similar_asys

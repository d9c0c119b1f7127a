"""A system whose processes share memory, started by a process of its own: what it marks stays marked."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.service import start
from lotkeeper.engine.system.immortal_objects import can_mark, is_immortal
from tests.lotkeeper.engine.actors import Begin, Echo

pytestmark = pytest.mark.e2e


class Witness(EngineActor):
    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        pass

    @handles(Echo)
    def tell(self, message: Echo, sender: Sender) -> None:
        """Whether what the launcher had is not counted here, and what is made here is."""
        self.reply(sender, (is_immortal(type(self)), is_immortal(self)))


def witness(shares_memory: bool) -> tuple[bool, bool]:
    with (
        tempfile.TemporaryDirectory(prefix="lk-") as folder,
        start(Path(folder) / "system", Witness, Begin(), shares_memory=shares_memory) as system,
    ):
        answer: tuple[bool, bool] = system.ask(Echo("what is counted"), 10)
    return answer


@pytest.mark.parametrize("shares_memory", [True, False])
def test_an_actor_does_not_count_what_was_there_before_its_fork(shares_memory: bool):
    script = f"from {__name__} import witness; print(witness({shares_memory}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{(shares_memory and can_mark(), False)}\n"

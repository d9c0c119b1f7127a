"""The key reaches an actor that asks for it, and the launcher never has it."""

import gc
import os
import time
from pathlib import Path

import pytest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.service import start
from lotkeeper.service.credentials_file import write_credentials
from lotkeeper.service.key_giver import KeyGiver
from messages.lifecycle import Credentials, RequestCredentials

GIVEN = Credentials("hmac", "the-key", "the-secret", None)


class Signs(EngineActor):
    """Asks whoever starts it for the key, and tells whoever asks what has come."""

    _came: Credentials | None = None

    @handles(str)
    def _on_text(self, message, sender):
        if message == "ask":
            self.send(sender, RequestCredentials(self.myAddress))
        else:
            self.reply(sender, self._came and self._came.api_secret)

    @handles(Credentials)
    def _on_credentials(self, message, sender):
        self._came = message


@pytest.fixture
def descriptor():
    found = os.memfd_create("credentials")
    write_credentials(found, GIVEN)
    yield found
    os.close(found)


@pytest.fixture
def giver(tmp_path: Path, descriptor):
    found = KeyGiver(tmp_path / "run", descriptor)
    yield found
    ended(found)
    found._descriptor = -1  # later forks of this process close nothing


def ended(giver: KeyGiver) -> None:
    """Waits until the processes that give the key have ended."""
    while giver._children:
        giver.collect()
        time.sleep(0.001)


def keys_in_memory() -> list[Credentials]:
    gc.unfreeze()  # what the collector is told to pass over is not among its objects
    return [each for each in gc.get_objects() if isinstance(each, Credentials) and each is not GIVEN]


def test_an_actor_that_asks_gets_the_key_from_another_process(tmp_path: Path, giver):
    before = len(keys_in_memory())  # other tests may have left some
    with start(tmp_path / "run", Signs, "ask") as system:
        request = system.listen(20.0)
        assert isinstance(request, RequestCredentials)
        giver.give(request.reply_to)
        while system.ask("tell", 20.0) != "the-secret":
            pass
    assert len(keys_in_memory()) <= before


def test_to_give_it_where_no_system_runs_harms_nobody(giver):
    giver.give("nobody")
    giver.give("nobody")
    assert len(giver._children) == 2
    ended(giver)


def test_a_process_that_some_other_code_has_collected_is_forgotten(giver):
    giver.give("nobody")
    os.waitpid(next(iter(giver._children)), 0)
    giver.collect()
    assert not giver._children


def test_a_forked_child_does_not_hold_the_file_and_its_child_keeps_what_took_the_number(giver, descriptor):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, b"1" if os.path.exists(f"/proc/self/fd/{descriptor}") else b"0")
        os.dup2(writer, descriptor)
        if not os.fork():
            os.write(writer, b"1" if os.path.exists(f"/proc/self/fd/{descriptor}") else b"0")
            os._exit(0)
        os.wait()
        os._exit(0)
    os.waitpid(child, 0)
    assert (os.read(reader, 1), os.read(reader, 1)) == (b"0", b"1")
    assert giver._descriptor == descriptor
    os.close(reader)
    os.close(writer)

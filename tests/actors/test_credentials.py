"""How an actor that signs gets its key from the launcher."""

import pytest

from actors.credentials import AskForKey, SignerRequest
from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.testkit import ActorBench
from messages.lifecycle import Credentials, RequestCredentials

KEY = Credentials("hmac", "an-api-key", "an-api-secret", None)


class Signing(EngineActor):
    """An actor that only asks for its key."""

    launcher = None

    def __init__(self):
        super().__init__()
        self.key = SignerRequest(self)

    def on_wakeup(self, payload):
        assert payload == AskForKey()
        self.key.ask(self.launcher)


@pytest.fixture
def bench():
    return ActorBench(Signing)


@pytest.fixture
def launcher(bench):
    probe = bench.probe("launcher")
    bench.actor.launcher = probe.address
    bench.actor.key.ask(probe.address)
    return probe


def test_it_asks_every_second_until_the_key_is_here(bench, launcher):
    bench.advance(2.5)
    assert launcher.received == [RequestCredentials(bench.actor.myAddress)] * 3
    assert bench.actor.key.accept(KEY)
    bench.advance(5.0)
    assert len(launcher.received) == 3


def test_a_second_copy_of_the_key_changes_nothing(bench):
    assert bench.actor.key.accept(KEY)
    signer = bench.actor.key.signer
    assert not bench.actor.key.accept(KEY)
    assert bench.actor.key.signer is signer


def test_a_key_that_cannot_sign_is_explained_and_may_be_replaced(bench):
    assert not bench.actor.key.accept(Credentials("rsa", "an-api-key", None, b"no key"))
    assert bench.actor.key.signer is None
    assert bench.actor.key.trouble.startswith("the key cannot be used: ")
    assert bench.actor.key.accept(KEY)
    assert bench.actor.key.trouble == ""

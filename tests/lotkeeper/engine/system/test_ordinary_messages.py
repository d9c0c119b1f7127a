"""Which way a message takes through an actor's process: the short one, or Thespian's."""

import logging
from dataclasses import dataclass

import pytest
from thespian.actors import (
    ActorAddress,
    ActorExitRequest,
    ChildActorExited,
    PoisonMessage,
    ThespianWatch,
    WakeupMessage,
    WatchMessage,
)
from thespian.system.addressManager import ActorLocalAddress
from thespian.system.transport import ReceiveEnvelope, SendStatus

from lotkeeper.engine.asking import Ask
from lotkeeper.engine.system.ordinary_messages import OrdinaryMessages
from lotkeeper.engine.transport.addresses import address_of

OWN, OTHER = "/system/own.sock", "/system/other.sock"


@dataclass(frozen=True, slots=True)
class Ordinary:
    text: str = ""


class Unpicklable:
    def __reduce__(self):
        raise TypeError("it names a child without an address")


class Addresses:
    def __init__(self):
        self._deadAddrs = []
        self.imported = []

    def importAddr(self, address):
        self.imported.append(address)


class Transport:
    path = OWN

    def __init__(self):
        self.sent, self.watched = [], None

    def send_pending(self, path, pending):
        self.sent.append((path, pending))

    def set_watch(self, descriptors):
        self.watched = descriptors


class EngineLikeActor:
    never_raises = True

    def __init__(self):
        self.handled = []
        self.returns = None

    def receiveMessage(self, message, sender):
        self.handled.append(message)
        return self.returns


class Thespians:
    """Stands for Thespian's manager: notes what goes its way."""

    def __init__(self):
        self.transport, self.actorInst, self._addrManager = Transport(), EngineLikeActor(), Addresses()
        self._queues, self._receiveQueue, self.sent, self.received, self.failed = {}, [], [], [], []

    def actor_send(self, target, message):
        self.sent.append(message)

    def actor_send_fail(self, status, intent):
        self.failed.append((status, intent.message))

    def handleMessages(self, envelope):
        self.received.append(envelope.message)
        return "thespian's result"

    def _handleOneMessage(self, envelope):
        self.received.append(envelope.message)
        return envelope.message != "last"


class Manager(OrdinaryMessages, Thespians):
    pass


@pytest.fixture
def manager():
    return Manager()


def receive(manager, message):
    return manager.handleMessages(ReceiveEnvelope(address_of(OTHER), message))


# Sending


def test_an_ordinary_message_is_sent_at_once(manager):
    for message in (Ordinary(), Ask(1, Ordinary()), "text"):
        manager.actor_send(address_of(OTHER), message)
    assert [path for path, _ in manager.transport.sent] == [OTHER] * 3
    assert manager.sent == []


@pytest.mark.parametrize(
    "message", [ActorExitRequest(), PoisonMessage("x"), ChildActorExited(None), logging.makeLogRecord({})]
)
def test_thespians_own_messages_go_its_way(manager, message):
    manager.actor_send(address_of(OTHER), message)
    assert manager.sent == [message]
    assert manager.transport.sent == []


def test_what_thespian_has_to_look_at_goes_its_way(manager):
    manager.actor_send(
        ActorAddress(ActorLocalAddress(address_of(OWN), 1, None)), Ordinary("to a child without an address")
    )
    manager.actor_send(address_of(OWN), Ordinary("to itself"))
    manager.actor_send(address_of(OTHER), unpicklable := Unpicklable())
    manager._queues[OTHER] = ["one that waits for an address"]
    manager.actor_send(address_of(OTHER), Ordinary("behind it"))
    manager._queues.clear()
    manager._addrManager._deadAddrs = [address_of(OTHER)]
    manager.actor_send(address_of(OTHER), Ordinary("to a dead child"))
    texts = [each if each is unpicklable else each.text for each in manager.sent]
    assert texts == ["to a child without an address", "to itself", unpicklable, "behind it", "to a dead child"]
    assert manager.transport.sent == []


def test_a_failure_is_told_and_a_success_is_not(manager):
    manager.actor_send(address_of(OTHER), Ordinary("one"))
    ((_, pending),) = manager.transport.sent
    pending.intent.tx_done(SendStatus.Sent)
    assert manager.failed == []
    pending.intent.tx_done(SendStatus.DeadTarget)
    assert manager.failed == [(SendStatus.DeadTarget, Ordinary("one"))]
    assert pending.intent.targetAddr == address_of(OTHER)


# Receiving


@pytest.mark.parametrize("message", [Ordinary(), WakeupMessage(1), WatchMessage([3])])
def test_the_actor_handles_an_ordinary_message_and_says_what_to_watch(manager, message):
    assert receive(manager, message)
    assert manager.actorInst.handled == [message]
    assert manager._addrManager.imported == [address_of(OTHER)]
    assert manager.transport.watched == []
    manager.actorInst.returns = ThespianWatch([5, 7])
    receive(manager, message)
    assert manager.transport.watched == [5, 7]
    assert manager.received == []


@pytest.mark.parametrize("message", [ActorExitRequest(), ChildActorExited(None), logging.makeLogRecord({})])
def test_thespians_own_messages_are_handled_its_way(manager, message):
    assert receive(manager, message) == "thespian's result"
    assert manager.received == [message]


def test_an_actor_that_ends_or_is_not_made_or_may_raise_is_left_to_thespian(manager):
    manager._exiting = True
    receive(manager, Ordinary("it ends"))
    del manager._exiting
    manager.actorInst.never_raises = False
    receive(manager, Ordinary("it may raise"))
    manager.actorInst = None
    receive(manager, Ordinary("it is not made"))
    assert [each.text for each in manager.received] == ["it ends", "it may raise", "it is not made"]


def test_what_thespian_put_aside_meanwhile_is_handled_until_it_says_that_the_process_ends(manager):
    manager._receiveQueue = [ReceiveEnvelope(address_of(OWN), each) for each in ("first", "last", "never")]
    assert not receive(manager, Ordinary())
    assert manager.received == ["first", "last"]

"""How a process outside of the system talks with it: ask, send, listen, and notice when it has ended."""

import contextlib
import errno
import itertools
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from thespian.actors import ActorAddress, ActorSystemMessage, PoisonMessage
from thespian.system.messages.admin import PendingActor, PendingActorResponse
from thespian.system.transport import ReceiveEnvelope, Thespian__Run_Terminated, TransmitIntent

from lotkeeper.engine.asking import Answer, Ask, AskFailure
from lotkeeper.engine.errors import (
    ActorGoneError,
    AskError,
    AskFailedError,
    AskRefusedError,
    AskTimedOutError,
    StartFailedError,
    SystemGoneError,
)
from lotkeeper.engine.inspection.questions import AskDeadLetters, DeadLetters
from lotkeeper.engine.system.admin import FindActor, FoundActor
from lotkeeper.engine.transport.addresses import path_of
from lotkeeper.engine.transport.transport import UnixTransport
from lotkeeper.engine.transport.waiting import now

_ask_numbers = itertools.count(1)
_CREATE_TIMEOUT = 30.0  # seconds


class SystemClient:
    """An endpoint outside of the system. Several threads may use it; one call runs at a time."""

    def __init__(self, transport: UnixTransport, admin: ActorAddress, directory: object) -> None:
        self._transport = transport
        self._admin = admin
        self._directory = directory
        self._lock = threading.RLock()
        self._inbox: deque[Any] = deque()  # messages of actors that came while something else was awaited
        self._lost_asks: set[str] = set()  # ids of asks whose actor has died
        self._dead: set[str] = set()  # paths of actors that have died
        transport.on_lost = self._note_lost

    def send(self, address: ActorAddress, message: Any) -> None:
        """Sends a message; SystemGoneError when the system has ended."""
        with self._lock:
            self._check_alive()
            self._transport.scheduleTransmit(None, TransmitIntent(address, message))

    def ask(self, address: ActorAddress, body: Any, seconds: float) -> Any:
        """The answer to `body`.

        AskTimedOutError when none came within `seconds` (AskRefusedError when this process may open no more files),
        ActorGoneError when the actor is dead, AskFailedError when its handler raised an error, SystemGoneError when the
        system ended meanwhile.
        """
        with self._lock:
            ask_id = f"{os.getpid()}-{next(_ask_numbers)}"
            self._send_ask(address, Ask(ask_id, body))
            answer = self._await(
                lambda message: isinstance(message, Answer) and message.ask_id == ask_id, seconds, ask_id
            )
        if answer is None:
            raise self._timeout_error(f"no answer to {type(body).__name__} within {seconds:g} s")
        if isinstance(answer.body, AskFailure):
            raise AskFailedError(f"{type(body).__name__} failed: {answer.body.error}")
        return answer.body

    def ask_all(self, addresses: Mapping[str, ActorAddress], body: Any, seconds: float) -> dict[str, Any]:
        """The answers to `body` by the names of the actors, of those that answer within `seconds`.

        SystemGoneError when the system has ended.
        """
        answers: dict[str, Any] = {}
        with self._lock:
            names = {f"{os.getpid()}-{next(_ask_numbers)}": name for name in addresses}
            for ask_id, name in names.items():
                with contextlib.suppress(ActorGoneError):
                    self._send_ask(addresses[name], Ask(ask_id, body))
            end = now() + seconds
            while len(answers) < len(names.keys() - self._lost_asks) and now() < end:
                answer = self._await(
                    lambda message: isinstance(message, Answer) and message.ask_id in names,
                    end - now(),
                    until_a_death=True,
                )
                if answer is not None and not isinstance(answer.body, AskFailure):
                    answers[names[answer.ask_id]] = answer.body
            self._lost_asks -= names.keys()
        return answers

    def dead_letters(self, seconds: float) -> DeadLetters:
        """What the admin knows of dead letters; AskTimedOutError when it does not answer."""
        with self._lock:
            self._transport.scheduleTransmit(None, TransmitIntent(self._admin, AskDeadLetters()))
            found = self._await(lambda message: isinstance(message, DeadLetters), seconds)
        if found is None:
            raise self._timeout_error(f"the system in {self._directory} does not answer")
        letters: DeadLetters = found
        return letters

    def listen(self, seconds: float) -> Any:
        """A message that an actor sent here, or None when none came; SystemGoneError when the system has ended.

        Returns earlier when an actor dies that this process has sent a message to.
        """
        with self._lock:
            if self._inbox:
                return self._inbox.popleft()
            self._check_alive()
            return self._await(_is_from_actor, seconds, until_a_death=True)

    def is_dead(self, address: ActorAddress) -> bool:
        """Whether an actor that this process has sent a message to has died since."""
        return path_of(address) in self._dead

    def find(self, name: str, seconds: float) -> ActorAddress | None:
        """The actor with a global name; AskTimedOutError when the admin does not answer."""
        with self._lock:
            self._transport.scheduleTransmit(None, TransmitIntent(self._admin, FindActor(name)))
            found = self._await(lambda message: isinstance(message, FoundActor) and message.name == name, seconds)
        if found is None:
            raise self._timeout_error(f"the system in {self._directory} does not answer")
        address: ActorAddress | None = found.address
        return address

    def create(self, actor_class: type, name: str) -> ActorAddress:
        """Creates an actor under a global name, as the admin's child; StartFailedError when that is not possible."""
        class_name = f"{actor_class.__module__}.{actor_class.__qualname__}"
        number = next(_ask_numbers)
        request = PendingActor(class_name, None, number, None, globalName=name)
        with self._lock:
            self._transport.scheduleTransmit(None, TransmitIntent(self._admin, request))
            response = self._await(
                lambda message: isinstance(message, PendingActorResponse) and message.instanceNum == number,
                _CREATE_TIMEOUT,
            )
        if response is None or response.errorCode:
            reason = "no answer" if response is None else response.errorStr or f"error {response.errorCode}"
            raise StartFailedError(f"{class_name} could not be started: {reason}")
        address: ActorAddress = response.actualAddress
        return address

    def close(self) -> None:
        """Ends this endpoint."""
        with self._lock:
            self._transport.close()

    def _send_ask(self, address: ActorAddress, ask: Ask) -> None:
        self._check_alive()
        failed: list[Any] = []
        intent = TransmitIntent(address, ask, onError=lambda result, _: failed.append(result))
        self._transport.scheduleTransmit(None, intent)
        if failed:
            raise ActorGoneError(f"the actor that {type(ask.body).__name__} was for is dead")

    def _await(
        self,
        is_wanted: Callable[[Any], bool],
        seconds: float,
        ask_id: str | None = None,
        *,
        until_a_death: bool = False,
    ) -> Any:
        """The first wanted message, or None after `seconds`. Messages of actors are kept for `listen`."""
        deadline, dead_before = now() + seconds, len(self._dead)
        while True:
            envelope = self._transport.run(None, max(0.0, deadline - now()))
            if isinstance(envelope, ReceiveEnvelope):
                if is_wanted(envelope.message):
                    return envelope.message
                if _is_from_actor(envelope.message):
                    self._inbox.append(envelope.message)
                elif isinstance(envelope.message, PoisonMessage):
                    self._check_undelivered(envelope.message, ask_id)
            if ask_id in self._lost_asks:
                self._lost_asks.discard(ask_id)
                raise ActorGoneError("the actor died before it had handled the message")
            if isinstance(envelope, Thespian__Run_Terminated):
                self._check_alive()
            if now() >= deadline or (until_a_death and len(self._dead) > dead_before):
                return None

    def _timeout_error(self, text: str) -> AskError:
        if self._transport.lacks_descriptors:
            return AskRefusedError(f"{text}: this process may open no more files ({os.strerror(errno.EMFILE)})")
        return AskTimedOutError(text)

    def _check_undelivered(self, notice: PoisonMessage, ask_id: str | None) -> None:
        refused = notice.poisonMessage
        if isinstance(refused, Ask) and refused.ask_id == ask_id:
            raise AskError(f"{type(refused.body).__name__} was not delivered: {notice.details}")

    def _check_alive(self) -> None:
        if self._transport.is_closed or self._transport.is_admin_gone:
            raise SystemGoneError(f"the system in {self._directory} has ended")

    def _note_lost(self, path: str, messages: list[Any]) -> None:
        self._dead.add(path)
        self._lost_asks |= {each.ask_id for each in messages if isinstance(each, Ask)}
        self._transport.abort_run()


def _is_from_actor(message: Any) -> bool:
    """Whether an actor sent it without being asked: neither a late answer nor one of Thespian's own messages."""
    return not isinstance(message, Answer | ActorSystemMessage)

"""How a process that is no actor talks with a system: ask, tell, listen, and know when it is gone."""

import errno
import itertools
import os
import threading
from collections import deque
from collections.abc import Callable
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
from lotkeeper.engine.system.admin import FindActor, FoundActor
from lotkeeper.engine.transport.addresses import path_of
from lotkeeper.engine.transport.transport import UnixTransport
from lotkeeper.engine.transport.wakeups import now

_asks = itertools.count(1)
_CREATION = 30.0


class Portal:
    """An endpoint outside of the system. May be used from several threads, one at a time has its turn."""

    def __init__(self, transport: UnixTransport, admin: ActorAddress, directory: object) -> None:
        self._transport = transport
        self._admin = admin
        self._directory = directory
        self._turn = threading.RLock()
        self._inbox: deque[Any] = deque()
        self._lost_asks: set[str] = set()
        self._dead: set[str] = set()
        transport.on_lost = self._note_lost

    def tell(self, address: ActorAddress, message: Any) -> None:
        """Sends a message; SystemGoneError when the system has ended."""
        with self._turn:
            self._check_alive()
            self._transport.scheduleTransmit(None, TransmitIntent(address, message))

    def ask(self, address: ActorAddress, body: Any, seconds: float) -> Any:
        """The answer to `body`.

        AskTimedOutError when none came within `seconds` (AskRefusedError when this process may open no more files),
        ActorGoneError when the actor is dead, AskFailedError when
        its handler raised an error, SystemGoneError when the system ended meanwhile.
        """
        with self._turn:
            ask_id = f"{os.getpid()}-{next(_asks)}"
            self._send_ask(address, Ask(ask_id, body))
            answer = self._await(
                lambda message: isinstance(message, Answer) and message.ask_id == ask_id, seconds, ask_id
            )
        if answer is None:
            raise self._timed_out(f"no answer to {type(body).__name__} within {seconds:g} s")
        if isinstance(answer.body, AskFailure):
            raise AskFailedError(f"{type(body).__name__} failed: {answer.body.error}")
        return answer.body

    def listen(self, seconds: float) -> Any:
        """A message that an actor sent here, or None when none came; SystemGoneError when the system has ended.

        Returns before the time is over when somebody whom this process has spoken to dies.
        """
        with self._turn:
            if self._inbox:
                return self._inbox.popleft()
            self._check_alive()
            return self._await(_is_news, seconds, until_a_death=True)

    def is_dead(self, address: ActorAddress) -> bool:
        """Whether an actor whom this process has spoken to has died since."""
        return path_of(address) in self._dead

    def find(self, name: str, seconds: float) -> ActorAddress | None:
        """Who has a global name; AskTimedOutError when the admin does not answer."""
        with self._turn:
            self._transport.scheduleTransmit(None, TransmitIntent(self._admin, FindActor(name)))
            found = self._await(lambda message: isinstance(message, FoundActor) and message.name == name, seconds)
        if found is None:
            raise self._timed_out(f"the system in {self._directory} does not answer")
        address: ActorAddress | None = found.address
        return address

    def create(self, actor_class: type, name: str) -> ActorAddress:
        """A new actor under a global name, as the admin's child; StartFailedError when that is not possible."""
        class_name = f"{actor_class.__module__}.{actor_class.__qualname__}"
        number = next(_asks)
        wish = PendingActor(class_name, None, number, None, globalName=name)
        with self._turn:
            self._transport.scheduleTransmit(None, TransmitIntent(self._admin, wish))
            response = self._await(
                lambda message: isinstance(message, PendingActorResponse) and message.instanceNum == number, _CREATION
            )
        if response is None or response.errorCode:
            reason = "no answer" if response is None else response.errorStr or f"error {response.errorCode}"
            raise StartFailedError(f"{class_name} could not be started: {reason}")
        address: ActorAddress = response.actualAddress
        return address

    def close(self) -> None:
        """Ends this endpoint."""
        with self._turn:
            self._transport.close()

    def _send_ask(self, address: ActorAddress, ask: Ask) -> None:
        self._check_alive()
        failed: list[Any] = []
        intent = TransmitIntent(address, ask, onError=lambda result, _: failed.append(result))
        self._transport.scheduleTransmit(None, intent)
        if failed:
            raise ActorGoneError(f"the actor that {type(ask.body).__name__} was for is dead")

    def _await(
        self, wanted: Callable[[Any], bool], seconds: float, ask_id: str | None = None, *, until_a_death: bool = False
    ) -> Any:
        """The first wanted message, or None at the end; other actors' messages are kept for `listen`."""
        deadline, dead = now() + seconds, len(self._dead)
        while True:
            envelope = self._transport.run(None, max(0.0, deadline - now()))
            if isinstance(envelope, ReceiveEnvelope):
                if wanted(envelope.message):
                    return envelope.message
                if _is_news(envelope.message):
                    self._inbox.append(envelope.message)
                elif isinstance(envelope.message, PoisonMessage):
                    self._check_poison(envelope.message, ask_id)
            if ask_id in self._lost_asks:
                self._lost_asks.discard(ask_id)
                raise ActorGoneError("the actor died before it had handled the message")
            if isinstance(envelope, Thespian__Run_Terminated):
                self._check_alive()
            if now() >= deadline or (until_a_death and len(self._dead) > dead):
                return None

    def _timed_out(self, text: str) -> AskError:
        if self._transport.is_short_of_descriptors:
            return AskRefusedError(f"{text}: this process may open no more files ({os.strerror(errno.EMFILE)})")
        return AskTimedOutError(text)

    def _check_poison(self, poison: PoisonMessage, ask_id: str | None) -> None:
        refused = poison.poisonMessage
        if isinstance(refused, Ask) and refused.ask_id == ask_id:
            raise AskError(f"{type(refused.body).__name__} was not delivered: {poison.details}")

    def _check_alive(self) -> None:
        if self._transport.closed or self._transport.admin_gone:
            raise SystemGoneError(f"the system in {self._directory} has ended")

    def _note_lost(self, path: str, messages: list[Any]) -> None:
        self._dead.add(path)
        self._lost_asks |= {each.ask_id for each in messages if isinstance(each, Ask)}
        self._transport.abort_run()


def _is_news(message: Any) -> bool:
    """Whether an actor said it of its own accord: no late answer, nothing of Thespian's own."""
    return not isinstance(message, Answer | ActorSystemMessage)

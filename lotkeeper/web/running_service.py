"""The running service as the HTTP server sees it: asked as the command line asks, never more often than needed."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from lotkeeper.config import Config
from lotkeeper.engine.asking import Ping
from lotkeeper.engine.errors import EngineError
from lotkeeper.engine.inspection.tree import Look, look
from lotkeeper.engine.service import AttachedSystem
from lotkeeper.service.actor_report import ActorReport
from lotkeeper.service.client import connect
from lotkeeper.service.errors import RefusedError, ServiceError
from lotkeeper.service.process_memory import MemoryInTurns
from messages.control import AskStatus, CommandRefused

Json = dict[str, Any]
ANSWER_WITHIN_S = 2.0


class RunningService:
    """Connects with the first question, and again after any error. For one thread; raises ServiceError."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._system: AttachedSystem | None = None
        self._connection = ExitStack()
        self._memory = MemoryInTurns()
        self._report = ActorReport(self._memory.usage)

    def status(self) -> Json:
        """The status document, as `lotkeeper status --json` has it."""
        found: Json = self.ask(AskStatus()).document
        return found

    def ask(self, message: object) -> Any:
        """The answer to a message. Raises RefusedError, which leaves the connection as it is."""
        answer = self.on_system(lambda system: system.ask(message, ANSWER_WITHIN_S))
        if isinstance(answer, CommandRefused):
            raise RefusedError(answer.text)
        return answer

    def actors(self) -> Json:
        """The running actors, as `lotkeeper top --json` has them. Their handlers are not measured for it."""
        found: Look = self.on_system(lambda system: look(system, 0.0, ANSWER_WITHIN_S))
        self._memory.begin(each.vitals.pid for each in found.actors if each.vitals is not None)
        return self._report.document(found)

    def check_alive(self) -> None:
        """Raises ServiceError unless the Guardian answers."""
        self.on_system(lambda system: system.ask(Ping(), ANSWER_WITHIN_S))

    def on_system(self, ask: Callable[[AttachedSystem], Any]) -> Any:
        """What `ask` returns of the running system."""
        try:
            if self._system is None:
                self._system = self._connection.enter_context(connect(self._config))
            return ask(self._system)
        except EngineError as error:
            self.close()
            raise ServiceError(str(error)) from error
        except ServiceError:
            self.close()
            raise

    def close(self) -> None:
        """Ends the connection; the service goes on."""
        self._system = None
        self._connection.close()


class SharedAnswer:
    """The answer to one question, for all requests of a moment: however many there are, the service is asked once."""

    def __init__(self, thread: ThreadPoolExecutor, ask: Callable[[], Any], fresh_for_s: float = 1.0) -> None:
        """`thread` is the one in which questions wait for their answers, one after the other."""
        self._thread, self._ask, self._fresh_for_s = thread, ask, fresh_for_s
        self._answer: asyncio.Future[Any] | None = None
        self._asked_s = 0.0  # monotonic

    async def get(self) -> Any:
        """The answer, not older than `fresh_for_s`; raises what the question raised."""
        now_s = time.monotonic()
        if self._answer is None or (self._answer.done() and now_s - self._asked_s > self._fresh_for_s):
            self._asked_s = now_s
            self._answer = asyncio.get_running_loop().run_in_executor(self._thread, self._ask)
        return await asyncio.shield(self._answer)  # a client that leaves does not take it from the others

"""Asks a service that may end and start again meanwhile."""

from pathlib import Path
from typing import Any

from lotkeeper.engine.errors import EngineError
from lotkeeper.engine.service import AttachedSystem, attach
from lotkeeper.version import ENGINE_LABEL
from messages.control import AskPositions, AskStatus, PositionsReported, StatusReported

_ANSWER_WITHIN_S = 5.0


class ReconnectingClient:
    """Connects with the first question, and again after any error."""

    def __init__(self, runtime_dir: Path) -> None:
        self._runtime_dir = runtime_dir
        self._system: AttachedSystem | None = None

    def ask(self, message: object, within_s: float = _ANSWER_WITHIN_S) -> object:
        """The answer; None if the service does not answer."""
        try:
            if self._system is None:
                self._system = attach(self._runtime_dir, ENGINE_LABEL)
            answer: object = self._system.ask(message, within_s)
        except EngineError:
            self.close()
            return None
        return answer

    def status(self, within_s: float = _ANSWER_WITHIN_S) -> dict[str, Any] | None:
        """The status document; None if the service does not answer."""
        answer = self.ask(AskStatus(), within_s)
        return answer.document if isinstance(answer, StatusReported) else None

    def positions(self, limit: int) -> tuple[dict[str, Any], ...]:
        """The newest lots, closed ones included; none if the service does not answer."""
        answer = self.ask(AskPositions(is_open_only=False, limit=limit))
        return answer.positions if isinstance(answer, PositionsReported) else ()

    def close(self) -> None:
        if self._system is not None:
            self._system.close()
            self._system = None

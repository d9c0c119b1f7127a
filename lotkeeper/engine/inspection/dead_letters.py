"""The dead letters of a system: how many there were, and the last ones."""

import os
import time
from collections import Counter, deque
from typing import Any

from lotkeeper.engine.asking import unwrap
from lotkeeper.engine.inspection.naming import type_name
from lotkeeper.engine.inspection.questions import DeadLetter, DeadLetters
from lotkeeper.engine.transport.paths import is_member

_KEPT = 20


class DeadLetterBox:
    """Keeps no message, only what it was."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._last: deque[DeadLetter] = deque(maxlen=_KEPT)

    def note(self, path: str, message: Any) -> None:
        """A message that the actor at this path did not handle. A client may leave before an answer comes."""
        if not is_member(os.path.basename(path)):
            return
        kind = type_name(unwrap(message))
        self._counts[kind] += 1
        self._last.append(DeadLetter(time.time_ns() // 1_000_000, path, kind))

    def report(self) -> DeadLetters:
        return DeadLetters(dict(self._counts), tuple(self._last))

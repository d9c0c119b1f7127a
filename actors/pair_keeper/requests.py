"""The questions that a keeper has asked the Gateway and that are not answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from actors.pair_keeper.effects import Effects, Moment, Peer, Send
from lotkeeper.trading.recovery.questions import Question
from messages.queries import AskExchange

ANSWER_WITHIN_S = 15.0  # longer than any request of the Gateway may take

Build = Callable[[int], Any]  # makes the message of a question from its number


def exchange_question(symbol: str, question: Question) -> Build:
    """What makes the message of one question of a reconciliation, or like one of it."""
    return lambda number: AskExchange(number, symbol, question)


@dataclass(slots=True)
class Pending:
    """One question that waits for its answer."""

    build: Build
    tag: Any  # what it is about
    sent_s: float  # monotonic seconds


@dataclass(slots=True)
class Requests:
    """Numbers questions, so that a late answer meets its own question or none."""

    _last: int = 0
    _pending: dict[int, Pending] = field(default_factory=dict)

    def ask(self, build: Build, tag: Any, now_s: float) -> Any:
        """The message to send."""
        self._last += 1
        self._pending[self._last] = Pending(build, tag, now_s)
        return build(self._last)

    def take_answered(self, request_id: int) -> Any:
        """The tag of the question that is answered; None when it was answered already, or dropped."""
        pending = self._pending.pop(request_id, None)
        return pending.tag if pending else None

    @property
    def is_empty(self) -> bool:
        """Whether no question waits for its answer."""
        return not self._pending

    def is_pending(self, tag: Any) -> bool:
        """Whether a question with this tag waits for its answer."""
        return any(pending.tag == tag for pending in self._pending.values())

    def drop(self, is_stale: Callable[[Any], bool]) -> None:
        """Forgets the questions whose tag is stale: their answers come too late."""
        for request_id in [number for number, pending in self._pending.items() if is_stale(pending.tag)]:
            del self._pending[request_id]

    def repeat(self, now_s: float, older_than_s: float) -> Iterator[Any]:
        """The messages of questions that have waited for so long, to be sent once more under the same numbers."""
        for request_id, pending in self._pending.items():
            if now_s - pending.sent_s >= older_than_s:
                pending.sent_s = now_s
                yield pending.build(request_id)

    def send_again(self, older_than_s: float, now: Moment) -> Effects[None]:
        """Sends them to the Gateway."""
        for message in self.repeat(now.monotonic_s, older_than_s):
            yield Send(Peer.GATEWAY, message)

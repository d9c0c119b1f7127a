"""Questions without an answer: when they are asked again, and what a person sees of it."""

from typing import Any

from actors.pair_keeper.effects import Effects, Moment, NoteDecision, ReportSoon, Wake
from actors.pair_keeper.state import KeeperState, Trouble, TroubleKind
from actors.pair_keeper.tags import BalanceTag, CancelTag, FeeTag, MarketTag, MessageQuarantined, ReferenceTag
from lotkeeper.trading.journal import Cause, DecisionKind
from messages.queries import FetchFailed

REPEATED = (MarketTag, FeeTag, BalanceTag, ReferenceTag, CancelTag)  # questions whose tag is also their wake-up

_LEAST_RETRY_S = 0.2


def retry_after_s(message: FetchFailed) -> float:
    """When a question that failed is asked again: not before the Gateway's back-off has passed."""
    return max(_LEAST_RETRY_S, message.retry_s)


class FailedQuestions:
    """Each is asked again once, however many asked it: else the questions would multiply."""

    def __init__(self, state: KeeperState) -> None:
        self._state = state
        self._waiting: set[Any] = set()  # the tags of questions that failed, until their wake-ups come

    def note_due(self, tag: Any) -> None:
        """The wake-up that asks again has come."""
        self._waiting.discard(tag)

    def ask_later(self, tag: Any, message: FetchFailed, now: Moment) -> Effects[None]:
        """The tag is the wake-up that asks again."""
        if tag not in self._waiting:
            self._waiting.add(tag)
            yield Wake(retry_after_s(message), tag)

    def ask_later_visibly(self, tag: Any, message: FetchFailed, now: Moment) -> Effects[None]:
        """While there is no answer, the pair's report says why."""
        self._state.trouble = Trouble(TroubleKind.UNANSWERED, message.reason)
        yield from self.ask_later(tag, message, now)
        yield ReportSoon()

    def on_quarantined(self, event: MessageQuarantined, now: Moment) -> Effects[None]:
        """A reconciliation that waits for this message does not end, and proves nothing."""
        kind = type(event.message).__name__
        yield NoteDecision(None, DecisionKind.MESSAGE_QUARANTINED, Cause.FAULT, facts=(("message", kind),))
        if not self._state.is_trading:
            self._state.trouble = Trouble(TroubleKind.QUARANTINED, kind)
            yield ReportSoon()

"""Questions that the exchange refuses: each kind of question about a pair is asked ever more seldom, others as ever."""

from dataclasses import dataclass

from actors.gateway.throttle import Deferred
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Refused, describe
from lotkeeper.trading.orders.refusals import RefusalKind

_FIRST_S = 2.0  # to the next attempt; twice as long after each
_MOST_S = 60.0  # a key may be allowed again at any moment
_UNLISTED_MOST_S = 300.0
_UNLISTED = frozenset({RefusalKind.UNKNOWN_SYMBOL, RefusalKind.ILLEGAL_CHARACTERS})
# These are answers, or are mended by the link itself.
_NO_REFUSALS = frozenset({RefusalKind.UNKNOWN_ORDER, RefusalKind.ARCHIVED_ORDER, RefusalKind.CLOCK_SKEW})

Topic = tuple[str, ...]  # the pair and the kind of question


@dataclass(frozen=True, slots=True)
class _Refusal:
    text: str
    times: int  # in a row
    until_s: float  # monotonic
    is_unlisted: bool  # the exchange says that it lists no such pair


class RefusedQuestions:
    """A pair that the exchange does not list any more costs some requests an hour, not some a second."""

    def __init__(self) -> None:
        self._refusals: dict[Topic, _Refusal] = {}

    def deferral(self, topic: Topic, now_s: float) -> Deferred | None:
        """Why the question is not asked now; None when it may be asked. `now_s` is monotonic."""
        known = self._refusals.get(topic)
        if known is None or now_s >= known.until_s:
            return None
        return Deferred(known.text, known.until_s - now_s)

    def is_unlisted(self, topic: Topic) -> bool:
        """Whether the question was refused because the exchange does not list the pair."""
        known = self._refusals.get(topic)
        return known is not None and known.is_unlisted

    def learn(self, topic: Topic, outcome: Outcome, now_s: float) -> float | None:
        """What became of the question; after how many seconds it may be asked again, None where nothing prevents it.

        Several that were refused together count once.
        """
        if not isinstance(outcome, Refused) or outcome.kind in _NO_REFUSALS:
            if isinstance(outcome, Answered | Refused):
                self._refusals.pop(topic, None)
            return None
        known = self._refusals.get(topic)
        if known is None or now_s >= known.until_s:
            times = 0 if known is None else known.times
            most_s = _UNLISTED_MOST_S if outcome.kind in _UNLISTED else _MOST_S
            wait_s = min(most_s, _FIRST_S * 2.0 ** min(times, 10))
            known = self._refusals[topic] = _Refusal(
                describe(outcome), times + 1, now_s + wait_s, outcome.kind in _UNLISTED
            )
        return known.until_s - now_s

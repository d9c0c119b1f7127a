"""The pairs are started some at a time, so that those that come first get processor time before the others."""

from collections.abc import Iterable

from actors.guardian.child_specs import ChildSpecs
from actors.guardian.first_messages import in_order
from actors.guardian.state import GuardianState
from actors.guardian.wakeups import PairsDue
from lotkeeper.engine.supervision import Supervisor
from messages.lifecycle import PairSettings

_ENDED_WITHIN_S = 0.5  # then a pair that is put back is tried again
_PAIRS_AT_ONCE = 10
_NEXT_PAIRS_AFTER_S = 0.03  # meanwhile the pairs before them get processor time
_MOST_FIRST = 20  # of the pairs that start first: a person may hold coins of many pairs
_AFTER_FIRST_PAIRS_S = 0.4  # so long pairs take for their missing SELLs on two cores, when nothing else starts


class PairStarts:
    """Which pairs are not started yet, in order."""

    def __init__(self, guardian: Supervisor, state: GuardianState, specs: ChildSpecs) -> None:
        self._guardian, self._state, self._specs = guardian, state, specs
        self._waiting: list[PairSettings] = [*(each.pair for each in state.start.leaving), *in_order(state.start)]

    def start_some(self) -> None:
        """The next ones; a wake-up starts those after them."""
        here = {status.key for status in self._guardian.child_statuses()}  # one that was taken out may not have ended
        pairs = [each for each in self._waiting if each.symbol not in here][:_PAIRS_AT_ONCE]
        self._waiting = [each for each in self._waiting if each not in pairs]
        self._guardian.supervise(*map(self._specs.pair, pairs))
        if self._waiting:
            self._guardian.wake_in(self._wait_s(pairs), PairsDue())

    def _wait_s(self, begun: list[PairSettings]) -> float:
        if not begun:
            return _ENDED_WITHIN_S
        are_first = begun[0].symbol in self._state.start.first[:_MOST_FIRST]
        return _AFTER_FIRST_PAIRS_S if are_first else _NEXT_PAIRS_AFTER_S

    def add(self, pairs: Iterable[PairSettings]) -> None:
        """Pairs that are new in the configuration."""
        self._waiting.extend(pairs)

    def drop(self, symbol: str) -> None:
        """A pair that is no longer in the configuration."""
        self._waiting = [each for each in self._waiting if each.symbol != symbol]

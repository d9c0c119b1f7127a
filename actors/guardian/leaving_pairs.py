"""Pairs that are taken out of a running service, and the commands that wait for their end.

The keeper compares its book with the exchange once more, so that every BUY up to now is a lot and has its SELL; then it
is ended. Where it cannot compare it is ended all the same, and the command says so.

A Guardian that dies meanwhile has told the launcher before: the next one keeps these pairs until the same is done. Its
keepers have just been started, so it asks them again until their books are open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from actors.guardian.settings_change import removed_pairs
from lotkeeper.engine.asking import Answer, Asker, Sender
from messages.configuration import ConfigReloaded, ReloadConfig
from messages.control import CommandRefused
from messages.lifecycle import LeavingPair, ServiceSettings
from messages.pair_commands import Reconciled, ReconcilePair

_WITHIN_S = 20.0  # the comparison, which takes one request for each page of trades
_AGAIN_WITHIN_S = 90.0  # the same with the start of a keeper
_ASK = "leaving "


def last_question(leaving: LeavingPair, here: Any) -> tuple[ReconcilePair, Asker]:
    """To compare the pair once more; the answer comes to the address `here`."""
    because = f"it is taken out of the configuration{': ' + leaving.why if leaving.why else ''}"
    symbol = leaving.pair.symbol
    return ReconcilePair(symbol, False, leaving.who, because), Asker(here, ask_id(symbol))


def ask_id(symbol: str) -> str:
    """Of the comparison of a pair that is taken out."""
    return _ASK + symbol


@dataclass(slots=True)
class _Waiting:
    """A reload that is answered when the keepers of all these pairs have ended."""

    sender: Sender
    answer: ConfigReloaded
    symbols: tuple[str, ...]


class LeavingPairs:
    """Which pairs are on their way out, and what is said of each."""

    RECORDED_AFTER_S = 0.5  # after the comparison, the keeper's last records reach the Ledger
    ASK_AGAIN_S = 1.0

    def __init__(self) -> None:
        self._said: dict[str, str] = {}  # by symbol; empty until the comparison is answered
        self._pairs: dict[str, LeavingPair] = {}  # by symbol; who took them out, and why
        self._again: set[str] = set()  # those that a Guardian before has begun
        self._ended: dict[str, str] = {}  # by symbol: those that a command has not been told yet
        self._waiting: list[_Waiting] = []

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._said

    @property
    def symbols(self) -> tuple[str, ...]:
        """Those whose keepers still run."""
        return tuple(self._said)

    @property
    def pairs(self) -> tuple[LeavingPair, ...]:
        return tuple(self._pairs.values())

    @property
    def untold(self) -> tuple[str, ...]:
        """Those of which a command can still be told how they have ended, or will."""
        return (*self._said, *self._ended)

    @property
    def to_ask_again(self) -> tuple[LeavingPair, ...]:
        """Those of a Guardian before whose comparison is not answered."""
        return tuple(self._pairs[symbol] for symbol in self._again if self._said.get(symbol) == "")

    def within_s(self, symbol: str) -> float:
        """So long its keeper has for the comparison."""
        return _AGAIN_WITHIN_S if symbol in self._again else _WITHIN_S

    def begin(self, leaving: LeavingPair) -> None:
        """The comparison is asked for."""
        symbol = leaving.pair.symbol
        self._said[symbol], self._pairs[symbol] = "", leaving

    def resume(self, leaving: Iterable[LeavingPair]) -> None:
        """A Guardian before has begun them; their keepers are to be started, and asked."""
        for each in leaving:
            self.begin(each)
            self._again.add(each.pair.symbol)

    def note(self, answer: Answer) -> str:
        """The symbol of the pair that is to be ended now; empty where the answer is of none."""
        symbol = answer.ask_id.removeprefix(_ASK)
        if not answer.ask_id.startswith(_ASK) or self._said.get(symbol) != "":
            return ""
        body: Any = answer.body
        if symbol in self._again and isinstance(body, CommandRefused):
            return ""  # its keeper is still starting; it is asked again
        reason = getattr(body, "text", None) or getattr(body, "error", None) or "no answer"
        self._said[symbol] = _compared(symbol) if isinstance(body, Reconciled) else _not_compared(symbol, reason)
        return symbol

    def end(self, symbol: str) -> str:
        """Its keeper is ended; what is said of it."""
        said = self._said.pop(symbol, "") or _not_compared(symbol, "the comparison has no answer")
        self._pairs.pop(symbol, None)
        self._again.discard(symbol)
        self._ended[symbol] = said
        return said

    def wait(self, sender: Sender, answer: ConfigReloaded, symbols: tuple[str, ...]) -> None:
        """The command is answered when all of them have ended."""
        self._waiting.append(_Waiting(sender, answer, symbols))

    def pop_done(self) -> list[tuple[Sender, ConfigReloaded]]:
        """The commands that can be answered now."""
        done = [each for each in self._waiting if not any(symbol in self for symbol in each.symbols)]
        self._waiting = [each for each in self._waiting if each not in done]
        return [(each.sender, self._answer(each)) for each in done]

    def _answer(self, waiting: _Waiting) -> ConfigReloaded:
        ended = tuple(self._ended.pop(symbol) for symbol in waiting.symbols if symbol in self._ended)
        return ConfigReloaded(waiting.answer.in_force, waiting.answer.at_restart, ended)


def _compared(symbol: str) -> str:
    return f"{symbol} is not kept any more: its book was compared with the exchange, and every BUY up to then is a lot"


def _not_compared(symbol: str, reason: str) -> str:
    return (
        f"{symbol} is not kept any more, but its book could not be compared at the end ({reason}): a BUY of the last "
        f"moments may be in no lot; once the pair is kept again: lotkeeper adopt {symbol} --since DATE"
    )


def leaving_after(
    known: LeavingPairs, before: ServiceSettings, now: ServiceSettings, message: ReloadConfig
) -> tuple[LeavingPair, ...]:
    """The pairs that the next Guardian would have to compare; one that is put back begins like any other."""
    kept = {pair.symbol for pair in now.pairs}
    still = (each for each in known.pairs if each.pair.symbol not in kept)
    return (*still, *(LeavingPair(pair, message.who, message.why) for pair in removed_pairs(before, now)))

"""Pairs that are taken out of a running service, and the commands that wait for their end.

The keeper compares its book with the exchange once more, so that every BUY up to now is a lot and has its SELL; then it
is ended. Where it cannot compare it is ended all the same, and the command says so.
"""

from dataclasses import dataclass
from typing import Any

from lotkeeper.engine.asking import Answer, Sender
from messages.configuration import ConfigReloaded
from messages.pair_commands import Reconciled

WITHIN_S = 20.0  # the comparison, which takes one request for each page of trades
RECORDED_AFTER_S = 0.5  # after the comparison, the keeper's last records reach the Ledger
_ASK = "leaving "


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

    def __init__(self) -> None:
        self._said: dict[str, str] = {}  # by symbol; empty until the comparison is answered
        self._ended: dict[str, str] = {}  # by symbol: those that a command has not been told yet
        self._waiting: list[_Waiting] = []

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._said

    @property
    def symbols(self) -> tuple[str, ...]:
        """Those whose keepers still run."""
        return tuple(self._said)

    def begin(self, symbol: str) -> None:
        """The comparison is asked for."""
        self._said[symbol] = ""

    def note(self, answer: Answer) -> str:
        """The symbol of the pair that is to be ended now; empty where the answer is of none."""
        symbol = answer.ask_id.removeprefix(_ASK)
        if not answer.ask_id.startswith(_ASK) or self._said.get(symbol) != "":
            return ""
        body: Any = answer.body
        reason = getattr(body, "text", None) or getattr(body, "error", None) or "no answer"
        self._said[symbol] = _compared(symbol) if isinstance(body, Reconciled) else _not_compared(symbol, reason)
        return symbol

    def end(self, symbol: str) -> None:
        """Its keeper is ended."""
        said = self._said.pop(symbol, "")
        self._ended[symbol] = said or _not_compared(symbol, "the comparison has no answer")

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

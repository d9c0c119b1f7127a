"""The newest keeper of each pair: where it is, and whether it waits to be told what is in flight."""

from dataclasses import dataclass

from lotkeeper.engine.asking import Sender
from messages.orders import IntroduceKeeper


@dataclass(frozen=True, slots=True)
class _Keeper:
    incarnation: int
    address: Sender | None  # None before it has sent something itself


class Keepers:
    """A reply goes to the keeper that works now: it has to know what its predecessor sent."""

    def __init__(self) -> None:
        self._newest: dict[str, _Keeper] = {}  # by symbol
        self._waiting: dict[str, tuple[IntroduceKeeper, Sender]] = {}  # by symbol

    def fence(self, symbol: str, incarnation: int) -> int:
        """Refuses every older keeper of the pair from now on; the newest incarnation known."""
        known = self._newest.get(symbol)
        if known is None or known.incarnation < incarnation:
            self._newest[symbol] = _Keeper(incarnation, None)
        return self._newest[symbol].incarnation

    def note(self, symbol: str, incarnation: int, address: Sender) -> int:
        """As `fence`, when the keeper itself has sent something."""
        known = self._newest.get(symbol)
        if known is not None and known.incarnation == incarnation and known.address is address:
            return incarnation
        newest = self.fence(symbol, incarnation)
        if incarnation == newest:
            self._newest[symbol] = _Keeper(incarnation, address)
        return newest

    def receiver(self, symbol: str, sender: Sender) -> Sender:
        """Who gets the reply to an order of `sender`: the newest keeper, once it has sent something itself."""
        known = self._newest.get(symbol)
        return sender if known is None or known.address is None else known.address

    def addresses(self) -> list[Sender]:
        """Of the newest keepers that have sent something."""
        return [each.address for each in self._newest.values() if each.address is not None]

    def let_wait(self, introduction: IntroduceKeeper, address: Sender) -> None:
        """The keeper is answered later; of several introductions the newest."""
        self._waiting[introduction.symbol] = introduction, address

    def pop_waiting(self) -> list[tuple[IntroduceKeeper, Sender]]:
        """The introductions that wait, of keepers that are still the newest."""
        waiting, self._waiting = self._waiting, {}
        return [
            (each, address)
            for each, address in waiting.values()
            if each.incarnation == self._newest[each.symbol].incarnation
        ]

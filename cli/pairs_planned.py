"""The pairs that a reload of the configuration adds and takes out: what becomes of them, before a person is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lotkeeper.service.client import ask_service
from lotkeeper.service.documents.open_orders import LIVE

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from messages.configuration import ConfigReloaded, KeyChange

_KEY, _NONE, _KEPT = "pairs.", "none", "kept"
_MOST_LOTS = 100_000


@dataclass(frozen=True, slots=True)
class PairRemoved:
    """What is left of a pair that is taken out."""

    pair: str
    open_lots: int
    sells: int  # on the exchange's book, where they stay
    lots_without_sell: int

    def sentence(self) -> str:
        """For people."""
        lots = "1 open lot" if self.open_lots == 1 else f"{self.open_lots} open lots"
        stay = "1 SELL stays" if self.sells == 1 else f"{self.sells} SELLs stay"
        return (
            f"{self.pair} is taken out with {lots}: {stay} on the exchange's book, and what has no SELL "
            f"({self.lots_without_sell}) gets none; what is bought from then on is not kept; put back, these lots are "
            "kept again"
        )

    def document(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PairsPlanned:
    """Which pairs come and go."""

    added: tuple[str, ...]
    removed: tuple[PairRemoved, ...]

    @classmethod
    def of(cls, config: "Config", path: Path, planned: "ConfigReloaded") -> Self:
        """Raises ConfigurationError where the exchange does not list a pair that is added and was never kept."""
        added = tuple(_symbols(planned.in_force, is_added=True))
        if added:
            _refuse_unlisted(config, path)
        removed = tuple(_removed(config, symbol) for symbol in _symbols(planned.in_force, is_added=False))
        return cls(added, removed)

    def sentences(self) -> list[str]:
        """What becomes of each."""
        new = (
            f"{symbol} is added: what is bought from now on is kept; what was bought before is yours"
            for symbol in self.added
        )
        return [*new, *(each.sentence() for each in self.removed)]


def _symbols(changes: "Sequence[KeyChange]", *, is_added: bool) -> Iterator[str]:
    """Of the pairs that come, or of those that go: their key is that of no setting of theirs."""
    for each in changes:
        is_of_pair = each.key.startswith(_KEY) and {each.before, each.now} == {_NONE, _KEPT}
        if is_of_pair and (each.before == _NONE) is is_added:
            yield each.key.removeprefix(_KEY)


def _removed(config: "Config", symbol: str) -> PairRemoved:
    from messages.control import AskPositions

    lots = ask_service(config, AskPositions(symbol, True, _MOST_LOTS)).positions
    live = [sum(each["state"] in LIVE for each in lot["sells"]) for lot in lots]
    return PairRemoved(symbol, len(lots), sum(live), live.count(0))


def _refuse_unlisted(config: "Config", path: Path) -> None:
    """An exchange that cannot be asked now is no reason: the pair says so itself, as after a start."""
    from lotkeeper.exchange.shapes import ExchangeInfo
    from lotkeeper.service.listed_pairs import ask_listed_pairs, check_listed_pairs

    found = ask_listed_pairs(config)
    if isinstance(found, ExchangeInfo):
        check_listed_pairs(config, path, found)

"""The market streams at the broadcaster: which pairs each serves, and what it was told to be wanted of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from messages.prices import PricesWanted

_TOLD_AGAIN_S = 10.0


@dataclass(slots=True)
class _Stream:
    address: Any
    symbols: list[str]
    told: PricesWanted | None = None
    told_s: float = float("-inf")  # monotonic clock


class MarketStreams:
    """Addresses have no hash and streams are few, so a search looks at each."""

    def __init__(self) -> None:
        self._all: list[_Stream] = []
        self._by_symbol: dict[str, Any] = {}  # addresses

    def of_pair(self, symbol: str) -> Any:
        """The address of the pair's stream; None before that has reported."""
        return self._by_symbol.get(symbol)

    def meet(self, address: Any, symbols: list[str]) -> list[str]:
        """A stream has reported; gives those of its pairs that another stream, or none, had served until now."""
        new = [symbol for symbol in symbols if self._by_symbol.get(symbol) != address]
        if new:
            self._all = [each for each in self._all if each.address != address and set(each.symbols) - set(symbols)]
            self._all.append(_Stream(address, symbols))
            self._by_symbol.update(dict.fromkeys(new, address))
        return new

    def wanted(
        self, wanted_of: Callable[[Sequence[str]], PricesWanted], now_s: float
    ) -> Iterator[tuple[Any, PricesWanted]]:
        """Addresses of streams, and what each is to be told now; `wanted_of` says what is wanted of some pairs."""
        for stream in self._all:
            wanted = wanted_of(stream.symbols)
            if wanted != stream.told or now_s - stream.told_s >= _TOLD_AGAIN_S:
                stream.told, stream.told_s = wanted, now_s
                yield stream.address, wanted

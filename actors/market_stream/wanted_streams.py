"""Which streams of the exchange a market stream needs for what is wanted of its pairs."""

from collections.abc import Iterable, Sequence

from messages.prices import PricesWanted

_KEPT_S = 60.0  # what nobody wants any more, for somebody may have been restarted and will ask again

_BEST = ("bookTicker", "miniTicker")  # the close in the latter, once a second, confirms prices and is the last one
_TRADES = ("trade",)


def streams_of(symbol: str) -> list[str]:
    """All streams of a pair that may ever be wanted (Binance web-socket-streams.md: symbols in lower case)."""
    return [_name(symbol, kind) for kind in (*_BEST, *_TRADES)]


class WantedStreams:
    """Until the broadcaster says what is wanted, the best prices of all pairs are. Times are of the monotonic clock."""

    def __init__(self, symbols: Sequence[str]) -> None:
        self._symbols = frozenset(symbols)
        self._wanted = frozenset(_names(symbols, _BEST))
        self._kept_until_s: dict[str, float] = {}  # by stream: those that are not wanted any more

    def serve(self, symbols: Sequence[str]) -> None:
        """These are the pairs from now on: of new ones the best prices are wanted, of others nothing."""
        new, gone = set(symbols) - self._symbols, self._symbols - set(symbols)
        of_gone = {name for symbol in gone for name in streams_of(symbol)}
        self._symbols = frozenset(symbols)
        self._wanted = self._wanted.union(_names(new, _BEST)) - of_gone
        self._kept_until_s = {name: until_s for name, until_s in self._kept_until_s.items() if name not in of_gone}

    def learn(self, message: PricesWanted, now_s: float) -> None:
        best, trades = self._symbols.intersection(message.best), self._symbols.intersection(message.trades)
        wanted = frozenset([*_names(best | trades, _BEST), *_names(trades, _TRADES)])
        for name in self._wanted - wanted:
            self._kept_until_s[name] = now_s + _KEPT_S
        self._wanted = wanted

    def names(self, now_s: float) -> frozenset[str]:
        """The streams to be subscribed to now."""
        return self._wanted.union(name for name, until_s in self._kept_until_s.items() if now_s < until_s)

    def are_wanted(self, symbol: str, now_s: float) -> bool:
        """Whether any stream of the pair is to be subscribed to now."""
        return not self.names(now_s).isdisjoint(streams_of(symbol))


def _names(symbols: Iterable[str], kinds: Iterable[str]) -> list[str]:
    return [_name(symbol, kind) for symbol in symbols for kind in kinds]


def _name(symbol: str, kind: str) -> str:
    return f"{symbol.lower()}@{kind}"

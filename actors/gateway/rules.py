"""The rules of pairs: at a start those of all pairs in one request, for the keepers that all want theirs."""

from actors.gateway.quotes import NOT_LISTED
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, is_refused_as
from lotkeeper.exchange.shapes import ExchangeInfo
from messages.queries import FetchMarket

_MOST_NAMED = 100  # more would make a long URL


class PairRules:
    """Remembers the rules that were read together, and when they were asked for (wall clock, milliseconds)."""

    def __init__(self) -> None:
        self.symbols: tuple[str, ...] = ()  # all that are configured
        self._read: dict[str, tuple[ExchangeInfo, int]] = {}

    def fetched(self, query: FetchMarket, rest: RestClient, now_ms: int) -> ExchangeInfo | Outcome:
        """Of this pair, and of others: as old as the question is content with, else as they are now."""
        info, asked_ms = self._read.get(query.symbol, (None, 0))
        if info is not None and 0 <= now_ms - asked_ms < query.at_most_old_ms:
            return info
        wanted = self._together(query)
        outcome = rest.exchange_info(wanted)
        if is_refused_as(outcome, *NOT_LISTED) and len(wanted) > 1:
            outcome = rest.exchange_info([query.symbol])  # one that is not listed refuses them all
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, ExchangeInfo):
            return outcome
        self._read |= dict.fromkeys(outcome.body.pairs, (outcome.body, now_ms))
        return outcome.body

    def _together(self, query: FetchMarket) -> list[str]:
        """The pairs that are asked about with it: all share one request where an older answer does for them."""
        if not query.at_most_old_ms or query.symbol not in self.symbols:
            return [query.symbol]
        first = self.symbols.index(query.symbol) // _MOST_NAMED * _MOST_NAMED
        return list(self.symbols[first : first + _MOST_NAMED])

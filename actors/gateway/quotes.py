"""The best prices of many pairs in one request."""

from collections.abc import Sequence

from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, is_refused_as
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.prices.fee_valuation import Top

NOT_LISTED = (RefusalKind.UNKNOWN_SYMBOL, RefusalKind.ILLEGAL_CHARACTERS)
_MOST_NAMED = 100  # more would make a long URL, and all of them weigh the same
_LOOK_AGAIN_MS = 600_000


class Quotes:
    """One symbol that is not listed refuses all that are named with it: it is remembered for ten minutes."""

    def __init__(self) -> None:
        self._unlisted: dict[str, int] = {}  # until when (wall clock, ms) it is not asked for

    def fetched(self, symbols: Sequence[str], rest: RestClient, now_ms: int) -> Outcome:
        """Answered with the Top by symbol of those that are listed and have both sides."""
        self._unlisted = {symbol: until_ms for symbol, until_ms in self._unlisted.items() if now_ms < until_ms}
        wanted = [symbol for symbol in dict.fromkeys(symbols) if symbol not in self._unlisted]
        if not wanted:
            return Answered({})
        outcome = rest.book_tickers(wanted if len(wanted) <= _MOST_NAMED else None)
        if is_refused_as(outcome, *NOT_LISTED):
            outcome = rest.book_tickers()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, tuple):
            return outcome
        found = {each.symbol: Top(each.bid, each.ask) for each in outcome.body}
        self._unlisted |= {symbol: now_ms + _LOOK_AGAIN_MS for symbol in wanted if symbol not in found}
        tops = {symbol: found[symbol] for symbol in wanted if symbol in found}
        return Answered({symbol: top for symbol, top in tops.items() if top.bid > 0 and top.ask > 0})

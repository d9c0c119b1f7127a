"""Answers that serve more than one query, so that many keepers share one request. No order depends on them."""

from collections import defaultdict
from collections.abc import Sequence

from actors.gateway.request_runner import SharedFetch, Steps
from lotkeeper.exchange import requests
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Unknown, is_refused_as
from lotkeeper.exchange.shapes import Account, Balance, ExchangeInfo
from lotkeeper.trading.balances import BalanceSeen
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.account import BalancesSeen
from messages.queries import AskExchange, BalanceFetched, FetchBalance, FetchMarket, OrdersFetched

NOT_LISTED = (RefusalKind.UNKNOWN_SYMBOL, RefusalKind.ILLEGAL_CHARACTERS)
_MAX_NAMED = 100  # symbols in one request: more would make a long URL, and all symbols weigh the same
_UNLISTED_MS = 600_000
_BATCH_PAUSE_MS = 60_000

# All times of this file: wall clock, milliseconds.


class PriceFetcher:
    """The best prices of many pairs in one request.

    One symbol that is not listed has all of them refused: it is not asked for again for ten minutes.
    """

    def __init__(self) -> None:
        self._unlisted: dict[str, int] = {}  # by symbol: until when it is not asked for

    def fetch(self, symbols: Sequence[str], now_ms: int) -> Steps[Outcome]:
        """Answered with the BestPrices by symbol of those that are listed and have both sides."""
        self._unlisted = {symbol: until_ms for symbol, until_ms in self._unlisted.items() if now_ms < until_ms}
        wanted = [symbol for symbol in dict.fromkeys(symbols) if symbol not in self._unlisted]
        if not wanted:
            return Answered({})
        outcome = yield requests.book_tickers(wanted if len(wanted) <= _MAX_NAMED else None)
        if is_refused_as(outcome, *NOT_LISTED):
            outcome = yield requests.book_tickers()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, dict):
            return outcome
        found: dict[str, BestPrices] = outcome.body
        self._unlisted |= {symbol: now_ms + _UNLISTED_MS for symbol in wanted if symbol not in found}
        tops = {symbol: found[symbol] for symbol in wanted if symbol in found}
        return Answered({symbol: top for symbol, top in tops.items() if top.bid > 0 and top.ask > 0})


class RulesCache:
    """The rules of pairs. At a start one request has the rules of all pairs, for the keepers that all want theirs."""

    def __init__(self) -> None:
        self.symbols: tuple[str, ...] = ()  # all configured pairs
        self._read: dict[str, tuple[ExchangeInfo, int]] = {}  # by symbol: the answer, and when it was asked for
        self._fetches: dict[str, SharedFetch] = {}  # by symbol: the newest request for them
        self._unlisted: set[str] = set()  # symbols that had a request refused: each is asked for alone from then on

    def fetch(self, query: FetchMarket, now_ms: int) -> Steps[ExchangeInfo | Outcome]:
        """The rules of this pair (and of others), as old as the query accepts, else as they are now."""
        info, asked_ms = self._read.get(query.symbol, (None, 0))
        if info is not None and 0 <= now_ms - asked_ms < query.at_most_old_ms:
            return info
        shared = self._fetches.get(query.symbol)
        if shared is None or not shared.is_as_young(query.at_most_old_ms, now_ms):
            shared = self._begin(self._symbols_beside(query), now_ms)
        outcome = yield shared
        alone = requests.exchange_info([query.symbol])
        if is_refused_as(outcome, *NOT_LISTED) and shared.request != alone:
            shared = self._begin([query.symbol], now_ms)  # one symbol that is not listed has all of them refused
            outcome = yield shared
        if is_refused_as(outcome, *NOT_LISTED):
            self._unlisted.add(query.symbol)
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, ExchangeInfo):
            return outcome
        self._unlisted.difference_update(outcome.body.pairs)
        self._read |= dict.fromkeys(outcome.body.pairs, (outcome.body, shared.asked_ms))
        return outcome.body

    def _begin(self, symbols: list[str], now_ms: int) -> SharedFetch:
        fetch = SharedFetch(requests.exchange_info(symbols), now_ms)
        self._fetches |= dict.fromkeys(symbols, fetch)
        return fetch

    def _symbols_beside(self, query: FetchMarket) -> list[str]:
        """The pairs of one request: many where an older answer will do for their keepers too, else this one."""
        if not query.at_most_old_ms or query.symbol not in self.symbols or query.symbol in self._unlisted:
            return [query.symbol]
        first = self.symbols.index(query.symbol) // _MAX_NAMED * _MAX_NAMED
        return [symbol for symbol in self.symbols[first : first + _MAX_NAMED] if symbol not in self._unlisted]


class BalanceCache:
    """The account's balances, as they were read last."""

    def __init__(self) -> None:
        self._account: Account | None = None
        self._asked_ms = 0
        self._fetch: SharedFetch | None = None  # the newest
        self._is_new = False  # whether nobody has taken what it shows

    def find(self, query: FetchBalance, now_ms: int) -> BalanceFetched | None:
        """The answer without a request, where the query accepts one as old as ours."""
        is_young = 0 <= now_ms - self._asked_ms < query.at_most_old_ms
        if self._account is None or not is_young or query.asset in self._account.unread:
            return None
        return _balance_in(self._account, query)

    def fetch(self, query: FetchBalance, now_ms: int) -> Steps[BalanceFetched | Outcome]:
        fetch = self._fetch
        if fetch is None or not fetch.is_as_young(query.at_most_old_ms, now_ms):
            fetch = self._fetch = SharedFetch(requests.account(), now_ms)
        outcome = yield fetch
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, Account):
            return outcome
        if fetch.asked_ms >= self._asked_ms:
            self._account, self._asked_ms, self._is_new = outcome.body, fetch.asked_ms, True
        if query.asset in outcome.body.unread:
            return Unknown(f"the answer cannot be read: the balance of {query.asset}")
        return _balance_in(outcome.body, query)

    def pop_seen(self) -> BalancesSeen | None:
        """What the newest answer shows, once; None where it cannot be read as a whole, or does not say as of when."""
        account, is_new = self._account, self._is_new
        self._is_new = False
        if account is None or not is_new or not account.updated_ms or account.unread:
            return None
        at_ms = account.updated_ms
        found = (each for each in account.balances if each.free or each.locked)
        return BalancesSeen(tuple(BalanceSeen(each.asset, each.free, each.locked, at_ms) for each in found), at_ms)


def _balance_in(account: Account, query: FetchBalance) -> BalanceFetched:
    none = Balance(query.asset, ZERO, ZERO)
    found = next((each for each in account.balances if each.asset == query.asset), none)
    return BalanceFetched(query.request_id, query.asset, found.free, found.locked)


class OpenOrdersBatch:
    """The open orders of the account in one request, for all keepers that wait for those of their pair.

    The answers are as fresh as those to requests of their own: all queries waited before the request was sent. The
    account's list also has the orders of other pairs. One of them that cannot be read must not leave all keepers
    without an answer: after a failure each pair is asked for on its own for a minute.
    """

    def __init__(self) -> None:
        self._paused_until_ms = 0

    def is_paused(self, now_ms: int) -> bool:
        return now_ms < self._paused_until_ms

    def fetch(self, queries: Sequence[AskExchange], now_ms: int) -> Steps[list[OrdersFetched]]:
        """The answers in the order of the queries; none where the account's list could not be had."""
        outcome = yield requests.open_orders()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, tuple):
            self._paused_until_ms = now_ms + _BATCH_PAUSE_MS
            return []
        of_pair: dict[str, list[OrderReport]] = defaultdict(list)
        for report in outcome.body:
            of_pair[report.symbol].append(report)
        return [OrdersFetched(query.request_id, tuple(of_pair[query.symbol])) for query in queries]

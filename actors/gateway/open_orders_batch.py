"""Questions that one request answers for many keepers: their open orders, where enough of them wait for theirs."""

from collections import defaultdict
from collections.abc import Sequence

from actors.gateway.answers import Query
from actors.gateway.throttle import Traffic, with_retry
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.budget.purposes import Purpose
from lotkeeper.exchange.budget.weights import cost_of
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.recovery.reconcile import OpenOrders
from messages.queries import AskExchange, OrdersFetched

_PATH = "/api/v3/openOrders"
_OF_ALL, _OF_ONE = cost_of("GET", _PATH, {}), cost_of("GET", _PATH, {"symbol": "X"})
_APART_MS = 60_000

Asked = tuple[Query, Sender]
Told = tuple[Sender, OrdersFetched]


def asks_open_orders(query: Query) -> bool:
    return isinstance(query, AskExchange) and isinstance(query.question, OpenOrders)


class Together:
    """As fresh as an answer of their own: all of them were asking before the request was sent.

    The account's list also has the orders of pairs that nobody asked about. One of them that cannot be read must not
    leave everybody without an answer: after any that failed, each is asked for alone for a minute.
    """

    def __init__(self) -> None:
        self._apart_until_ms = 0

    def answers(self, asked: Sequence[Asked], rest: RestClient, traffic: Traffic, now_ms: int) -> list[Told]:
        """What all of them are told; nothing where each is to be asked for alone."""
        queries = [(query, asker) for query, asker in asked if isinstance(query, AskExchange)]
        is_worth_it = len(queries) * _OF_ONE.weight > _OF_ALL.weight
        if not is_worth_it or now_ms < self._apart_until_ms:
            return []
        if traffic.held(with_retry(_OF_ALL), Purpose.RECONCILING) is not None:
            return []
        outcome = rest.open_orders()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, tuple):
            self._apart_until_ms = now_ms + _APART_MS
            return []
        of_pair: dict[str, list[OrderReport]] = defaultdict(list)
        for report in outcome.body:
            of_pair[report.symbol].append(report)
        return [(asker, OrdersFetched(query.request_id, tuple(of_pair[query.symbol]))) for query, asker in queries]

"""The second witness about an unresolved SELL: whether the exchange's queries have caught up when they do not find it.

Queries are answered by databases that may be behind the matching by as much as a minute. An order that was taken and
sold at once is then not found, nor are its trades; sent again it would sell the coins a second time.
"""

from collections.abc import Iterable

from actors.pair_keeper.effects import Effects, Moment, Peer, Send
from actors.pair_keeper.requests import Requests, exchange_question
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import WitnessTag
from lotkeeper.trading.book.balance_check import Baseline
from lotkeeper.trading.money import total
from lotkeeper.trading.orders.states import IN_FLIGHT
from lotkeeper.trading.recovery.absence import Absence, ShownOrders
from lotkeeper.trading.recovery.questions import NewestOrders
from messages.account import BalanceMoved
from messages.queries import BalanceFetched, FetchBalance, OrdersFetched

_EVERY_S = 4.0  # both questions weigh 20, and serve all unresolved SELLs of the pair


class SecondWitness:
    """Asks for what the account holds and for the pair's newest orders, once for all unresolved SELLs."""

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self._before: dict[str, Baseline] = {}  # of the balance before each SELL was sent, by client order id
        self._known_ms: dict[str, int] = {}  # the newest trade (exchange's time) known when each was sent
        self._unsold: dict[str, int] = {}  # by client order id: asked when (wall ms), the balance showed it not sold
        self._shown: ShownOrders | None = None  # the newest orders of the pair, as shown last
        self._asked_s = float("-inf")  # monotonic

    def note_sent(self, client_id: str) -> None:
        """The SELL goes to the Gateway: what the account held before is its baseline."""
        check = self._state.book.balance_check
        self.forget([client_id])  # what is known of an earlier copy
        self._known_ms[client_id] = check.newest_trade_ms
        if check.baseline is not None:
            self._before[client_id] = check.baseline

    def on_balance_moved(self, message: BalanceMoved, now: Moment) -> Effects[None]:
        """The book has it: it is also the baseline of SELLs that were sent before it, if it is older than they are."""
        baseline = self._state.book.balance_check.baseline if self._state.has_book else None
        if baseline is None:
            return
        for client_id, known_ms in self._known_ms.items():
            before = self._before.get(client_id)
            if (before is None or not before.is_sound) and baseline.at_ms <= known_ms:
                self._before[client_id] = baseline
        yield from ()

    def forget(self, client_ids: Iterable[str]) -> None:
        """These SELLs belong to finished lots."""
        for client_id in client_ids:
            self._before.pop(client_id, None)
            self._known_ms.pop(client_id, None)
            self._unsold.pop(client_id, None)

    def is_absent(self, client_id: str, arrives_by_ms: int, asked_ms: int) -> bool:
        """Whether an order that the exchange did not find, asked at `asked_ms`, certainly is not there (wall clock).

        `arrives_by_ms` is the last moment at which it can have arrived.
        """
        return Absence(client_id, arrives_by_ms, asked_ms, self._unsold.get(client_id), self._shown).is_proven

    # Asking

    def ask(self, now: Moment) -> Effects[None]:
        """Asks both questions, unless that was done a moment ago."""
        if not self._state.has_book or now.monotonic_s - self._asked_s < _EVERY_S:
            return
        self._asked_s = now.monotonic_s
        tag, base = WitnessTag(now.wall_ms), self._state.book.base
        yield Send(Peer.GATEWAY, self._requests.ask(lambda number: FetchBalance(number, base), tag, now.monotonic_s))
        build = exchange_question(self._state.symbol, NewestOrders())
        yield Send(Peer.GATEWAY, self._requests.ask(build, tag, now.monotonic_s))

    def learn_balance(self, tag: WitnessTag, message: BalanceFetched) -> None:
        """What an order on the book holds is locked, and what it sold is gone."""
        lots, check = self._state.book.lots, self._state.book.balance_check
        if message.locked != total(order.open_quantity for order in lots.sells_on_book()):
            return  # perhaps by this order
        held = total((message.free, message.locked))
        for order in lots.awaited_sells(*IN_FLIGHT):
            before = self._before.get(order.client_id)
            if before is not None and check.agrees(before, held):
                self._unsold[order.client_id] = tag.asked_ms

    def learn_orders(self, tag: WitnessTag, message: OrdersFetched) -> None:
        self._shown = ShownOrders.of(message.reports, self._state.exchange_ahead_ms) or self._shown

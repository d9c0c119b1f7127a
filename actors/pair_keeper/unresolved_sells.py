"""SELLs whose outcome is not known: since when and why, what was asked about them, and what is asked next.

An order is asked about by its client order id until the exchange answers. A time-out alone settles nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from actors.pair_keeper.effects import Effects, Moment, Peer, Send, Wake
from actors.pair_keeper.failed_questions import retry_after_s
from actors.pair_keeper.requests import Requests, exchange_question
from actors.pair_keeper.second_witness import SecondWitness
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import AskAboutSell, SellTag
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import IN_FLIGHT, OrderState
from lotkeeper.trading.recovery.in_flight import alive_until
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.health import UnresolvedOrder
from messages.orders import MAX_SEND_DELAY_MS, UnansweredSell
from messages.queries import FetchFailed

_BEFORE = "no answer to it was known when this keeper began"


@dataclass(slots=True)
class _Evidence:
    since_ms: int
    why: str
    answer: str = ""  # the last one, which settled nothing
    asked: int = 0
    next_ms: int | None = None  # when the next question is due; None while one waits for its answer


class UnresolvedSells:
    """What is known of such SELLs beside their state in the book, by client order id."""

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self.witness = SecondWitness(state, requests)
        self._evidence: dict[str, _Evidence] = {}  # entries of settled SELLs go with the next report
        self._series: dict[str, int] = {}  # the newest series of questions about a SELL
        self._left_by_ms: dict[str, int] = {}  # the latest moment (wall ms) at which the Gateway may have sent it
        self._sent_s: dict[str, float] = {}  # when it was sent last, or earlier (monotonic)

    # What is known

    def note_sent(self, order: SellOrder, now: Moment) -> None:
        """The SELL goes to the Gateway."""
        self._left_by_ms[order.client_id] = order.sent_ms + MAX_SEND_DELAY_MS
        self._sent_s[order.client_id] = now.monotonic_s
        self.witness.note_sent(order.client_id)

    def note_loaded(self, now: Moment) -> None:
        """The SELLs that an earlier keeper sent, and that the database has without an outcome.

        The age of each is the longer of two, in case somebody has set this machine's clock: since it was sent, and by
        the exchange's clock since the first fill of its lot, after which it was sent.
        """
        for order in self._in_flight():
            lot = self._state.book.lots[order.name.buy_order_id]
            ages_ms = now.wall_ms - order.sent_ms, self._state.exchange_ms(now.wall_ms) - lot.opened_ms
            self._sent_s.setdefault(order.client_id, now.monotonic_s - max(ages_ms) / 1000)

    def note_reply(self, client_id: str, now: Moment) -> None:
        """The Gateway replied that the outcome is not known: the SELL left it before this moment."""
        self._left_by_ms[client_id] = now.wall_ms

    def note_doubt(self, client_id: str, why: str, now: Moment) -> None:
        """The first moment stays; a later reason is newer evidence."""
        self._evidence.setdefault(client_id, _Evidence(now.wall_ms, why)).why = why

    def on_gateway_ended(self, now: Moment) -> None:
        """What the Gateway had was sent before its end, or never will be."""
        for order in self._in_flight():
            left_by_ms = self._left_by_ms.get(order.client_id, now.wall_ms)
            self._left_by_ms[order.client_id] = min(now.wall_ms, left_by_ms)

    def unanswered(self) -> tuple[UnansweredSell, ...]:
        """The SELLs without an outcome that this keeper sent, or found in the database."""
        sent_s = self._sent_s
        found = (order.client_id for order in self._in_flight() if order.client_id in sent_s)
        return tuple(UnansweredSell(client_id, sent_s[client_id]) for client_id in found)

    def find_in_flight(self, client_id: str) -> SellOrder | None:
        """The SELL of this client order id, if it has no outcome."""
        order = self._find(client_id)
        return order if order is not None and order.state in IN_FLIGHT else None

    def _in_flight(self) -> list[SellOrder]:
        if not self._state.has_book:
            return []
        return self._state.book.lots.awaited_sells(*IN_FLIGHT)

    def _find(self, client_id: str) -> SellOrder | None:
        return self._state.book.lots.sell_of_id(client_id) if self._state.has_book else None

    def forget(self, client_ids: Iterable[str]) -> None:
        """These SELLs belong to finished lots."""
        client_ids = tuple(client_ids)
        self.witness.forget(client_ids)
        for client_id in client_ids:
            self._left_by_ms.pop(client_id, None)
            self._sent_s.pop(client_id, None)
            self._series.pop(client_id, None)

    def left_by_ms(self, order: SellOrder) -> int:
        """The latest moment (wall ms) at which the SELL may have left the Gateway, which is later than it was sent."""
        return self._left_by_ms.get(order.client_id, order.sent_ms + MAX_SEND_DELAY_MS)

    def settles_ms(self, order: SellOrder) -> int:
        """Until when (wall ms) it may still reach the exchange's book."""
        return alive_until(self.left_by_ms(order), self._state.start.recv_window_ms)

    def find(self, client_id: str) -> SellOrder | None:
        """The SELL of this client order id, if it is unresolved."""
        order = self._find(client_id)
        return order if order is not None and order.state is OrderState.UNKNOWN else None

    def find_asked(self, topic: AskAboutSell) -> SellOrder | None:
        """The SELL that is asked about; None when it is settled, or when a newer series of questions goes on."""
        return self.find(topic.client_id) if self._series.get(topic.client_id) == topic.series else None

    # Asking

    def begin_asking(self, client_id: str, now: Moment) -> Effects[None]:
        """A new series of questions: what was known before may have changed."""
        self._series[client_id] = self._series.get(client_id, 0) + 1
        yield from self.ask_about(AskAboutSell(client_id, self._series[client_id]), now)

    def ask_about(self, topic: AskAboutSell, now: Moment) -> Effects[None]:
        if self.find_asked(topic) is None:
            return
        evidence = self._evidence.setdefault(topic.client_id, _Evidence(now.wall_ms, _BEFORE))
        evidence.asked, evidence.next_ms = evidence.asked + 1, None
        build = exchange_question(self._state.symbol, OrderByClientId(topic.client_id))
        yield Send(Peer.GATEWAY, self._requests.ask(build, SellTag(topic, now.wall_ms), now.monotonic_s))

    def ask_about_proven(self, now: Moment) -> Effects[None]:
        """There is a second witness: of the SELLs that are not there the exchange is asked once more, at once."""
        for order in self._state.book.lots.unknown_sells() if self._state.has_book else ():
            if self.witness.is_absent(order.client_id, self.settles_ms(order), now.wall_ms):
                yield from self.begin_asking(order.client_id, now)

    def ask_later(self, answer: str, after_s: float, topic: AskAboutSell, now: Moment) -> Effects[None]:
        """The answer settled nothing; the next question is `topic`."""
        evidence = self._evidence.get(topic.client_id)
        if evidence is not None:
            evidence.answer, evidence.next_ms = answer, now.wall_ms + int(after_s * 1000)
        yield Wake(after_s, topic)

    def on_failure(self, tag: SellTag, message: FetchFailed, now: Moment) -> Effects[None]:
        answer = f"it could not be asked about: {message.reason}"
        yield from self.ask_later(answer, retry_after_s(message), tag.topic, now)

    # Reporting

    def unresolved(self) -> Iterator[UnresolvedOrder]:
        """All of them, for people."""
        orders = self._state.book.lots.unknown_sells()
        client_ids = {order.client_id for order in orders}
        self._evidence = {each: evidence for each, evidence in self._evidence.items() if each in client_ids}
        return map(self._unresolved_order, orders)

    def _unresolved_order(self, order: SellOrder) -> UnresolvedOrder:
        evidence = self._evidence.get(order.client_id) or _Evidence(order.updated_ms, _BEFORE)
        return UnresolvedOrder(
            lot=lot_id(order.symbol, order.name.buy_order_id),
            order=order.client_id,
            what="SELL",
            since_ms=evidence.since_ms,
            evidence="; ".join(text for text in (evidence.why, evidence.answer) if text),
            asked=evidence.asked,
            next_ms=evidence.next_ms,
            settles_ms=self.settles_ms(order),
        )

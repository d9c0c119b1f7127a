"""Whether the pair may trade: what comparisons have shown, and whether another keeper trades it."""

from dataclasses import replace

from actors.keeper.memory import Memory
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.recovery.other_keeper import SoleSenderSince, is_of_another, tenure_from
from messages.ledger import LedgerFailed, RecordWatchOnly
from messages.lifecycle import StartKeeper
from messages.orders import MAX_SEND_DELAY_MS

_WRITE_AGAIN_S = 2.0
_SEEN_WITHIN_MS = 20_000  # a query may lag behind: an order just placed is not always found


class Proving(Memory):
    """A pair that is not proven is watched, loudly; it trades again by itself, but after another keeper was seen."""

    _tenure: SoleSenderSince

    def __init__(self) -> None:
        super().__init__()
        self._doubled: set[str] = set()  # client order ids of SELLs refused as copies, though they were sent once

    def _begin_tenure(self, start: StartKeeper) -> None:
        self._tenure = tenure_from(self.wall_ms(), self.monotonic(), MAX_SEND_DELAY_MS, start.recv_window_ms)

    # Another keeper

    def _look_for_another(self) -> None:
        """Judges the SELLs with our names that were not sent from here."""
        unsent, self._book.unsent = self._book.unsent, {}
        for report in unsent.values():
            if report.client_id not in self._sent_again and is_of_another(report, self._tenure, self.monotonic()):
                self._another_seen(f"SELL {report.client_id} (order {report.order_id}) was not placed from here")

    def _look_at_duplicate(self, client_id: str) -> None:
        """An order that was sent once, and of which the exchange has one already, has two senders: where there is one.

        The refusal alone proves nothing; the order that it speaks of is asked for next, or its event came before.
        """
        if client_id not in self._sent_again and self._tenure.is_settled(self.monotonic()):
            self._doubled.add(client_id)
            name = sell_name(client_id)
            lot = self._book.lots.get(name.buy_order_id) if name else None
            is_there = lot is not None and any(each.name == name and each.order_id is not None for each in lot.orders)
            if is_there:
                self._doubled_seen(client_id)

    def _confirm_duplicate(self, report: OrderReport) -> None:
        is_doubled = report.client_id in self._doubled - self._sent_again
        if is_doubled and is_of_another(report, self._tenure, self.monotonic()):
            self._doubled_seen(report.client_id)

    def _doubled_seen(self, client_id: str) -> None:
        self._doubled.discard(client_id)
        self._another_seen(f"SELL {client_id} was on the book before it was placed from here")

    def _another_seen(self, evidence: str) -> None:
        if self._ground.another:
            return
        self._ground = replace(self._ground, another=f"another lotkeeper trades {self._symbol}: {evidence}")
        self._say_watch_only()
        self._write_watch_only()

    def _write_watch_only(self) -> None:
        """A restart must not forget it: the other one is still there."""
        if self._ground.another and self._peers.ledger is not None:
            self.send(self._peers.ledger, RecordWatchOnly(self._symbol, self._ground.another))

    @handles(LedgerFailed)
    def _not_recorded(self, message: LedgerFailed, sender: Sender) -> None:
        """The Ledger says so to the Monitor; what is not confirmed is sent again after a while."""
        if self._ground.another:
            self.wake_in(_WRITE_AGAIN_S, RecordWatchOnly(self._symbol, self._ground.another))

    # Comparisons

    def _proven(self, denied: list[SellOrder]) -> str:
        """A comparison is through; the trouble that it found."""
        self._denied = frozenset(order.client_id for order in denied)
        before, said, trouble = self._ground, self._watch_only(), self._words_of_denied(denied)
        is_certain = any(self.wall_ms() - order.updated_ms > _SEEN_WITHIN_MS for order in denied)
        self._ground = before.passed(trouble, is_certain=is_certain)
        if self._watch_only() not in ("", said):
            self._say_watch_only()
        elif trouble not in ("", before.denied):
            self.log.warning("%s: %s", self._symbol, trouble)
        return trouble

    def _words_of_denied(self, denied: list[SellOrder]) -> str:
        """A wiped test exchange, another account's key: what the exchange does not know protects nothing."""
        if not denied:
            return ""
        first = denied[0]
        more = f" and {len(denied) - 1} more" if len(denied) > 1 else ""
        lot = f"{self._symbol}-{first.name.buy_order_id}"
        return f"the exchange does not know SELL {first.client_id} of lot {lot}{more}"

    def _not_proven(self, reason: str, *, is_contradiction: bool) -> None:
        before = self._watch_only()
        self._ground = self._ground.contradicted(reason) if is_contradiction else self._ground.unanswered(reason)
        if not before and self._watch_only():
            self._say_watch_only()

    def _say_watch_only(self) -> None:
        self.log.error("%s is watch-only: %s", self._symbol, self._watch_only())
        self._report_soon()

"""Whether the pair may trade: what reconciliations have shown, whether another keeper trades it, what blocks SELLs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from actors.pair_keeper.effects import Effects, Moment, NoteDecision, Peer, ReportSoon, Send, Wake, error, warning
from actors.pair_keeper.in_flight_hold import GatewayPause, InFlightHold
from actors.pair_keeper.send_window import SendWindow
from actors.pair_keeper.standing_refusal import StandingRefusal
from actors.pair_keeper.state import KeeperState, Trouble, TroubleKind
from actors.pair_keeper.tags import OrdersAllowedAgain, RefusalDue
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.orders.client_ids import client_order_id, sell_name
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.in_flight import Conflict, alive_until
from lotkeeper.trading.recovery.trust import (
    MARGIN_MS,
    BookTrust,
    SoleSenderSince,
    proves_other_keeper,
    sole_sender_since,
    watch_only_command,
    watch_only_reason,
)
from messages.ledger import LedgerFailed, RecordWatchOnly
from messages.orders import MAX_SEND_DELAY_MS, EarlierSell, KillSwitchChanged, SellBlocked

_WRITE_AGAIN_S = 2.0
_LEAST_WAIT_S = 0.01  # what is left of a pause may be less than the clock can tell
_SEEN_WITHIN_MS = 20_000  # a query may lag behind: an order just placed is not always found


class ObstacleKind(StrEnum):
    """Why no SELL can be sent now, whatever the lot."""

    PAUSED = "paused"
    HALTED = "kill switch"
    WATCH_ONLY = "watch-only"
    GATEWAY_PAUSES = "the Gateway pauses"
    REFUSED = "refused for the whole pair"
    NO_GATEWAY = "no Gateway"
    NOT_INTRODUCED = "not introduced to the Gateway"
    NO_COMMISSION = "commission not known"
    IN_FLIGHT = "an earlier order is in flight"


@dataclass(frozen=True, slots=True)
class Obstacle:
    kind: ObstacleKind
    text: str  # for people

    @property
    def is_lasting(self) -> bool:
        """Whether it may last until a person does something, so that nothing waits for its end."""
        return self.kind in _LASTING


_LASTING = (ObstacleKind.PAUSED, ObstacleKind.HALTED, ObstacleKind.WATCH_ONLY, ObstacleKind.REFUSED)


class TradingPermission:
    """A pair that is not proven is only watched. It trades again by itself, except after another keeper was seen."""

    _sole_sender: SoleSenderSince  # from when on no earlier keeper of ours can have sent an order
    _earlier_settled_s: float  # monotonic: from then on queries tell of all orders sent before the service's start

    def __init__(self, state: KeeperState) -> None:
        self._state = state
        self._pause, self._hold = GatewayPause(), InFlightHold()
        self.window = SendWindow()
        self.refusal: StandingRefusal | None = None  # of every SELL of the pair, until one is accepted
        self.introduced_to = 0  # the Gateway that said what is in flight; 0 while none has
        self.is_halted = False  # whether the kill switch is on, as that Gateway says
        self._trust = BookTrust()
        self._not_known: Trouble | None = None  # what the last reconciliation found that the exchange does not know
        self.denied: frozenset[str] = frozenset()  # the client order ids of these SELLs
        self._doubled: set[str] = set()  # client order ids of SELLs refused as copies, though they were sent once
        self._sent_again: set[str] = set()  # client order ids of SELLs that may have reached the exchange before

    def start(self, now: Moment) -> None:
        recv_window_ms = self._state.start.recv_window_ms
        self._sole_sender = sole_sender_since(now.wall_ms, now.monotonic_s, MAX_SEND_DELAY_MS, recv_window_ms)
        # No other process of ours runs by now; its last request is over after its own time, and queries may lag behind.
        self._earlier_settled_s = now.monotonic_s + (alive_until(0, recv_window_ms) + MARGIN_MS) / 1000

    def are_earlier_orders_settled(self, now: Moment) -> bool:
        """Whether queries tell of every order that a process before this service may have sent."""
        return now.monotonic_s >= self._earlier_settled_s

    def earlier_orders_settle_in_s(self, now: Moment) -> float:
        return max(0.0, self._earlier_settled_s - now.monotonic_s)

    def load(self, another: str) -> None:
        """What the database says of another keeper; empty when there is none."""
        self._trust = BookTrust(another)

    def dismiss_other_keeper(self) -> None:
        """A person says that there is no other keeper any more."""
        self._trust = replace(self._trust, other_keeper="")

    # What may be sent

    def obstacle(self, now: Moment) -> Obstacle | None:
        """Why no SELL can be sent now, whatever the lot; None when it can."""
        if self._state.is_paused:
            return Obstacle(ObstacleKind.PAUSED, "the pair is paused")
        if self.is_halted:
            return Obstacle(ObstacleKind.HALTED, "the kill switch is on")
        if unproven := self.watch_only(now):
            return Obstacle(ObstacleKind.WATCH_ONLY, f"watch-only: {unproven}")
        if now.monotonic_s < self._pause.until_s:
            return Obstacle(ObstacleKind.GATEWAY_PAUSES, self._pause.reason)
        if self.refusal is not None and now.monotonic_s < self.refusal.until_s:
            return Obstacle(ObstacleKind.REFUSED, self.refusal.sentence(self._state.symbol))
        if self._state.peers.gateway is None:
            return Obstacle(ObstacleKind.NO_GATEWAY, "the Gateway is being restarted")
        if not self.is_introduced:
            return Obstacle(ObstacleKind.NOT_INTRODUCED, "the Gateway has not said yet what is in flight")
        if not self._state.is_commission_known:
            return Obstacle(ObstacleKind.NO_COMMISSION, "the exchange has not said yet what a SELL costs")
        return Obstacle(ObstacleKind.IN_FLIGHT, self._hold.reason) if self._hold.is_on else None

    def watch_only(self, now: Moment) -> str:
        """Why the pair is only watched now, for people; empty when its book is proven well enough."""
        as_of_ms = self._state.complete_as_of_ms
        return watch_only_reason(self._trust, self._state.symbol, None if as_of_ms is None else now.wall_ms - as_of_ms)

    def watch_only_command(self) -> str:
        """What a person can do about that; empty where it ends by itself."""
        return watch_only_command(self._trust, self._state.symbol)

    def pause_sending(self, for_s: float | None, reason: str, now: Moment) -> Effects[None]:
        """A SELL was not sent: nothing is tried before the Gateway may send orders again, or for a moment if it does
        not say when that is. Then the nearest lots are tried.
        """
        is_paused = now.monotonic_s < self._pause.until_s
        self.window.on_not_sent()
        for_s = max(for_s or 0.0, self.window.wait_s)
        self._pause.extend(for_s, reason, now.monotonic_s)
        if not is_paused:
            yield warning(f"{self._state.symbol}: SELLs wait for {for_s:.1f} s: {reason}", LogEvent.SELLS_WAIT)
        if not self._pause.has_wakeup:
            self._pause.has_wakeup = True
            yield Wake(for_s, OrdersAllowedAgain())

    def end_pause(self, now: Moment) -> Effects[bool]:
        """The pair's one wake-up from the pause: whether it is over; it may have been extended meanwhile."""
        left_s = self._pause.until_s - now.monotonic_s
        self._pause.has_wakeup = left_s > 0
        if left_s > 0:
            yield Wake(max(left_s, _LEAST_WAIT_S), OrdersAllowedAgain())
        return left_s <= 0

    def note_refused(self, kind: RefusalKind, text: str, now: Moment) -> Effects[bool]:
        """The exchange refuses every SELL of the pair: one is tried now and then, ever more seldom.

        Whether this was such an attempt, and not one that was sent together with it.
        """
        known = self.refusal
        if known is not None and now.monotonic_s < known.until_s:
            return False
        self.refusal = (known or StandingRefusal.starting(now.monotonic_s)).again(kind, text, now.monotonic_s)
        self.window.on_not_sent()
        if known is None or known.text != text:
            yield error(f"{self._state.symbol}: {self.refusal.sentence(self._state.symbol)}", LogEvent.PAIR_REFUSED)
        yield Wake(self.refusal.until_s - now.monotonic_s, RefusalDue(self.refusal.times))
        return True

    def end_refusal(self) -> bool:
        """The exchange has accepted a SELL, or a person says that it will; whether SELLs were refused until now."""
        was_refused, self.refusal = self.refusal is not None, None
        return was_refused

    def on_new_gateway(self) -> None:
        """The new Gateway finds out for itself whether it may send."""
        self._pause.end()
        self.window = SendWindow()
        self.introduced_to = 0

    def introduce(self, gateway: int, *, is_halted: bool = False) -> None:
        """The Gateway has said what of the pair is in flight, and whether the kill switch is on."""
        self.introduced_to, self.is_halted = gateway, is_halted

    def note_kill_switch(self, message: KillSwitchChanged) -> bool:
        """Whether that changes anything: another Gateway's message may be late, and its introduction tells."""
        if message.gateway != self.introduced_to or message.is_on == self.is_halted:
            return False
        self.is_halted = message.is_on
        self._pause.end()  # the Gateway refused what was sent before this message
        return True

    @property
    def is_introduced(self) -> bool:
        return self.introduced_to != 0

    def hold_for_earlier(self, earlier: Iterable[EarlierSell], now: Moment) -> None:
        """These SELLs of earlier keepers may be on the exchange, and are not in the book."""
        for sell in earlier:
            self._hold.extend(sell.for_s, str(Conflict.ANOTHER_KEEPER), now.monotonic_s, sell.client_id)

    def waits_for(self, client_id: str) -> bool:
        """Whether no SELL is sent because this one of an earlier keeper is not known yet."""
        return self._hold.waits_for(client_id)

    @property
    def earlier(self) -> tuple[str, ...]:
        """The client ids of the SELLs of earlier keepers that have to be asked about."""
        return self._hold.client_ids

    def arrives_in_s(self, client_id: str, now_s: float) -> float:
        """In how many seconds such a SELL arrives at the latest; not positive when it cannot any more."""
        return self._hold.arrives_in_s(client_id, now_s)

    def settle_earlier(self, client_id: str) -> bool:
        """It is in the book, or not on the exchange; whether SELLs may be sent again because of that."""
        return self._hold.settle(client_id)

    def block_sells(self, message: SellBlocked, now: Moment) -> Effects[None]:
        """An order of an earlier keeper may still arrive: nothing is sent before a reconciliation that sees it."""
        if self._hold.extend(message.for_s, message.reason, now.monotonic_s):
            yield warning(
                f"{self._state.symbol}: SELLs wait for {message.for_s:.1f} s: {message.reason}", LogEvent.SELLS_WAIT
            )

    @property
    def waits_for_gateway(self) -> bool:
        """Whether SELLs wait for an introduction, or for orders of earlier keepers."""
        return not self.is_introduced or self._hold.is_on

    def needs_reconciliation(self, now: Moment) -> bool:
        """Whether the reconciliation that the SELLs wait for can begin now."""
        return self._hold.is_due(now.monotonic_s)

    # Another keeper

    def note_sent_again(self, client_id: str) -> None:
        """The exchange may have two copies of this SELL from here."""
        self._sent_again.add(client_id)

    def forget(self, client_ids: Iterable[str]) -> None:
        """These SELLs belong to finished lots."""
        self._sent_again.difference_update(client_ids)

    def _proves_other(self, report: OrderReport, now: Moment) -> bool:
        return proves_other_keeper(report, self._sole_sender, now.monotonic_s, self._state.exchange_ahead_ms)

    def look_for_another(self, now: Moment) -> Effects[None]:
        """Judges the SELLs with our names that were not sent from here."""
        for report in self._state.book.sells.pop_not_sent_here():
            name = sell_name(report.client_id)
            is_ours = name is not None and client_order_id(name) in self._sent_again
            if not is_ours and self._proves_other(report, now):
                evidence = f"SELL {report.client_id} (order {report.order_id}) was not placed from here"
                yield from self._report_other_keeper(evidence, now)

    def look_at_duplicate(self, client_id: str, now: Moment) -> Effects[None]:
        """A SELL that was sent once and that the exchange has already has two senders, where the exchange does have it.

        The refusal alone proves nothing; the order that it speaks of is asked for next, or its event came before.
        """
        if client_id in self._sent_again or not self._sole_sender.is_settled(now.monotonic_s):
            return
        self._doubled.add(client_id)
        name = sell_name(client_id)
        lot = self._state.book.lots.get(name.buy_order_id) if name else None
        if lot is not None and any(each.name == name and each.order_ids for each in lot.orders):
            yield from self._report_duplicate(client_id, now)

    def confirm_duplicate(self, report: OrderReport, now: Moment) -> Effects[None]:
        is_doubled = report.client_id in self._doubled - self._sent_again
        if is_doubled and self._proves_other(report, now):
            yield from self._report_duplicate(report.client_id, now)

    def _report_duplicate(self, client_id: str, now: Moment) -> Effects[None]:
        self._doubled.discard(client_id)
        yield from self._report_other_keeper(f"SELL {client_id} was on the book before it was placed from here", now)

    def _report_other_keeper(self, evidence: str, now: Moment) -> Effects[None]:
        if self._trust.other_keeper:
            return
        text = f"another lotkeeper trades {self._state.symbol}: {evidence}"
        self._trust = replace(self._trust, other_keeper=text)
        yield from self._say_watch_only(now)
        yield from self.write()

    def write(self) -> Effects[None]:
        """A restart must not forget another keeper: it is still there."""
        if self._trust.other_keeper:
            yield Send(Peer.LEDGER, self._watch_only_record())

    def on_ledger_failed(self, message: LedgerFailed, now: Moment) -> Effects[None]:
        """The Ledger tells the Monitor; what is not confirmed is sent again after a while."""
        if self._trust.other_keeper:
            yield Wake(_WRITE_AGAIN_S, self._watch_only_record())

    def on_write_due(self, wakeup: RecordWatchOnly, now: Moment) -> Effects[None]:
        yield from self.write()

    def _watch_only_record(self) -> RecordWatchOnly:
        return RecordWatchOnly(self._state.symbol, self._trust.other_keeper)

    # Reconciliations

    def is_surely_denied(self, client_id: str) -> bool:
        """Whether the exchange should know this SELL by now, and said that it does not."""
        return self._trust.is_certain and client_id in self.denied

    @property
    def reconcile_after_s(self) -> float | None:
        """How soon to reconcile again what the exchange does not know; None when there is no such thing."""
        return self._trust.retry_after_s

    def on_reconciled(self, denied: list[SellOrder], begun_s: float, now: Moment) -> Effects[None]:
        """A pass that began at `begun_s` (monotonic) is complete; `denied` are the SELLs the exchange does not know."""
        self._hold.note_reconciled(begun_s)
        self.denied = frozenset(order.client_id for order in denied)
        known_before, said_before = self._not_known, self.watch_only(now)
        self._not_known = self._state.trouble = _not_known(denied)
        is_certain = any(self._state.exchange_ms(now.wall_ms) - order.updated_ms > _SEEN_WITHIN_MS for order in denied)
        text = self._state.trouble_sentence()
        missing_lot = _lot_of(denied[0]) if denied else ""
        self._trust = self._trust.after_success(text, missing_lot, is_certain=is_certain)
        if self.watch_only(now) not in ("", said_before):
            yield from self._say_watch_only(now)
        elif self._not_known not in (None, known_before):
            yield warning(f"{self._state.symbol}: {text}", LogEvent.SELLS_WAIT)

    def on_reconciliation_failed(self, reason: str, now: Moment, *, is_contradiction: bool) -> Effects[None]:
        """A reconciliation had no answer, or (`is_contradiction`) one that cannot be true together with the book."""
        said_before, before = self.watch_only(now), self._trust
        self._trust = before.after_contradiction(reason) if is_contradiction else before.after_no_answer(reason)
        if not said_before and self.watch_only(now):
            yield from self._say_watch_only(now)

    def _say_watch_only(self, now: Moment) -> Effects[None]:
        why = self.watch_only(now)
        line = error(f"{self._state.symbol} is watch-only: {why}")
        yield NoteDecision(line, DecisionKind.PAIR_WATCHED, Cause.NOT_PROVEN, why=why)
        yield ReportSoon()


def _not_known(denied: list[SellOrder]) -> Trouble | None:
    """A wiped test exchange, another account's key: what the exchange does not know protects nothing."""
    if not denied:
        return None
    first = denied[0]
    more = f" and {len(denied) - 1} more" if len(denied) > 1 else ""
    return Trouble(TroubleKind.SELL_NOT_KNOWN, f"SELL {first.client_id} of lot {_lot_of(first)}{more}")


def _lot_of(order: SellOrder) -> str:
    return lot_id(order.symbol, order.name.buy_order_id)

"""Compares what the account holds of the pair's coin with what all lots have: after a start, after the balance moved
without a trade, and after a SELL was refused for want of coins.
"""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from actors.pair_keeper.effects import Effects, Moment, Peer, Reply, ReportSoon, Send, Wake, as_decision, info, warning
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.tags import BalanceTag, CheckCoins, CoinsTag
from lotkeeper.trading.book.holdings import all_reported_since, uncertainty_of
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.money import ZERO, plain, total
from lotkeeper.trading.policy import Dust
from lotkeeper.trading.recovery.coins_in_no_lot import CoinsInNoLot
from lotkeeper.trading.recovery.differences import coins_beyond_lots
from lotkeeper.trading.selling.plan import write_off_dust
from lotkeeper.trading.shown import changed_text, has_changed
from messages.account import BalanceMoved
from messages.control import CommandDone, CommandRefused
from messages.health import AskHoldings, HoldingsReported
from messages.ledger import PairLoaded, RecordCoins
from messages.pair_commands import AdoptCoins, DismissCoins
from messages.queries import BalanceFetched, FetchBalance, FetchFailed

_AFTER_START_S = 15.0  # other pairs with the same coin have begun by then
_SHARED_FOR_MS = 5_000  # without an open lot: no two checks see the same answer
_CONFIRMED_AFTER_S = 6.0  # what queries of the exchange lag behind each other, most of the time
_ANSWERED_AFTER_S = 3.0  # an order is in flight
_AGAIN_S = 30.0
_ASK_OTHERS_AFTER_S = 1.0
_TOLD_AFTER_S = 5.0  # a trade and the balance after it come in separate events
_PLACED_AFTER_S = 1.0  # what is decided now is on the exchange's book by then
_ASK_OTHERS = 5  # times


class CoinsWatch:
    """One check at a time. Nothing is concluded while it is not certain what other pairs with the coin hold."""

    def __init__(self, state: KeeperState, requests: Requests, selling: SellExecution, reconciler: Reconciler) -> None:
        self._state, self._requests, self._selling, self._reconciler = state, requests, selling, reconciler
        self._number = 0  # of the newest check; below zero in messages, where comparisons have numbers above it
        self._balance: Decimal | None = None  # base, free and locked, as this check was told
        self._balance_ms = 0  # wall clock: when it came
        self._asked_others = 0
        self._has_begun = False

    def load(self, message: PairLoaded) -> None:
        self._state.coins = CoinsInNoLot(message.own_coins)

    # When

    def begin_once(self) -> Effects[None]:
        """After the first comparison of this process."""
        if not self._has_begun:
            self._has_begun = True
            yield from self.begin_later(self._state.start.pace.commission_after_s or _AFTER_START_S)

    def begin_later(self, after_s: float = 0.1) -> Effects[None]:
        """A check begins then; one that was to begin before begins with it."""
        self._number += 1
        yield Wake(after_s, CheckCoins(self._number))

    @property
    def _tells_what_came(self) -> bool:
        """Else lots leave coins behind, or BUYs are no lots: of more coins nothing follows, of fewer all the same."""
        settings = self._state.start.pair
        return settings.policy.dust is Dust.KEEP and settings.adoption.takes_all

    def before_balance_moved(self, message: BalanceMoved, now: Moment) -> Effects[None]:
        """Of the first balance that is told, which the book does not have yet, it is not known what moved it."""
        if self._state.has_book and not self._state.book.balance_check.knows_balance:
            yield from self.begin_later(_TOLD_AFTER_S)

    def after_shortage(self, tag: BalanceTag, message: BalanceFetched, now: Moment) -> Effects[None]:
        """A SELL was refused for want of coins: the lots may have more than the account."""
        yield from self.begin_later(_PLACED_AFTER_S)

    def after_adoption(self, message: AdoptCoins, asker: Any, now: Moment) -> Effects[None]:
        if not message.is_dry_run:
            yield from self.begin_later(_PLACED_AFTER_S)

    def on_check_due(self, wakeup: CheckCoins, now: Moment) -> Effects[None]:
        if wakeup.number != self._number or not self._state.is_trading:
            return
        if self._balance is not None and wakeup.is_about_others:
            yield from self._ask_others()
            return
        self._requests.drop(lambda tag: isinstance(tag, CoinsTag))
        base, self._balance, self._asked_others = self._state.book.base, None, 0
        old_ms = 0 if any(self._state.book.lots.open()) else _SHARED_FOR_MS
        build = partial(FetchBalance, asset=base, at_most_old_ms=old_ms)
        yield Send(Peer.GATEWAY, self._requests.ask(build, CoinsTag(self._number), now.monotonic_s))

    # Answers

    def on_balance(self, tag: CoinsTag, message: BalanceFetched, now: Moment) -> Effects[None]:
        if tag.number == self._number:
            self._balance, self._balance_ms = total((message.free, message.locked)), now.wall_ms
            yield from self._ask_others()

    def on_failure(self, tag: CoinsTag, message: FetchFailed, now: Moment) -> Effects[None]:
        if tag.number == self._number:
            yield from self.begin_later(max(_AGAIN_S, message.retry_s))

    def _ask_others(self) -> Effects[None]:
        self._asked_others += 1
        yield Send(Peer.MONITOR, AskHoldings(-self._number, self._state.symbol, self._state.book.base))

    def on_holdings(self, message: HoldingsReported, now: Moment) -> Effects[None]:
        if message.number != -self._number or self._balance is None or not self._number:
            return
        if not all_reported_since(message.holdings, self._balance_ms) and self._asked_others < _ASK_OTHERS:
            yield Wake(_ASK_OTHERS_AFTER_S, CheckCoins(self._number, is_about_others=True))
            return
        balance, self._balance = self._balance, None
        if message.is_quote_too or any(each.symbol < self._state.symbol for each in message.holdings):
            return  # trades of other pairs move the coin; or the first pair with the coin tells of it
        if self._state.book.lots.index.awaited:
            yield from self.begin_later(_ANSWERED_AFTER_S)
        elif uncertainty_of(message.holdings, self._balance_ms, now.wall_ms):
            yield from self.begin_later(_AGAIN_S)
        else:
            yield from self._conclude(coins_beyond_lots(self._state.book.lots, balance, message.holdings), now)

    def _conclude(self, beyond: Decimal, now: Moment) -> Effects[None]:
        before = self._state.coins
        if self._tells_what_came:
            coins = before.after_check(beyond, now.wall_ms)
        else:
            beyond = min(beyond, ZERO)
            coins = replace(before.after_check(beyond, now.wall_ms), own=before.own)
        self._state.coins = coins
        if not before.is_confirmed_by(beyond):
            yield from self.begin_later(_CONFIRMED_AFTER_S)
            return
        if coins.own != before.own:
            yield self.record()
        if coins.came > before.came:
            text = f"{plain(coins.came)} {self._state.book.base} came without a trade"
            yield warning(f"{self._state.symbol}: {text}", LogEvent.COINS_MOVED)
            yield from self._reconciler.look_for_allocations(now)
        if (coins.came, coins.missing) != (before.came, before.missing):
            yield ReportSoon()
        if coins.missing:
            yield from self._write_off(coins.missing, now)

    def record(self) -> Send:
        """What is the owner's own, as the database has to know it."""
        return Send(Peer.LEDGER, RecordCoins(self._state.symbol, self._state.coins.own))

    def _write_off(self, missing: Decimal, now: Moment) -> Effects[None]:
        """Dust that is not on the account any more: every next SELL would be refused for it."""
        left = write_off_dust(self._state.book, missing, now.wall_ms)
        for lot in left:
            what = f"dust of lot {lot.lot_id} left the account without a trade, and is written off"
            yield warning(f"{self._state.symbol}: {what}", LogEvent.COINS_MOVED)
        yield from self._selling.follow([lot.buy_order_id for lot in left], now)

    # A person

    def dismiss(self, message: DismissCoins, asker: Any, now: Moment) -> Effects[None]:
        coins, base = self._state.coins, self._state.book.base if self._state.has_book else ""
        if not coins.came:
            text = f"no coins are known to have come to {self._state.symbol} without a trade"
            yield Reply(asker, CommandRefused(text))
            return
        text = f"{plain(coins.came)} {base} stay yours: they are in no lot, and not sold"
        if has_changed(message.shown, text):
            yield Reply(asker, CommandRefused(changed_text(text)))
            return
        if not message.is_dry_run:
            self._state.coins = coins.dismissed()
            yield self.record()
            facts = {"quantity": plain(coins.came), "who": message.who, "why": message.why}
            line = info("coins dismissed", symbol=self._state.symbol, **facts)
            yield as_decision(line, DecisionKind.COINS_DISMISSED, Cause.OPERATOR)
            yield ReportSoon()
        yield Reply(asker, CommandDone(text))

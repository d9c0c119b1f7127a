"""PairKeeper: the lots of one pair. Decides, places, follows and reconciles; every rule it applies is in `trading`."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from actors.keeper.adopting import Adopting
from actors.keeper.outbox import Outbox
from actors.keeper.reconciling import ANSWER_WITHIN_S
from actors.keeper.topics import (
    AboutBalance,
    AboutCancel,
    AboutFee,
    AboutMarket,
    AboutReference,
    AskAbout,
    HoldOver,
    KeepHouse,
    LookAgain,
    Phase,
    Reconcile,
    Report,
)
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.fees import Commission, expected_sell_rate
from lotkeeper.trading.recovery.reconcile import counted_up_to
from lotkeeper.trading.recovery.trust import BookTrust
from lotkeeper.trading.selling.situation import Market, Terms
from messages.account import OrderReported
from messages.control import Done, PausePair, ResumePair
from messages.ledger import PairLoaded, RecordWatchOnly
from messages.lifecycle import Peers, PeersChanged, StartKeeper
from messages.prices import RulesLearned
from messages.queries import FetchMarket, MarketFetched

_HOUSEKEEPING_S = 1.0
_CONFIRM_WITHIN_S = 5.0
_RULES_AGAIN_S = 600.0
_HALTED_AGAIN_S = 30.0
_SHARED_FOR_MS = 10_000  # many keepers start at about the same time


class PairKeeper(Adopting):
    """Keeps every lot of its pair until it is sold."""

    def __init__(self) -> None:
        super().__init__()
        self._early: list[OrderReported] = []
        self._is_pause_told = False  # by the operator, whose word is newer than the notebook's
        self._is_resume_told = False

    # Beginning

    @handles(StartKeeper)
    def _begin(self, message: StartKeeper, sender: Sender) -> None:
        self._start = message
        self._begin_tenure(message)
        self._ask_market()
        self._meet(message.peers)
        self.wake_in(_HOUSEKEEPING_S, KeepHouse())

    @handles(PeersChanged)
    def _neighbours_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._meet(message.peers)

    def _meet(self, new: Peers) -> None:
        """Introduces itself to whoever is new, and repeats what the one before may not have handled."""
        old, self._peers = self._peers, new
        if new.user_stream != old.user_stream:
            self._watch(new.user_stream)
        if new.ledger not in (None, old.ledger):
            self._tell_ledger_again()
            self._write_watch_only()
        if new.prices not in (None, old.prices):
            self._tell_rules(new.prices)
        if new.gateway not in (None, old.gateway):
            self._repeat_requests(older_than_s=0)
            self._meet_gateway()

    def _meet_gateway(self) -> None:
        """What the one before had in hand is doubted, and what had to wait for this one goes."""
        self._held_until = 0.0  # the new one finds out for itself
        if self._phase is not Phase.LOADING:
            self._leaves_no_more()
            self._doubt_unanswered(older_than_s=0)
            self._follow_open()

    @handles(PairLoaded)
    def _pair_loaded(self, message: PairLoaded, sender: Sender) -> None:
        if self._loaded is None:
            self._loaded = message
            self._cursor = counted_up_to(message.lots, message.cursor)
            self._has_cursor_written = message.cursor is not None
            self._known_since_ms = message.known_since_ms
            if not self._is_pause_told:
                self._is_paused = message.is_paused
            if not self._is_resume_told:
                self._ground = BookTrust(message.watch_only)
            self._open_book()

    @handles(MarketFetched)
    def _market_fetched(self, message: MarketFetched, sender: Sender) -> None:
        self._requests.answered(message.request_id)
        self._had_answer()
        before, self._market = self._market, Market(message.pair, self._sell_rate(message.commission))
        self._market_fetched_at = self.monotonic()
        self._tell_rules(self._peers.prices)
        self._market_due_at = self._market_fetched_at + (_RULES_AGAIN_S if message.pair.is_trading else _HALTED_AGAIN_S)
        if self._phase is Phase.LOADING:
            self._open_book()
        elif self._market != before:
            self._outbox.terms, self._book.market = self._terms(), self._market
            self._follow_open()
        if message.pair.unknown and (before is None or before.pair.unknown != message.pair.unknown):
            names = ", ".join(message.pair.unknown)
            self.log.warning("%s: filters that are new to lotkeeper may refuse a SELL: %s", self._symbol, names)

    def _tell_rules(self, prices: Any) -> None:
        """The step of prices and whether the pair trades decide which prices are believed."""
        if prices is not None and self._market is not None:
            pair = self._market.pair
            self.send(prices, RulesLearned(pair.symbol, pair.tick, pair.is_trading))

    def _sell_rate(self, commission: Commission) -> Decimal:
        policy = self._start.pair.policy
        return expected_sell_rate(commission, policy.sell_fee, with_discount=policy.bnb_discount)

    def _terms(self) -> Terms:
        assert self._market is not None
        return Terms(self._market, self._start.pair.policy)

    def _open_book(self) -> None:
        """With the notebook and the market's rules at hand: the early events, then the first pass."""
        if self._loaded is None or self._market is None or self._phase is not Phase.LOADING:
            return
        pair = self._market.pair
        self._book = PairBook(pair.symbol, pair.base, pair.quote, market=self._market, policy=self._start.pair.policy)
        self._book.load(self._loaded.lots)
        self._book.cursor, self._book.takes_all = self._cursor, self._start.pair.adoption.takes_all
        self._outbox = Outbox(pair.symbol, self._terms(), self._start.incarnation)
        self._closed = self._loaded.closed
        self._phase = Phase.RECONCILING
        self._watch_balance()
        if self._is_resume_told:
            self._free_held()
        self._doubt_unanswered(older_than_s=0)
        for event in self._early:
            self._order_reported(event, None)
        self._early.clear()
        self._reconcile()

    def _ask_market(self) -> None:
        """The exchange halts pairs and changes rules and fees at any time."""
        if not self._requests.is_pending(AboutMarket()):
            old_ms = _SHARED_FOR_MS if self._phase is Phase.LOADING else 0
            self._ask(lambda number: FetchMarket(number, self._symbol, old_ms), AboutMarket())

    # What the exchange reports

    @handles(OrderReported)
    def _order_reported(self, message: OrderReported, sender: Sender) -> None:
        if self._phase is Phase.LOADING:
            self._early.append(message)
            return
        self._take(message.report, (message.fill,) if message.fill else ())

    # Control

    @handles(PausePair)
    def _pause(self, message: PausePair, sender: Sender) -> None:
        self._is_paused = self._is_pause_told = True
        self._is_resume_told = False
        self._report_soon()
        self.log.info("paused", extra={"symbol": self._symbol})
        self.reply(sender, Done(f"{self._symbol} is paused: no new SELL is placed; those on the book stand"))

    @handles(ResumePair)
    def _resume(self, message: ResumePair, sender: Sender) -> None:
        self._is_paused = False
        self._ground = replace(self._ground, another="")
        self._is_pause_told = self._is_resume_told = True
        if self._phase is not Phase.LOADING:
            self._free_held()
            self._follow_open()
        self.log.info("resumed", extra={"symbol": self._symbol})
        self.reply(sender, Done(f"{self._symbol} is resumed"))

    def _free_held(self) -> None:
        self._follow({lot.buy_order_id for lot in self._book.resume()})

    def on_quarantined(self, message: Any) -> None:
        """What it would have told is not known: a comparison that waits for it does not end, and proves nothing."""
        super().on_quarantined(message)
        if self._phase is not Phase.TRADING:
            self._trouble = f"a message is quarantined: {type(message).__name__}"
            self._report_soon()

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case KeepHouse():
                self._keep_house()
            case Report():
                self._report()
            case Reconcile(number) if number == self._pass_number:
                self._reconcile()
            case HoldOver():
                self._follow_open()
            case LookAgain(buy_order_id):
                self._looked_at(buy_order_id)
            case AskAbout():
                self._ask_about(payload)
            case AboutMarket():
                self._ask_market()
            case RecordWatchOnly():
                self._write_watch_only()
            case AboutFee(asset):
                self._value_fees([asset])
            case AboutBalance():
                self._look_at_balance()
            case AboutReference():
                self._look_at_reference()
            case AboutCancel():
                self._ask_about_cancels()

    def _keep_house(self) -> None:
        self.wake_in(_HOUSEKEEPING_S, KeepHouse())
        self._repeat_requests(ANSWER_WITHIN_S)
        self._doubt_unanswered(ANSWER_WITHIN_S)
        self._forget_stale_evidence()
        self._ask_others_again()
        now = self.monotonic()
        if now - self._recorded_at >= _CONFIRM_WITHIN_S:
            self._tell_ledger_again()
        self._compare_when_due()
        if self._phase is Phase.TRADING and now >= self._market_due_at:
            self._ask_market()
        self._report()

"""The fee reserve without its actor: what it asks in each round, and what follows from the answers.

A round asks for the free BNB, for a pair's rules and commission, and for what fees cost lately. Where too little is
free and the configuration says what to buy, it also asks for the price, for the asset that pays, and for the BUYs of
this hour and of the one before. Then the rules decide. Same events at the same times give the same effects.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from lotkeeper.trading.fee_reserve.reserve import (
    ASSET,
    DAY_MS,
    RATE_DAYS,
    FeeReserveSettings,
    FeesPaid,
    Reserve,
    TopUp,
    reserve_of,
)
from lotkeeper.trading.fee_reserve.top_up import (
    FRESH_MS,
    Hold,
    HoldReason,
    Offer,
    Purchase,
    decide_top_up,
    names_to_ask,
)
from lotkeeper.trading.journal import Cause, DecisionKind, DecisionMade
from lotkeeper.trading.lots.fees import Commission
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.recovery.questions import OrderByClientId
from messages.account import CountTrades
from messages.fees import (
    AskFeesPaid,
    BoughtForFees,
    BuyForFees,
    FeeBuyRefused,
    FeeBuyUnknown,
    FeeReserveReported,
    FeesPaidFetched,
)
from messages.ledger import RecordDecisions
from messages.orders import MAX_SEND_DELAY_MS
from messages.queries import (
    AskExchange,
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchMarket,
    FetchTop,
    MarketFetched,
    OrdersFetched,
    TopFetched,
)

FULL_EVERY_S = 300.0
LOW_EVERY_S = 60.0
SOON_S = 5.0  # after a BUY: how much there is now
AGAIN_S = 30.0  # after a question without an answer, at least
_LAG_MS = 60_000  # so much later than they are there, orders may show in the exchange's answers
_PAID_OLD_MS = 1_800_000  # what fees cost changes slowly, and the Ledger reads many fills for it


class Topic(StrEnum):
    """What a question is about."""

    RESERVE = "free BNB"
    MARKET = "rules and commission"
    PAID = "fees of the last days"
    ASK = "price"
    QUOTE = "the asset that pays"
    THIS_HOUR = "the BUY of this hour"
    HOUR_BEFORE = "the BUY of the hour before"


_OFFER = (Topic.ASK, Topic.QUOTE, Topic.THIS_HOUR, Topic.HOUR_BEFORE)


@dataclass(frozen=True, slots=True)
class ToPeer:
    """Send this to an actor, by its name among the Peers; dropped while there is none."""

    peer: str
    message: Any


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the log."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class LookIn:
    """Begin the next round after so many seconds; it replaces an earlier one."""

    seconds: float


Effects = Iterator[ToPeer | Note | LookIn]


@dataclass(slots=True)
class Round:
    """The questions of one round; answers to earlier ones change nothing."""

    began_ms: int = 0  # wall clock
    asked: dict[int, Topic] = field(default_factory=dict)  # by request id: those without an answer
    found: dict[Topic, Any] = field(default_factory=dict)


class FeeReserveCore:
    """Knows nothing after a restart but its settings: all else is asked for again."""

    def __init__(self, settings: FeeReserveSettings, symbol: str, recv_window_ms: int, born_ms: int) -> None:
        """`symbol` is a kept pair; `born_ms` when this process started (wall clock)."""
        self._settings, self._symbol = settings, symbol
        self._settled_ms = born_ms + recv_window_ms + MAX_SEND_DELAY_MS + _LAG_MS
        self._number = 0
        self._round = Round()
        self._ahead_ms = 0  # the exchange's clock less ours
        self._commission: Commission | None = None
        self._pair: TradePair | None = None
        self._paid = FeesPaid()
        self._paid_ms: int | None = None  # wall clock: when that was asked for
        self._has_said_low = False
        self._purchase: Purchase | None = None  # the last one that was sent, while its outcome is not known
        self._tried_ms: int | None = None  # exchange's time: the last one that was not refused
        self._report = FeeReserveReported(born_ms, None, buys=settings.top_up is not None)

    @property
    def report(self) -> FeeReserveReported:
        return self._report

    # A round

    def look(self, now_ms: int) -> Effects:
        """Begins a round."""
        self._round = Round(now_ms)
        yield self._ask(Topic.RESERVE, lambda number: FetchBalance(number, ASSET))
        yield self._ask(Topic.MARKET, lambda number: FetchMarket(number, self._market_symbol))
        if self._paid_ms is None or now_ms - self._paid_ms >= _PAID_OLD_MS:
            since_ms = now_ms + self._ahead_ms - RATE_DAYS * DAY_MS
            yield self._ask(Topic.PAID, lambda number: AskFeesPaid(number, ASSET, since_ms), peer="ledger")
        yield LookIn(LOW_EVERY_S if self._is_low else FULL_EVERY_S)

    @property
    def _market_symbol(self) -> str:
        return self._settings.top_up.pair if self._settings.top_up else self._symbol

    @property
    def _is_low(self) -> bool:
        return self._report.reserve is None or self._report.reserve.is_low

    def _ask(self, topic: Topic, build: Callable[[int], object], peer: str = "gateway") -> ToPeer:
        self._number += 1
        self._round.asked[self._number] = topic
        return ToPeer(peer, build(self._number))

    def on_answer(
        self,
        message: BalanceFetched | MarketFetched | FeesPaidFetched | TopFetched | OrdersFetched,
        now_ms: int,
    ) -> Effects:
        topic = self._round.asked.pop(message.request_id, None)
        if topic is None:
            return
        self._round.found[topic] = message
        if isinstance(message, MarketFetched):
            yield from self._learn_market(message, now_ms)
        elif isinstance(message, FeesPaidFetched):
            self._paid, self._paid_ms = message.paid, now_ms
        if topic in _OFFER:
            yield from self._decide_when_known(now_ms)
        else:
            yield from self._go_on(now_ms)

    def _learn_market(self, message: MarketFetched, now_ms: int) -> Effects:
        self._pair = message.pair
        self._commission = self._commission if message.commission is None else message.commission
        if message.exchange_ms:
            self._ahead_ms = message.exchange_ms - now_ms
        yield from self.meet_stream()

    def meet_stream(self) -> Effects:
        """What a BUY for fees moves is no coin that came without a trade."""
        if self._settings.top_up and self._pair is not None:
            yield ToPeer("user_stream", CountTrades(self._pair.symbol, self._pair.base, self._pair.quote))

    def _go_on(self, now_ms: int) -> Effects:
        """Too little may be there; without the pair's rules nothing is bought."""
        found = self._round.found
        if Topic.RESERVE not in found:
            return
        exchange_ms = now_ms + self._ahead_ms
        reserve = reserve_of(found[Topic.RESERVE].free, self._settings, self._commission, self._paid, exchange_ms)
        self._update(at_ms=self._round.began_ms, reserve=reserve)
        yield from self._say_low(reserve)
        if Topic.MARKET not in found:
            return
        self._update(trouble="")
        if reserve.is_low and self._settings.top_up and not self._has_asked_for_offer():
            yield from self._ask_for_offer(self._settings.top_up, found[Topic.MARKET].pair, now_ms)

    def _say_low(self, reserve: Reserve) -> Effects:
        """Once, until there is enough again."""
        if not reserve.is_low:
            self._update(hold=None)
        elif not self._has_said_low:
            yield Note(logging.WARNING, low_sentence(reserve))
            yield LookIn(LOW_EVERY_S)
        self._has_said_low = reserve.is_low

    def _has_asked_for_offer(self) -> bool:
        return any(topic in _OFFER for topic in (*self._round.found, *self._round.asked.values()))

    def _ask_for_offer(self, top_up: TopUp, pair: TradePair, now_ms: int) -> Effects:
        yield self._ask(Topic.ASK, lambda number: FetchTop(number, top_up.pair))
        yield self._ask(Topic.QUOTE, lambda number: FetchBalance(number, pair.quote))
        names = names_to_ask(now_ms + self._ahead_ms)
        for topic, name in zip((Topic.THIS_HOUR, Topic.HOUR_BEFORE), names, strict=True):
            yield self._ask(topic, partial(AskExchange, symbol=top_up.pair, question=OrderByClientId(name)))

    def _decide_when_known(self, now_ms: int) -> Effects:
        found, top_up = self._round.found, self._settings.top_up
        if top_up is None or not all(topic in found for topic in _OFFER):
            return
        reports = (*found[Topic.THIS_HOUR].reports, *found[Topic.HOUR_BEFORE].reports)
        yield from self._note_found(reports)
        if now_ms - self._round.began_ms > FRESH_MS:
            yield LookIn(SOON_S)
            return
        top = found[Topic.ASK].top
        offer = Offer(found[Topic.MARKET].pair, top.ask if top else None, found[Topic.QUOTE].free, reports)
        step = decide_top_up(
            top_up,
            offer,
            tried_ms=self._tried_ms,
            settled_ms=self._settled_ms + self._ahead_ms,
            now_ms=now_ms + self._ahead_ms,
        )
        if isinstance(step, Hold):
            self._update(hold=step)
            if step.reason is HoldReason.SETTLING:
                yield LookIn((self._settled_ms - now_ms) / 1000 + SOON_S)
        else:
            yield from self._buy(step, now_ms)

    # A purchase

    def _buy(self, purchase: Purchase, now_ms: int) -> Effects:
        """From here on nothing else is bought for an hour, unless it is refused."""
        self._purchase, self._tried_ms = purchase, now_ms + self._ahead_ms
        self._update(hold=None)
        yield ToPeer("gateway", BuyForFees(purchase, now_ms))

    def _note_found(self, reports: tuple[OrderReport, ...]) -> Effects:
        """What was bought is noted in the journal as often as it is found, which is there once."""
        bought = tuple(map(_decision, (report for report in reports if report.executed)))
        if bought:
            yield ToPeer("ledger", RecordDecisions(bought))
        for report in reports:
            if self._purchase is not None and report.client_id == self._purchase.client_id:
                self._purchase = None
            if self._report.bought is None or report.time_ms >= self._report.bought.time_ms:
                self._update(bought=report)

    def on_bought(self, message: BoughtForFees, now_ms: int) -> Effects:
        yield from self._note_found((message.report,))
        self._update(trouble="")
        yield Note(logging.INFO, bought_sentence(message.report))
        yield LookIn(SOON_S)

    def on_refused(self, message: FeeBuyRefused, now_ms: int) -> Effects:
        if self._purchase is None or message.client_id != self._purchase.client_id:
            return
        self._purchase = self._tried_ms = None
        yield from self._fail(f"no BNB was bought for fees: {message.text}", AGAIN_S)

    def on_unknown(self, message: FeeBuyUnknown, now_ms: int) -> Effects:
        """It is asked about in the next rounds; nothing is bought before the hour is over."""
        yield from self._fail(f"whether BNB was bought for fees is not known: {message.reason}", AGAIN_S)

    def on_failed(self, message: FetchFailed, now_ms: int) -> Effects:
        topic = self._round.asked.pop(message.request_id, None)
        if topic is not None:
            yield from self._fail(f"{topic}: {message.reason}", max(AGAIN_S, message.retry_s))

    def _fail(self, trouble: str, again_s: float) -> Effects:
        if trouble != self._report.trouble:
            self._update(trouble=trouble)
            yield Note(logging.WARNING, f"fees: {trouble}")
        yield LookIn(again_s)

    def _update(self, **changes: Any) -> None:
        self._report = replace(self._report, **changes)


def _decision(report: OrderReport) -> DecisionMade:
    """The order id tells it from all others."""
    return DecisionMade(
        symbol=report.symbol,
        at_ms=report.time_ms if report.created_ms is None else report.created_ms,
        incarnation=0,
        number=report.order_id,
        kind=DecisionKind.FEES_BOUGHT,
        cause=Cause.POLICY,
        order=report.client_id,
        facts=(("quantity", plain(report.executed)), ("paid", plain(report.quote_executed))),
    )


def low_sentence(reserve: Reserve) -> str:
    """For people."""
    return (
        f"fees: {plain(reserve.free)} BNB are free, less than the {plain(reserve.keep_at_least)} of "
        "fees.bnb.keep_at_least"
    )


def bought_sentence(report: OrderReport) -> str:
    """For people."""
    paid: Decimal = report.quote_executed
    return f"fees: bought {plain(report.executed)} BNB on {report.symbol} for {plain(paid)}, order {report.order_id}"

"""The rules and fees of the pair: the exchange changes them, and halts pairs, at any time."""

from dataclasses import replace
from decimal import Decimal

from actors.pair_keeper.effects import Effects, Moment, Peer, ReportSoon, Send, warning
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState, RateSource, TroubleKind
from actors.pair_keeper.tags import MarketTag
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.fees import Commission, expected_sell_rate, highest_buy_rate
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Market
from messages.prices import RulesLearned
from messages.queries import FetchMarket, MarketFetched

_AGAIN_S = 600.0
_HALTED_AGAIN_S = 30.0
_SHARED_FOR_MS = 10_000  # many keepers ask at about the same time
_NOT_LISTED = "NOT_LISTED"  # in the place of the exchange's status of a pair
_SUSPECT_AFTER_S = 60.0  # rules that are younger are not suspected
_JUST_READ_S = 5.0
_USUAL_RATE = Decimal("0.001")  # for figures until the pair's own is known; nothing is sold by it


class MarketRules:
    """Asks for them at the start, every few minutes, and when a SELL was refused by a filter.

    The commission, which costs a request for each pair, is asked for every ten minutes: first at the start, or with
    many pairs some minutes later, unless something needs it before.
    """

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self._rate = _USUAL_RATE  # what a SELL costs, as far as it is known
        self._fetched_s = 0.0  # monotonic
        self._due_s = 0.0  # when they are asked for again
        self._commission_due_s = 0.0  # from when on the commission is asked for with them
        self._is_suspected = False  # a copy of the rules that others asked for will not do
        self._is_commission_asked = False  # its question is repeated until it is answered
        self._commission: Commission | None = None  # as the exchange said it last

    # Asking

    def begin(self, now: Moment) -> Effects[None]:
        """The keeper starts. The rules open the book; the commission, which a SELL waits for, comes a round trip later.

        Both questions share one request for the rules.
        """
        self._commission_due_s = now.monotonic_s + self._state.start.pace.commission_after_s
        yield from self._fetch(now, with_commission=False)
        if now.monotonic_s >= self._commission_due_s:
            yield from self._fetch(now, with_commission=True)

    def on_market_due(self, wakeup: MarketTag, now: Moment) -> Effects[None]:
        yield from self._fetch(now, with_commission=wakeup.with_commission)

    def fetch_when_due(self, now: Moment) -> Effects[None]:
        is_commission_due = now.monotonic_s >= self._commission_due_s
        if self._state.is_trading and (is_commission_due or now.monotonic_s >= self._due_s):
            yield from self._fetch(now, with_commission=is_commission_due)

    def due_in_s(self, now: Moment) -> float:
        """When something is asked for by itself."""
        return min(self._due_s, self._commission_due_s) - now.monotonic_s

    def fetch_needed_commission(self, now: Moment) -> Effects[None]:
        """Something waits for the commission."""
        if not self._state.is_commission_known and not self._is_commission_asked:
            yield from self._fetch(now, with_commission=True)

    def postpone(self, for_s: float, now: Moment) -> None:
        """There was no answer: a wake-up asks again, and nothing else does before."""
        self._due_s = max(self._due_s, now.monotonic_s + for_s)
        self._commission_due_s = max(self._commission_due_s, now.monotonic_s + for_s)

    def read_again(self, now: Moment) -> Effects[None]:
        """A SELL was refused because the rules have changed: at once, unless they were read a moment ago."""
        self.suspect()
        if now.monotonic_s - self._fetched_s >= _JUST_READ_S:
            yield from self._fetch(now, with_commission=False)

    def suspect(self) -> None:
        """A filter refused a SELL: the rules may have changed."""
        self._due_s = min(self._due_s, self._fetched_s + _SUSPECT_AFTER_S)
        self._is_suspected = True

    def _fetch(self, now: Moment, *, with_commission: bool) -> Effects[None]:
        tag = MarketTag(with_commission)
        if self._requests.is_pending(tag):
            return
        self._is_commission_asked |= with_commission
        symbol, old_ms = self._state.symbol, 0 if self._is_suspected else _SHARED_FOR_MS
        message = self._requests.ask(
            lambda number: FetchMarket(number, symbol, old_ms, with_commission), tag, now.monotonic_s
        )
        yield Send(Peer.GATEWAY, message)

    # What is known

    def recall(self, sell_rate: Decimal | None) -> None:
        """What the database has of the fee counts until the exchange has said it."""
        if sell_rate is not None and not self._state.is_commission_known:
            self._rate, self._state.rate_source = sell_rate, RateSource.RECORDED
            if self._state.market is not None:
                self._state.market = replace(self._state.market, sell_rate=sell_rate)

    def learn(self, message: MarketFetched, now: Moment) -> Effects[bool]:
        """Whether they have changed; also a second answer to the same question counts."""
        self._requests.take_answered(message.request_id)
        if not self._state.is_listed:
            self._state.is_listed = True
            yield ReportSoon()
        if self._state.end_trouble(TroubleKind.UNANSWERED):
            yield ReportSoon()
        before = self._state.market, self._state.rate_source
        if message.commission is not None:
            self._learn_commission(message.commission, now)
        self._state.market = Market(message.pair, self._rate)
        yield from self.publish()
        self._fetched_s, self._is_suspected = now.monotonic_s, False
        self._due_s = now.monotonic_s + (_AGAIN_S if message.pair.is_trading else _HALTED_AGAIN_S)
        return (self._state.market, self._state.rate_source) != before

    def _learn_commission(self, commission: Commission, now: Moment) -> None:
        self._commission = commission
        self._rate = self._rate_of(commission)
        self._state.buy_rate = highest_buy_rate(commission)
        self._state.rate_source = RateSource.EXCHANGE
        self._commission_due_s = now.monotonic_s + _AGAIN_S

    def _rate_of(self, commission: Commission) -> Decimal:
        """What a SELL costs by the pair's policy."""
        policy = self._state.start.pair.policy
        return expected_sell_rate(commission, policy.sell_fee, with_discount=policy.bnb_discount)

    def use_new_policy(self) -> None:
        """Another part of the same commission may count now."""
        if self._commission is not None:
            self._rate = self._rate_of(self._commission)
        if self._state.market is not None and self._commission is not None:
            self._state.market = replace(self._state.market, sell_rate=self._rate)

    def publish(self) -> Effects[None]:
        """The step of prices and whether the pair trades decide which prices are believed."""
        if self._state.market is not None:
            pair = self._state.market.pair
            yield Send(Peer.PRICES, RulesLearned(pair.symbol, pair.tick, pair.is_trading))


def unlisted_market(recorded: Market | None) -> Market | None:
    """The rules of a pair that the exchange does not list any more, by what the database has: it does not trade."""
    return None if recorded is None else replace(recorded, pair=replace(recorded.pair, status=_NOT_LISTED))


def warn_of_unknown_filters(pair: TradePair, before: TradePair | None) -> Effects[None]:
    """Once for each set of filters that are new to lotkeeper."""
    if pair.unknown and (before is None or before.unknown != pair.unknown):
        names = ", ".join(pair.unknown)
        yield warning(
            f"{pair.symbol}: filters that are new to lotkeeper may refuse a SELL: {names}", LogEvent.FILTERS_UNKNOWN
        )

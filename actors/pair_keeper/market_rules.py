"""The rules and fees of the pair: the exchange changes them, and halts pairs, at any time."""

from decimal import Decimal

from actors.pair_keeper.effects import Effects, Moment, Peer, ReportSoon, Send, warning
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState, TroubleKind
from actors.pair_keeper.tags import MarketTag
from lotkeeper.trading.lots.fees import Commission, expected_sell_rate
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Market
from messages.prices import RulesLearned
from messages.queries import FetchMarket, MarketFetched

_AGAIN_S = 600.0
_HALTED_AGAIN_S = 30.0
_SHARED_FOR_MS = 10_000  # many keepers start at about the same time
_SUSPECT_AFTER_S = 60.0  # rules that are younger are not suspected


class MarketRules:
    """Asks for them at the start, every few minutes, and when a SELL was refused by a filter."""

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self._fetched_s = 0.0  # monotonic
        self._due_s = 0.0  # when they are asked for again

    def fetch(self, now: Moment) -> Effects[None]:
        if self._requests.is_pending(MarketTag()):
            return
        symbol, old_ms = self._state.symbol, 0 if self._state.has_book else _SHARED_FOR_MS
        message = self._requests.ask(lambda number: FetchMarket(number, symbol, old_ms), MarketTag(), now.monotonic_s)
        yield Send(Peer.GATEWAY, message)

    def on_market_due(self, wakeup: MarketTag, now: Moment) -> Effects[None]:
        yield from self.fetch(now)

    def fetch_when_due(self, now: Moment) -> Effects[None]:
        if self._state.is_trading and now.monotonic_s >= self._due_s:
            yield from self.fetch(now)

    def suspect(self) -> None:
        """A filter refused a SELL: the rules may have changed."""
        self._due_s = min(self._due_s, self._fetched_s + _SUSPECT_AFTER_S)

    def learn(self, message: MarketFetched, now: Moment) -> Effects[bool]:
        """Whether they have changed; also a second answer to the same question counts."""
        self._requests.take_answered(message.request_id)
        if self._state.end_trouble(TroubleKind.UNANSWERED):
            yield ReportSoon()
        before = self._state.market
        self._state.market = Market(message.pair, self._sell_rate(message.commission))
        yield from self.publish()
        self._fetched_s = now.monotonic_s
        self._due_s = now.monotonic_s + (_AGAIN_S if message.pair.is_trading else _HALTED_AGAIN_S)
        return self._state.market != before

    def publish(self) -> Effects[None]:
        """The step of prices and whether the pair trades decide which prices are believed."""
        if self._state.market is not None:
            pair = self._state.market.pair
            yield Send(Peer.PRICES, RulesLearned(pair.symbol, pair.tick, pair.is_trading))

    def _sell_rate(self, commission: Commission) -> Decimal:
        policy = self._state.start.pair.policy
        return expected_sell_rate(commission, policy.sell_fee, with_discount=policy.bnb_discount)


def warn_of_unknown_filters(pair: TradePair, before: TradePair | None) -> Effects[None]:
    """Once for each set of filters that are new to lotkeeper."""
    if pair.unknown and (before is None or before.unknown != pair.unknown):
        names = ", ".join(pair.unknown)
        yield warning(f"{pair.symbol}: filters that are new to lotkeeper may refuse a SELL: {names}")

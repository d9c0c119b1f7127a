"""Fees in a third asset: what they were worth in quote when they were taken."""

from collections.abc import Iterable, Iterator

from actors.pair_keeper.effects import Effects, Moment, Peer, ReportSoon, Send, Wake
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState, Trouble, TroubleKind
from actors.pair_keeper.tags import FeeTag
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.prices.fee_valuation import fee_value, price_of, second_to_value, wanted_symbol
from messages.queries import FetchTop, TopFetched

_AGAIN_S = 30.0


class FeeValuation:
    """Asks for prices, one after the other, until one way to value the asset is known.

    A fresh fill is valued by the bid of now, an older one (it was filled while the service was down, or nobody could be
    asked) by the price of its own second.
    """

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self._tops: dict[FeeTag, dict[str, BestPrices | None]] = {}  # the prices asked for so far, by symbol

    def begin(self, fills: Iterable[Fill], now: Moment) -> Effects[None]:
        """Asks for the first price that values each of these fills' commissions, if that is not asked for yet."""
        for tag in dict.fromkeys(self._tag_of(fill, now) for fill in fills):
            yield from self._begin(tag, now)

    def on_fee_due(self, wakeup: FeeTag, now: Moment) -> Effects[None]:
        """A fill that was fresh may not be so any more: its own second is asked for then."""
        yield from self.begin([fill for _, fill in self._unvalued(wakeup.asset)], now)

    def take_price(self, tag: FeeTag, message: TopFetched, now: Moment) -> Effects[set[int] | None]:
        """The lots whose fees are valued now; None while no price values them."""
        if self._state.end_trouble(TroubleKind.UNANSWERED):
            yield ReportSoon()
        self._tops[tag][message.symbol] = message.top
        if (yield from self._ask_for_missing(tag, now)):
            return None
        price = price_of(tag.asset, self._state.book.quote, self._tops.pop(tag))
        trouble = Trouble(TroubleKind.FEE_NOT_VALUED, tag.asset)
        if price is None:
            self._state.trouble = trouble
            yield ReportSoon()
            yield Wake(_AGAIN_S, tag)
            return None
        if self._state.trouble == trouble:
            self._state.trouble = None
            yield ReportSoon()
        fills = list(self._unvalued(tag.asset))
        valued = [(number, fill) for number, fill in fills if self._tag_of(fill, now) == tag]
        at_ms = now.wall_ms if tag.at_ms is None else tag.at_ms
        for number, fill in valued:
            self._state.book.set_fee_value(number, fee_value(fill, price, at_ms))
        # Those that were fresh when the price was asked for, and are not any more.
        yield from self.begin([fill for number, fill in fills if (number, fill) not in valued], now)
        return {number for number, _ in valued}

    def _unvalued(self, asset: str) -> Iterator[tuple[int, Fill]]:
        """The fills whose commission in this asset has no value yet, with the order ids of their BUYs."""
        lots = self._state.book.lots
        for number in sorted(lots.index.unvalued):
            yield from ((number, fill) for fill in lots[number].unvalued_fills() if fill.commission_asset == asset)

    def _tag_of(self, fill: Fill, now: Moment) -> FeeTag:
        return FeeTag(fill.commission_asset, second_to_value(fill, self._state.exchange_ms(now.wall_ms)))

    def _begin(self, tag: FeeTag, now: Moment) -> Effects[None]:
        if not self._requests.is_pending(tag):
            self._tops[tag] = {}
            yield from self._ask_for_missing(tag, now)

    def _ask_for_missing(self, tag: FeeTag, now: Moment) -> Effects[bool]:
        """Asks for the next price that is missing; whether there was one."""
        symbol = wanted_symbol(tag.asset, self._state.book.quote, self._tops[tag])
        if symbol is None:
            return False
        message = self._requests.ask(lambda number: FetchTop(number, symbol, tag.at_ms), tag, now.monotonic_s)
        yield Send(Peer.GATEWAY, message)
        return True

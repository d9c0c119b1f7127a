"""Fees in a third asset: what they are worth in quote."""

from collections.abc import Iterable

from actors.pair_keeper.effects import Effects, Moment, Peer, ReportSoon, Send, Wake
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import KeeperState, Trouble, TroubleKind
from actors.pair_keeper.tags import FeeTag
from lotkeeper.trading.prices.best_prices import BestPrices
from lotkeeper.trading.prices.fee_valuation import fee_values, price_of, wanted_symbol
from messages.queries import FetchTop, TopFetched

_AGAIN_S = 30.0


class FeeValuation:
    """Asks for prices, one after the other, until one way to value the asset is known."""

    def __init__(self, state: KeeperState, requests: Requests) -> None:
        self._state, self._requests = state, requests
        self._tops: dict[str, dict[str, BestPrices | None]] = {}  # by asset: the prices asked for so far, by symbol

    def begin(self, assets: Iterable[str], now: Moment) -> Effects[None]:
        """Asks for the first price of each asset that is not being valued yet."""
        for asset in assets:
            if not self._requests.is_pending(FeeTag(asset)):
                self._tops[asset] = {}
                yield from self._ask_for_missing(asset, now)

    def on_fee_due(self, wakeup: FeeTag, now: Moment) -> Effects[None]:
        yield from self.begin([wakeup.asset], now)

    def take_price(self, asset: str, message: TopFetched, now: Moment) -> Effects[set[int] | None]:
        """The lots whose fees are valued now; None while no price values them."""
        if self._state.end_trouble(TroubleKind.UNANSWERED):
            yield ReportSoon()
        self._tops[asset][message.symbol] = message.top
        if (yield from self._ask_for_missing(asset, now)):
            return None
        price = price_of(asset, self._state.book.quote, self._tops[asset])
        trouble = Trouble(TroubleKind.FEE_NOT_VALUED, asset)
        if price is None:
            self._state.trouble = trouble
            yield ReportSoon()
            yield Wake(_AGAIN_S, FeeTag(asset))
            return None
        if self._state.trouble == trouble:
            self._state.trouble = None
            yield ReportSoon()
        book = self._state.book
        lots = [book.lots[number] for number in sorted(book.lots.index.unvalued)]
        values = [(lot, value) for lot in lots for value in fee_values(lot, asset, price, now.wall_ms)]
        for lot, value in values:
            book.set_fee_value(lot.buy_order_id, value)
        return {lot.buy_order_id for lot, _ in values}

    def _ask_for_missing(self, asset: str, now: Moment) -> Effects[bool]:
        """Asks for the next price that is missing; whether there was one."""
        symbol = wanted_symbol(asset, self._state.book.quote, self._tops[asset])
        if symbol is None:
            return False
        message = self._requests.ask(lambda number: FetchTop(number, symbol), FeeTag(asset), now.monotonic_s)
        yield Send(Peer.GATEWAY, message)
        return True

"""Fees in a third asset: what they are worth in quote."""

from abc import abstractmethod
from collections.abc import Iterable

from actors.keeper.evidence import Evidence
from actors.keeper.topics import AboutFee
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.prices.valuing import Top, fee_values, price_of, wanted_symbol
from messages.queries import FetchTop, TopFetched

_AGAIN_S = 30.0


class Fees(Evidence):
    """Asks for prices, one after the other, until one way to value the asset is known."""

    def __init__(self) -> None:
        super().__init__()
        self._tops: dict[str, dict[str, Top | None]] = {}  # by asset: the prices asked for so far, by symbol

    def _value_fees(self, assets: Iterable[str]) -> None:
        for asset in assets:
            if not self._requests.is_pending(AboutFee(asset)):
                self._tops[asset] = {}
                self._ask_for_price(asset)

    def _ask_for_price(self, asset: str) -> None:
        """The next price that is missing; with none missing the fees are valued, or cannot be."""
        tops, quote = self._tops[asset], self._book.quote
        symbol = wanted_symbol(asset, quote, tops)
        if symbol is not None:
            self._ask(lambda number: FetchTop(number, symbol), AboutFee(asset))
            return
        price = price_of(asset, quote, tops)
        unvalued = f"a fee was paid in {asset}, and no market of the exchange values it in {quote}"
        if price is None:
            self._trouble = unvalued
            self._report_soon()
            self.wake_in(_AGAIN_S, AboutFee(asset))
            return
        if self._trouble == unvalued:
            self._trouble = ""
            self._report_soon()
        lots = [lot for lot in self._book.lots.values() if lot.unvalued()]
        values = [(lot, value) for lot in lots for value in fee_values(lot, asset, price, self.wall_ms())]
        for lot, value in values:
            self._book.fee_valued(lot.buy_order_id, value)
        self._follow({lot.buy_order_id for lot, _ in values})

    @handles(TopFetched)
    def _top_fetched(self, message: TopFetched, sender: Sender) -> None:
        about = self._requests.answered(message.request_id)
        if isinstance(about, AboutFee):
            self._had_answer()
            self._tops[about.asset][message.symbol] = message.top
            self._ask_for_price(about.asset)
        else:
            self._about_top(about, message)

    @abstractmethod
    def _about_top(self, about: object, message: TopFetched) -> None:
        """A price that somebody else asked for."""

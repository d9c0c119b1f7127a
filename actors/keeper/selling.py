"""Deciding and placing SELLs, and finding out what became of them."""

from collections.abc import Iterable

from actors.keeper.memory import Memory
from actors.keeper.topics import AboutDoubt, AboutFee, AskAbout, LookAgain, Phase
from actors.keeper.valuing import fee_values, valuing_symbol
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.client_ids import sell_name
from lotkeeper.trading.decisions import Park, PlaceSell, ValueFees, decide
from lotkeeper.trading.doubt import SendAgain, not_found
from lotkeeper.trading.fills import Fill
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.order_states import ImpossibleError, OrderEvent, OrderState
from lotkeeper.trading.orders import OrderReport, SellOrder
from lotkeeper.trading.reconcile import OrderByClientId
from messages.orders import PlaceSellOrder, SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import BidFetched, FetchBid

_FEE_PRICE_AGAIN_S = 30.0
# Binance errors.md, texts of -2010
_DUPLICATE = "duplicate order"
_NO_COIN = "insufficient balance"


class Selling(Memory):
    """From a changed lot to a SELL on the book."""

    def _reconcile(self) -> None:
        """Begins a comparison with the exchange, or has it begun after the one under way."""
        raise NotImplementedError

    def _take(self, report: OrderReport, fills: Iterable[Fill] = ()) -> None:
        # Fills first: a BUY has ended when its report says so and all its fills are here.
        lots = [*(self._book.take_fill(fill) for fill in fills), self._noted(report)]
        self._follow({lot.buy_order_id for lot in lots if lot})
        if self._book.missing:
            self._reconcile()

    def _noted(self, report: OrderReport) -> Lot | None:
        try:
            return self._book.take_report(report)
        except ImpossibleError as error:
            self._wonder(f"{report.client_id}: {error}")
            return None

    def _wonder(self, trouble: str) -> None:
        """Our belief or the report is wrong: say so and compare everything."""
        self.log.error("%s: %s", self._symbol, trouble)
        self._trouble = trouble
        self._reconcile()

    # Deciding

    def _follow(self, buy_order_ids: Iterable[int]) -> None:
        """Decides for changed lots, then writes them down: the wire comes before the notebook."""
        changed = set(buy_order_ids)
        if not changed:
            return
        if self._phase is Phase.TRADING:
            for buy_order_id in sorted(changed):
                self._decide(buy_order_id)
        self._record(changed)
        self._report_soon()

    def _decide(self, buy_order_id: int) -> None:
        assert self._market is not None
        lot = self._book.lots[buy_order_id]
        decision = decide(lot, self._market, self._start.pair.policy, self.wall_ms())
        match decision:
            case PlaceSell() if not self._is_paused:
                self._place(decision)
            case PlaceSell():
                self._book.decided(lot, Park("the pair is paused"))
            case ValueFees(assets):
                self._value_fees(assets)
            case Park(_, until_ms) if until_ms is not None:
                self._book.decided(lot, decision)
                self.wake_in(max(0.01, (until_ms - self.wall_ms()) / 1000), LookAgain(buy_order_id))
            case _:
                self._book.decided(lot, decision)
                self._value_fees({fill.commission_asset for fill in lot.unvalued()})

    def _place(self, decision: PlaceSell) -> None:
        order = self._book.sell_sent(decision, self.wall_ms())
        self._send_order(order)

    def _send_order(self, order: SellOrder) -> None:
        if self._neighbours.gateway is not None:  # else it is doubted, and settled, when the next Gateway is met
            incarnation = self._start.incarnation
            message = PlaceSellOrder(self._symbol, incarnation, order.client_id, order.price, order.quantity)
            self.send(self._neighbours.gateway, message)

    # What became of a SELL

    @handles(SellPlaced)
    def _sell_placed(self, message: SellPlaced, sender: Sender) -> None:
        self._take(message.report, message.fills)

    @handles(SellRefused)
    def _sell_refused(self, message: SellRefused, sender: Sender) -> None:
        text = message.text.lower()
        if _DUPLICATE in text:
            self._doubt(message.client_id)
            return
        self.log.warning("%s: SELL %s refused: %s", self._symbol, message.client_id, message.text)
        self._order_event(message.client_id, OrderEvent.REFUSED, f"refused: {message.text}")
        if _NO_COIN in text:
            self._reconcile()  # evidence that our belief is wrong

    @handles(SellOutcomeUnknown)
    def _outcome_unknown(self, message: SellOutcomeUnknown, sender: Sender) -> None:
        self.log.warning("%s: outcome of SELL %s not known: %s", self._symbol, message.client_id, message.reason)
        self._doubt(message.client_id)

    @handles(SellFenced)
    def _sell_fenced(self, message: SellFenced, sender: Sender) -> None:
        """Another keeper holds the pair: this one is a ghost and ends."""
        self.log.error("%s: a newer keeper (%d) holds the pair; this one ends", self._symbol, message.newest)
        self.exit()

    def _doubt(self, client_id: str) -> None:
        self._order_event(client_id, OrderEvent.ANSWER_LOST)
        self._ask_about(client_id, asked=1)

    def _doubt_unanswered(self, older_than_s: float) -> None:
        """SELLs sent and not answered: their Gateway, or the keeper before this one, may be dead."""
        if self._phase is Phase.LOADING:
            return
        latest_ms = self.wall_ms() - int(older_than_s * 1000)
        for order in [order for lot in self._book.open_lots() for order in lot.orders]:
            if order.state is OrderState.PLACING and order.sent_ms <= latest_ms:
                self._doubt(order.client_id)

    def _order_event(self, client_id: str, event: OrderEvent, reason: str = "") -> None:
        name = sell_name(client_id)
        if name is None:
            return
        try:
            lot = self._book.order_event(name, event, self.wall_ms(), reason)
        except ImpossibleError as error:
            self._wonder(f"{client_id}: {error}")
            return
        self._follow([lot.buy_order_id] if lot else [])

    def _ask_about(self, client_id: str, asked: int) -> None:
        if any(order.client_id == client_id for order in self._book.in_doubt()):
            self._ask_exchange(OrderByClientId(client_id), AboutDoubt(client_id, asked))

    def _still_not_found(self, about: AboutDoubt) -> None:
        """The exchange knows no such order: it is asked again until the request cannot be alive, then sent again."""
        order = next((each for each in self._book.in_doubt() if each.client_id == about.client_id), None)
        if order is None:
            return
        verdict = not_found(order, about.asked, self.wall_ms(), self._start.recv_window_ms)
        if isinstance(verdict, SendAgain):
            self._order_event(order.client_id, OrderEvent.SENT_AGAIN)
            self._send_order(order)
        else:
            self.wake_in(verdict.after_s, AskAbout(order.client_id, about.asked + 1))

    # Fees in a third asset

    def _value_fees(self, assets: Iterable[str]) -> None:
        for asset in assets:
            symbol = valuing_symbol(asset, self._book.quote)
            self._ask(lambda number, symbol=symbol: FetchBid(number, symbol), AboutFee(asset))  # type: ignore[misc]

    @handles(BidFetched)
    def _bid_fetched(self, message: BidFetched, sender: Sender) -> None:
        about = self._requests.answered(message.request_id)
        if not isinstance(about, AboutFee):
            return
        if message.bid is None:
            self._trouble = f"a fee was paid in {about.asset}, and {message.symbol} has no price to value it"
            self.wake_in(_FEE_PRICE_AGAIN_S, about)
            return
        lots = [lot for lot in self._book.lots.values() if lot.unvalued()]
        values = [(lot, value) for lot in lots for value in fee_values(lot, about.asset, message.bid, self.wall_ms())]
        for lot, value in values:
            self._book.fee_valued(lot.buy_order_id, value)
        self._follow({lot.buy_order_id for lot, _ in values})

"""Deciding and placing SELLs, and finding out what became of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from actors.keeper.memory import Memory
from actors.keeper.topics import AboutDoubt, AboutFee, AskAbout, LookAgain, Phase
from actors.keeper.valuing import fee_values, valuing_symbol
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.client_ids import sell_name
from lotkeeper.trading.decisions import Close, Park, PlaceSell, ValueFees, decide
from lotkeeper.trading.doubt import SendAgain, not_found
from lotkeeper.trading.fills import Fill, Side
from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.lots import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.order_states import IN_FLIGHT, ImpossibleError, OrderEvent, OrderState
from lotkeeper.trading.orders import OrderReport, SellOrder
from lotkeeper.trading.reconcile import OrderByClientId
from messages.orders import LEAVES_WITHIN_MS, PlaceSellOrder, SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import BidFetched, FetchBid

_FEE_PRICE_AGAIN_S = 30.0
# Binance errors.md, texts of -2010
_DUPLICATE = "duplicate order"
_NO_COIN = "insufficient balance"
_FILTER = "filter failure"
_RULES_LAST_S = 60.0  # rules that are younger are not suspected


class Selling(Memory):
    """From a changed lot to a SELL on the book."""

    def _reconcile(self) -> None:
        """Begins a comparison with the exchange, or has it begun after the one under way."""
        raise NotImplementedError

    def _take(self, report: OrderReport, fills: Sequence[Fill] = ()) -> None:
        # Fills first: a BUY has ended when its report says so and all its fills are here.
        lots = [*(self._book.take_fill(fill) for fill in fills), self._noted(report)]
        self._follow({lot.buy_order_id for lot in lots if lot})
        for fill, lot in zip(fills, lots, strict=False):
            if lot is not None:
                facts = {"trade": fill.trade_id, "price": fill.price, "quantity": fill.quantity}
                self._tell("bought" if fill.side is Side.BUY else "sold", lot.buy_order_id, **facts)
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
            case PlaceSell() if obstacle := self._obstacle():
                self._book.decided(lot, Park(obstacle))
            case PlaceSell():
                self._place(decision)
            case ValueFees(assets):
                self._value_fees(assets)
            case Park(_, until_ms) if until_ms is not None:
                self._book.decided(lot, decision)
                self.wake_in(max(0.01, (until_ms - self.wall_ms()) / 1000), LookAgain(buy_order_id))
            case _:
                if isinstance(decision, Close) and lot.state is not LotState.CLOSED:
                    self._tell("lot sold", buy_order_id, profit=lot.realised_profit, quote=lot.quote)
                self._book.decided(lot, decision)
                self._value_fees({fill.commission_asset for fill in lot.unvalued()})

    def _obstacle(self) -> str:
        """Why no SELL can be sent now, whatever the lot; empty when one can."""
        if self._is_paused:
            return "the pair is paused"
        return "" if self._neighbours.gateway is not None else "the Gateway is being restarted"

    def _place(self, decision: PlaceSell) -> None:
        order = self._book.sell_sent(decision, self.wall_ms())
        self._send_order(order)
        facts = {"order": order.client_id, "price": order.price, "quantity": order.quantity}
        self._tell("SELL sent", order.name.buy_order_id, **facts)

    def _tell(self, event: str, buy_order_id: int, **facts: object) -> None:
        """A line of the log with its facts as fields; never before the wire."""
        lot = self._book.lots[buy_order_id].lot_id
        texts = {name: plain(fact) if isinstance(fact, Decimal) else fact for name, fact in facts.items()}
        self.log.info(event, extra={"symbol": self._symbol, "lot": lot, **texts})

    def _send_order(self, order: SellOrder) -> None:
        self._left_by[order.client_id] = order.sent_ms + LEAVES_WITHIN_MS
        message = PlaceSellOrder(
            symbol=self._symbol,
            incarnation=self._start.incarnation,
            client_id=order.client_id,
            price=order.price,
            quantity=order.quantity,
            sent_ms=order.sent_ms,
        )
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
        elif _FILTER in text:
            self._market_due_at = min(self._market_due_at, self._market_fetched_at + _RULES_LAST_S)

    @handles(SellOutcomeUnknown)
    def _outcome_unknown(self, message: SellOutcomeUnknown, sender: Sender) -> None:
        self.log.warning("%s: outcome of SELL %s not known: %s", self._symbol, message.client_id, message.reason)
        self._left_by[message.client_id] = self.wall_ms()
        self._doubt(message.client_id)

    @handles(SellFenced)
    def _sell_fenced(self, message: SellFenced, sender: Sender) -> None:
        """Another keeper holds the pair: this one is a ghost and ends."""
        self.log.error("%s: a newer keeper (%d) holds the pair; this one ends", self._symbol, message.newest)
        self.exit()

    def _doubt(self, client_id: str) -> None:
        self._order_event(client_id, OrderEvent.ANSWER_LOST)
        self._begin_asking(client_id)

    def _doubt_unanswered(self, older_than_s: float) -> None:
        """SELLs sent and not answered: their Gateway, or the keeper before this one, may be dead."""
        if self._phase is Phase.LOADING:
            return
        latest_ms = self.wall_ms() - int(older_than_s * 1000)
        for order in [order for lot in self._book.open_lots() for order in lot.orders]:
            if order.state is OrderState.PLACING and order.sent_ms <= latest_ms:
                self._doubt(order.client_id)

    def _leaves_no_more(self) -> None:
        """The Gateway is gone: what it had in hand has left by now or never will."""
        now_ms = self.wall_ms()
        for order in (order for lot in self._book.open_lots() for order in lot.orders if order.state in IN_FLIGHT):
            self._left_by[order.client_id] = min(now_ms, self._left_by.get(order.client_id, now_ms))

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

    def _begin_asking(self, client_id: str) -> None:
        self._series[client_id] = self._series.get(client_id, 0) + 1
        self._ask_about(AskAbout(client_id, self._series[client_id]))

    def _ask_about(self, topic: AskAbout) -> None:
        if self._in_doubt(topic) is not None:
            self._ask_exchange(OrderByClientId(topic.client_id), AboutDoubt(topic, self.wall_ms()))

    def _in_doubt(self, topic: AskAbout) -> SellOrder | None:
        """The SELL that is asked about; None when it is settled, or when a newer series of questions goes on."""
        if self._series.get(topic.client_id) != topic.series:
            return None
        return next((each for each in self._book.in_doubt() if each.client_id == topic.client_id), None)

    def _still_not_found(self, about: AboutDoubt) -> None:
        """The exchange knows no such order: it is asked again until the request cannot be alive, then sent again."""
        topic = about.topic
        order = self._in_doubt(topic)
        if order is None:
            return
        # It may have left the Gateway later than it was sent there, and the exchange have looked before it answered.
        left_by_ms = self._left_by.get(order.client_id, order.sent_ms + LEAVES_WITHIN_MS)
        verdict = not_found(replace(order, sent_ms=left_by_ms), topic.asked, about.asked_ms, self._start.recv_window_ms)
        if isinstance(verdict, SendAgain):
            self._send_again(topic, order)
        else:
            self.wake_in(verdict.after_s, replace(topic, asked=topic.asked + 1))

    def _send_again(self, topic: AskAbout, order: SellOrder) -> None:
        """It never reached the exchange: the same order under the same name; in a paused pair it is given up."""
        obstacle = self._obstacle()
        if self._is_paused:
            self._order_event(order.client_id, OrderEvent.REFUSED, f"not on the book, and {obstacle}")
        elif obstacle:
            self.wake_in(1.0, topic)
        else:
            self._order_event(order.client_id, OrderEvent.SENT_AGAIN)
            self._send_order(replace(order, sent_ms=self.wall_ms()))

    # Fees in a third asset

    def _value_fees(self, assets: Iterable[str]) -> None:
        for asset in assets:
            if self._requests.is_pending(AboutFee(asset)):
                continue
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

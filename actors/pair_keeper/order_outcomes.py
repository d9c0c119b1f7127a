"""What became of the pair's orders, as the Gateway replies."""

from actors.pair_keeper.effects import Effects, Exit, Moment, error, info, warning
from actors.pair_keeper.first_sells import FirstSells
from actors.pair_keeper.market_rules import MarketRules
from actors.pair_keeper.order_reports import OrderReports
from actors.pair_keeper.price_bands import PriceBands
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.sell_resolution import SellResolution
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport, with_asked_id
from lotkeeper.trading.orders.refusals import OF_WHOLE_PAIR, RefusalKind
from lotkeeper.trading.orders.states import IN_FLIGHT, OrderEvent
from messages.orders import (
    SellBlocked,
    SellCanceled,
    SellFenced,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.purchases import BuyPlaced


class OrderOutcomes:
    """A reply brings an outcome, or says that it is not known: then the exchange is asked until it is."""

    def __init__(
        self,
        state: KeeperState,
        *,
        permission: TradingPermission,
        facts: RefusalFacts,
        bands: PriceBands,
        rules: MarketRules,
        unresolved: UnresolvedSells,
        selling: SellExecution,
        reconciler: Reconciler,
        first_sells: FirstSells,
        reports: OrderReports,
        resolution: SellResolution,
    ) -> None:
        self._state, self._permission, self._facts, self._bands = state, permission, facts, bands
        self._rules = rules
        self._unresolved, self._selling, self._reconciler = unresolved, selling, reconciler
        self._first_sells, self._reports, self._resolution = first_sells, reports, resolution

    # The order was taken

    def on_sell_placed(self, message: SellPlaced, now: Moment) -> Effects[None]:
        """It may be the order of an earlier keeper."""
        self._first_sells.note(message, now)
        self._permission.window.on_taken()
        was_refused = self._permission.end_refusal()
        yield from self._reports.take_sell(message.report, message.fills, now, is_certain=True)
        for other in message.others:
            yield from self._reports.take_sell(other, (), now, is_certain=True)
        yield from self.end_wait_for(message.client_id, now)
        if was_refused:
            yield info(f"{self._state.symbol}: the exchange accepts SELLs again", LogEvent.SELLS_ACCEPTED)
            yield from self._selling.follow_open(now)

    def on_buy_placed(self, message: BuyPlaced, now: Moment) -> Effects[None]:
        """Of a BUY that a person asked for here: its fills may be known before the user stream tells of them."""
        yield from self._reports.take_or_keep(message.report, message.fills, now)
        for sell in message.others:
            yield from self._reports.take_or_keep(sell, (), now)

    def on_sell_canceled(self, message: SellCanceled, now: Moment) -> Effects[None]:
        for report in (message.report, *message.others):
            yield from self._reports.take_or_keep(report, (), now)

    def on_earlier_found(self, client_id: str, report: OrderReport, now: Moment) -> Effects[None]:
        """The exchange was asked about the SELL of an earlier keeper, and has it."""
        yield from self._reports.take_sell(with_asked_id(report, client_id), (), now)
        yield from self.end_wait_for(client_id, now)

    def end_wait_for(self, client_id: str, now: Moment) -> Effects[None]:
        """What became of the SELL of an earlier keeper is known; where it was the last one, SELLs are sent again."""
        if self._permission.settle_earlier(client_id):
            yield from self._selling.follow_open(now)

    # It was refused

    def on_sell_refused(self, message: SellRefused, now: Moment) -> Effects[None]:
        if not self._state.has_book:  # the order of an earlier keeper
            if message.kind is not RefusalKind.DUPLICATE_ORDER:
                self._permission.settle_earlier(message.client_id)
            return
        if message.kind is RefusalKind.DUPLICATE_ORDER:
            yield from self._permission.look_at_duplicate(message.client_id, now)
            yield from self._resolution.doubt(message.client_id, f"refused: {message.text}", now)
            return
        yield from self.end_wait_for(message.client_id, now)
        if not self._is_of_last_sending(message):
            return
        if message.kind is RefusalKind.NOT_SENT or message.retry_s is not None:
            yield from self._permission.pause_sending(message.retry_s, message.text, now)
            yield from self._reports.apply(message.client_id, OrderEvent.NOT_SENT, now, message.text)
            return
        text = self._refused_text(message, now)
        yield warning(
            f"{self._state.symbol}: SELL {message.client_id} refused: {text}",
            LogEvent.SELL_REFUSED,
            order=message.client_id,
        )
        if message.kind not in OF_WHOLE_PAIR:
            self._permission.window.on_taken()
        elif (yield from self._permission.note_refused(message.kind, f"{message.text} ({message.code})", now)):
            yield from self._selling.follow_open(now)  # all lots say what they wait for
        self._note_refusal(message, now)
        yield from self._reports.apply(message.client_id, OrderEvent.REFUSED, now, f"refused: {text}")
        self._unresolved.forget([message.client_id])
        yield from self._learn_from(message.kind, now)

    def _refused_text(self, message: SellRefused, now: Moment) -> str:
        """The exchange's words, but a sentence of ours where it refused the price."""
        order = self._state.book.lots.sell_of_id(message.client_id)
        if message.kind is not RefusalKind.PERCENT_PRICE or order is None:
            return message.text
        stop = order.stop.prices if order.stop is not None else None
        prices = (order.price,) if stop is None else (order.price, stop.limit)
        return self._bands.why_refused([(Side.SELL, each) for each in prices], message.code, now)

    def _note_refusal(self, message: SellRefused, now: Moment) -> None:
        name = sell_name(message.client_id)
        order = self._state.book.lots.sell(name) if name else None
        if order is not None and order.state in IN_FLIGHT:
            self._selling.conditions.note_refusal(order, message.kind, now)

    def _is_of_last_sending(self, message: SellRefused) -> bool:
        """A refusal that comes late says nothing of a copy that was sent since."""
        name = sell_name(message.client_id)
        lot = self._state.book.lots.get(name.buy_order_id) if name else None
        sent_ms = next((order.sent_ms for order in lot.orders if order.name == name), None) if lot else None
        return not message.sent_ms or sent_ms in (None, message.sent_ms)

    def _learn_from(self, kind: RefusalKind, now: Moment) -> Effects[None]:
        """A refusal shows that we are wrong about the coins, the price, the open orders or the rules."""
        match kind:
            case RefusalKind.INSUFFICIENT_BALANCE:
                yield from self._facts.ask_balance(now)
                yield from self._reconciler.begin(now)
            case RefusalKind.MAX_NUM_ORDERS | RefusalKind.MAX_NUM_ALGO_ORDERS:
                yield from self._reconciler.begin(now)
            case RefusalKind.PERCENT_PRICE:
                yield from self._facts.ask_reference(now)
                self._rules.suspect()
            case RefusalKind.OTHER_FILTER:
                self._rules.suspect()
            case RefusalKind.PRECISION | RefusalKind.UNKNOWN_SYMBOL | RefusalKind.ILLEGAL_CHARACTERS:
                yield from self._rules.read_again(now)

    # It is not known, or nothing may be sent

    def on_sell_outcome_unknown(self, message: SellOutcomeUnknown, now: Moment) -> Effects[None]:
        if not self._state.has_book:
            return  # the order of an earlier keeper, which is asked about
        yield warning(
            f"{self._state.symbol}: outcome of SELL {message.client_id} not known: {message.reason}",
            LogEvent.SELL_UNKNOWN,
            order=message.client_id,
        )
        self._unresolved.note_reply(message.client_id, now)
        yield from self._resolution.doubt(message.client_id, message.reason, now)

    def on_sell_blocked(self, message: SellBlocked, now: Moment) -> Effects[None]:
        yield from self._permission.block_sells(message, now)
        yield from self._reports.apply(message.client_id, OrderEvent.NOT_SENT, now, f"not sent: {message.reason}")

    def on_sell_fenced(self, message: SellFenced, now: Moment) -> Effects[None]:
        """Another keeper holds the pair: this one is a ghost and ends."""
        yield error(
            f"{self._state.symbol}: a newer keeper ({message.newest}) holds the pair; this one ends",
            LogEvent.KEEPER_FENCED,
        )
        yield Exit()

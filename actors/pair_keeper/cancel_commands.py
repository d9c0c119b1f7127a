"""A person cancels one open order: a SELL of ours, or a BUY of the account."""

from typing import Any

from actors.pair_keeper.cancels import Cancels
from actors.pair_keeper.effects import Effects, Moment, Peer, Reply, Send, as_decision, info
from actors.pair_keeper.sale_commands import SaleCommands
from actors.pair_keeper.sell_execution import SellExecution
from actors.pair_keeper.state import KeeperState
from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.instructed import standing_instruction
from lotkeeper.trading.lots.states import HoldEvent
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.money import less, plain
from lotkeeper.trading.orders.client_ids import buy_cancel_id
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.selling.decisions import CancelSell
from lotkeeper.trading.shown import changed_text, has_changed
from messages.control import CommandDone, CommandRefused
from messages.orders import CancelOutcomeUnknown, CancelRefused, CancelSellOrder, SellCanceled
from messages.pair_commands import CancelOrder, WithdrawSale


class CancelCommands:
    """What is cancelled is not placed again before the pair is resumed; an instruction is withdrawn."""

    def __init__(self, state: KeeperState, cancels: Cancels, sales: SaleCommands, selling: SellExecution) -> None:
        self._state, self._cancels, self._sales, self._selling = state, cancels, sales, selling
        self._askers: dict[str, Any] = {}  # by client order id of the BUY whose cancel has no answer yet

    def cancel(self, message: CancelOrder, asker: Any, now: Moment) -> Effects[None]:
        found = self._find(message.order)
        match found:
            case SellOrder() if self._is_instructed(found):
                lot = lot_id(found.symbol, found.name.buy_order_id)
                who, why = message.who, message.why
                withdrawal = WithdrawSale(message.symbol, lot, who, why, message.is_dry_run, message.shown)
                yield from self._sales.withdraw(withdrawal, asker, now)
            case SellOrder():
                yield from self._cancel_sell(found, message, asker, now)
            case OrderReport():
                yield from self._cancel_buy(found, message, asker, now)
            case str():
                yield Reply(asker, CommandRefused(found))

    # A SELL of ours

    def _cancel_sell(self, order: SellOrder, message: CancelOrder, asker: Any, now: Moment) -> Effects[None]:
        """The lot is held first: so no SELL takes the place of this one."""
        number = order.name.buy_order_id
        lot = lot_id(order.symbol, number)
        if order.standing_id is None or not order.is_cancelable:
            text = f"SELL {order.client_id} waits for an answer of the exchange: `lotkeeper resolve {order.client_id}`"
            yield Reply(asker, CommandRefused(text))
            return
        left = f"{plain(order.open_quantity)} {self._state.book.base} of lot {lot}"
        text = f"SELL {order.client_id} is cancelled; {left} stays unsold until `lotkeeper resume {order.symbol}`"
        if has_changed(message.shown, text):
            yield Reply(asker, CommandRefused(changed_text(text)))
            return
        if not message.is_dry_run:
            because = f": {message.why}" if message.why else ""
            why = f"its SELL was cancelled by {message.who}{because}; resume the pair to sell it again"
            self._state.book.lots.apply_hold_event(number, HoldEvent.CANCELLED, why)
            by = f"by {message.who}{because}"
            cancel = CancelSell(order.name, order.standing_id, by, Cause.OPERATOR, message.who)
            yield from self._cancels.send(cancel, now)
            yield from self._selling.follow([number], now)
        yield Reply(asker, CommandDone(text))

    def _is_instructed(self, order: SellOrder) -> bool:
        """Whether it carries out an instruction that is known: a lost database forgets them."""
        lot = self._state.book.lots[order.name.buy_order_id]
        return order.name.is_instructed and standing_instruction(lot) is not None

    # A BUY

    def _cancel_buy(self, order: OrderReport, message: CancelOrder, asker: Any, now: Moment) -> Effects[None]:
        left = f"{plain(less(order.effective_quantity, order.executed))} {self._state.book.base}"
        ends = ", and with it the SELL that waits for it" if self._state.book.paid_sells.is_of(order.order_id) else ""
        text = f"BUY {order.client_id} is cancelled with {left} not bought{ends}; what it bought is kept as before"
        if has_changed(message.shown, text):
            yield Reply(asker, CommandRefused(changed_text(text)))
            return
        if message.is_dry_run:
            yield Reply(asker, CommandDone(text))
            return
        if self._state.peers.gateway is None:
            yield Reply(asker, CommandRefused("the Gateway is being restarted; try again in a moment"))
            return
        self._askers[order.client_id] = asker
        cancel = CancelSellOrder(
            symbol=order.symbol,
            incarnation=self._state.start.incarnation,
            client_id=order.client_id,
            order_id=order.order_id,
            cancel_id=buy_cancel_id(order.order_id),
            sent_ms=now.wall_ms,
        )
        yield Send(Peer.GATEWAY, cancel)
        line = info("BUY cancelled", symbol=order.symbol, order=order.client_id, who=message.who, why=message.why)
        yield as_decision(line, DecisionKind.BUY_CANCELLED, Cause.OPERATOR)

    def on_canceled(self, message: SellCanceled, now: Moment) -> Effects[None]:
        asker = self._askers.pop(message.client_id, None)
        if asker is not None:
            report = message.report
            bought = f"{plain(report.executed)} of {plain(report.quantity)} {self._state.book.base}"
            yield Reply(asker, CommandDone(f"BUY {message.client_id} is cancelled; it had bought {bought}"))

    def on_refused(self, message: CancelRefused, now: Moment) -> Effects[None]:
        asker = self._askers.pop(message.client_id, None)
        if asker is not None:
            yield Reply(asker, CommandRefused(f"BUY {message.client_id} was not cancelled: {message.text}"))

    def on_outcome_unknown(self, message: CancelOutcomeUnknown, now: Moment) -> Effects[None]:
        """The user stream or the next comparison tells whether it stands; to cancel twice does no harm."""
        asker = self._askers.pop(message.client_id, None)
        if asker is not None:
            text = f"nobody knows yet whether BUY {message.client_id} is cancelled: {message.reason}; try again"
            yield Reply(asker, CommandRefused(text))

    # Which order

    def _find(self, name: str) -> SellOrder | OrderReport | str:
        """The order of this client order id or order id; or why there is none."""
        if not self._state.is_trading:
            return f"{self._state.symbol} is still {self._state.phase}; try again in a moment"
        book = self._state.book
        sells = (order for lot in book.lots.values() for order in lot.live_sells)
        sell = next((each for each in sells if name in _names_of(each)), None)
        buys = (each for each in book.other_orders.buys if name in (each.client_id, str(each.order_id)))
        # The exchange cancels a list as a whole: to cancel the SELL that waits for its BUY is to cancel the BUY.
        found = sell or next(buys, None) or book.other_orders.partner_of(name)
        return found or f"{name} is no open order of {book.symbol}; `lotkeeper orders` lists them"


def _names_of(order: SellOrder) -> tuple[str, ...]:
    """What a person may call it: of an order list any of its orders."""
    return (order.client_id, order.standing_client_id, *map(str, order.order_ids))

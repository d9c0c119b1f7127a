"""Carrying out what was planned for an order that takes: trades, and trades with oneself that must not be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from binance_sim.market.prints import Print
from binance_sim.matching.books import Resting
from binance_sim.matching.ending import close, end_others, end_pair, finish_list
from binance_sim.matching.orders import Order, PreventedMatch, Trade
from binance_sim.matching.outside import Piece
from binance_sim.matching.plans import Fill, Prevention, Step
from binance_sim.matching.settlement import settle, shrink
from binance_sim.matching.states import FILL_ALL, FILL_PART, FILLED, PREVENT_ALL, PREVENT_PART
from binance_sim.numbers import quote_amount

if TYPE_CHECKING:
    from binance_sim.matching.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Match:
    """One trade of the pair, before it is booked on either side."""

    trade_id: int
    price: Decimal
    qty: Decimal
    quote: Decimal


def take(tx: Transaction, buys: bool, order: Order | None, steps: list[Step]) -> None:
    """Carry the steps out for `order`, or for the market outside (None), and let the public see the trades."""
    prints: list[Print] = []
    for step in steps:
        if isinstance(step, Fill):
            prints.append(_fill(tx, buys, order, step))
        elif order is not None:
            _prevent(tx, order, step)
    tx.traded(prints)


def _fill(tx: Transaction, buys: bool, order: Order | None, step: Fill) -> Print:
    desk, maker = tx.desk, step.maker
    match = Match(desk.take_trade_id(), step.price, step.qty, quote_amount(step.price, step.qty))
    taken = _book(tx, order, match, maker=False) if order is not None else None
    made = _book(tx, maker, match, maker=True) if isinstance(maker, Order) else None
    desk.book.against(buys).take(maker, match.qty)
    _count_outside(tx, buys, order, maker, match)
    for trade in (taken, made):
        if trade is not None:
            tx.report(trade.order, "TRADE", trade)
    for trade in (taken, made):
        if trade is not None:
            _follow(tx, trade.order)
    return Print(match.trade_id, match.price, match.qty, match.quote, tx.market_us, buyer_is_maker=not buys)


def _count_outside(tx: Transaction, buys: bool, order: Order | None, maker: Resting, match: Match) -> None:
    if isinstance(maker, Piece):
        tx.desk.outside.taken(not buys, maker, match.qty)
    if (order is None) != (maker.account is None):
        rules, outside_buys = tx.desk.rules, buys == (order is None)
        tx.exchange.ledger.trade(rules.base, match.qty, rules.quote, match.quote, outside_buys)


def _book(tx: Transaction, order: Order, match: Match, maker: bool) -> Trade:
    """One side of a trade: the order's state, money and goods, commission."""
    account = order.account
    if not order.filled:
        account.unfilled.first_fill(maker)
    order.filled += match.qty
    order.spent += match.quote
    order.goes(FILL_PART if order.remaining else FILL_ALL, tx.now)
    commission, asset = settle(order, match.qty, match.quote, maker, tx.exchange.prices)
    tx.exchange.ledger.commission(asset, commission)
    trade = Trade(match.trade_id, order, match.price, match.qty, match.quote, commission, asset, tx.now, maker)
    order.trades.append(trade)
    account.blotter(order.rules.name).trades.append(trade)
    return trade


def _follow(tx: Transaction, order: Order) -> None:
    """What a trade of this order means for others: its pair ends, those that wait for it may start."""
    whole = order.order_list
    if whole is not None:
        end_pair(tx, order)
    if order.status != FILLED:
        return
    close(tx, order)
    if whole is not None:
        if order is whole.working:
            tx.ready.append(whole)
        finish_list(tx, whole)


def _prevent(tx: Transaction, order: Order, step: Prevention) -> None:
    """Expire what self-trade prevention says, on one side or both."""
    desk, maker = tx.desk, step.maker
    quantities = (step.qty, step.taker_qty, step.maker_qty)
    match = PreventedMatch(desk.next_match_id, order, maker, step.mode, step.price, *quantities, tx.now)
    desk.next_match_id += 1
    for account in dict.fromkeys((order.account, maker.account)):
        account.blotter(order.rules.name).prevented.append(match)
    if step.moves:
        _transfer(order, maker, match)
    order.matches.append(match)
    if step.maker_qty:
        _expire_part(tx, maker, step.maker_qty, match)
        maker.matches.append(match)
    if step.taker_qty:
        _expire_part(tx, order, step.taker_qty, match)


def _transfer(order: Order, maker: Order, match: PreventedMatch) -> None:
    """Between two accounts of a group the prevented quantity and its worth change hands, without commission."""
    buyer, seller = (order, maker) if order.ticket.buys else (maker, order)
    worth = quote_amount(match.price, match.qty)
    buyer.reserve.spend(worth)
    seller.reserve.spend(match.qty)
    buyer.account.funds.receive(buyer.rules.base, match.qty)
    seller.account.funds.receive(seller.rules.quote, worth)


def _expire_part(tx: Transaction, order: Order, qty: Decimal, match: PreventedMatch) -> None:
    order.prevented += qty
    order.goes(PREVENT_PART if order.remaining else PREVENT_ALL, tx.now)
    side = tx.desk.book.side(order.ticket.buys)
    if order.shown > order.remaining:
        side.resize(order, order.remaining)
    shrink(order)
    if not order.is_open:
        close(tx, order)
    tx.report(order, "TRADE_PREVENTION", match=match)
    if not order.is_open:
        end_others(tx, order, "OTO_PHASE_ONE_EXPIRED")
        finish_list(tx, order.order_list)

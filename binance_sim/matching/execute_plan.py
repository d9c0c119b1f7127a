"""Executing a taker's plan: trades, and prevented self-trades."""

from dataclasses import dataclass
from decimal import Decimal

from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.books import RestingOrder
from binance_sim.matching.end_order import close_order, end_dependents, end_other_leg, finish_list
from binance_sim.matching.external_liquidity import ExternalOrder
from binance_sim.matching.order_states import FILL_ALL, FILL_PART, FILLED, PREVENT_ALL, PREVENT_PART
from binance_sim.matching.orders import AccountTrade, Order, PreventedMatch
from binance_sim.matching.plans import PlannedFill, PlannedPrevention, PlanStep
from binance_sim.matching.settlement import settle, shrink_reserve
from binance_sim.matching.transaction import Transaction
from binance_sim.numbers import quote_amount


@dataclass(frozen=True, slots=True)
class MatchedTrade:
    """A trade of the pair, before it is booked on either side."""

    trade_id: int
    price: Decimal
    qty: Decimal
    quote: Decimal


def execute_steps(tx: Transaction, buys: bool, order: Order | None, steps: list[PlanStep]) -> None:
    """Execute the steps for `order`, or for the external market (None), and publish the trades."""
    public_trades: list[PublicTrade] = []
    for step in steps:
        if isinstance(step, PlannedFill):
            public_trades.append(_fill(tx, buys, order, step))
        elif order is not None:
            _prevent(tx, order, step)
    tx.publish_trades(public_trades)


def _fill(tx: Transaction, buys: bool, order: Order | None, step: PlannedFill) -> PublicTrade:
    market, maker = tx.market, step.maker
    match = MatchedTrade(market.take_trade_id(), step.price, step.qty, quote_amount(step.price, step.qty))
    taken = _book_side(tx, order, match, maker=False) if order is not None else None
    made = _book_side(tx, maker, match, maker=True) if isinstance(maker, Order) else None
    market.book.opposite(buys).reduce(maker, match.qty)
    _count_external(tx, buys, order, maker, match)
    for trade in (taken, made):
        if trade is not None:
            tx.report(trade.order, "TRADE", trade)
    for trade in (taken, made):
        if trade is not None:
            _end_related(tx, trade.order)
    return PublicTrade(match.trade_id, match.price, match.qty, match.quote, tx.market_us, buyer_is_maker=not buys)


def _count_external(tx: Transaction, buys: bool, order: Order | None, maker: RestingOrder, match: MatchedTrade) -> None:
    if isinstance(maker, ExternalOrder):
        tx.market.external.record_taken(not buys, maker, match.qty)
    if (order is None) != (maker.account is None):
        rules, outside_buys = tx.market.rules, buys == (order is None)
        tx.exchange.ledger.trade(rules.base, match.qty, rules.quote, match.quote, outside_buys)


def _book_side(tx: Transaction, order: Order, match: MatchedTrade, maker: bool) -> AccountTrade:
    """Book one side of a trade: the order's state, payments, commission."""
    account = order.account
    if not order.filled:
        account.unfilled.count_first_fill(maker)
    order.filled += match.qty
    order.spent += match.quote
    order.apply(FILL_PART if order.remaining else FILL_ALL, tx.now)
    commission, asset = settle(order, match.qty, match.quote, maker, tx.exchange.prices)
    tx.exchange.ledger.commission(asset, commission)
    trade = AccountTrade(match.trade_id, order, match.price, match.qty, match.quote, commission, asset, tx.now, maker)
    order.trades.append(trade)
    tx.market.blotter(account).trades.append(trade)
    return trade


def _end_related(tx: Transaction, order: Order) -> None:
    """After a trade, end the other leg of an OCO, and let pending orders start."""
    order_list = order.order_list
    if order_list is not None:
        end_other_leg(tx, order)
    if order.status != FILLED:
        return
    close_order(tx, order)
    if order_list is not None:
        if order is order_list.working:
            tx.ready.append(order_list)
        finish_list(tx, order_list)


def _prevent(tx: Transaction, order: Order, step: PlannedPrevention) -> None:
    """Expire what self-trade prevention demands, on one side or both."""
    market, maker = tx.market, step.maker
    quantities = (step.qty, step.taker_qty, step.maker_qty)
    match = PreventedMatch(market.next_match_id, order, maker, step.mode, step.price, *quantities, tx.now)
    market.next_match_id += 1
    for account in dict.fromkeys((order.account, maker.account)):
        tx.market.blotter(account).prevented.append(match)
    if step.moves:
        _transfer(order, maker, match)
    order.matches.append(match)
    if step.maker_qty:
        _expire_part(tx, maker, step.maker_qty, match)
        maker.matches.append(match)
    if step.taker_qty:
        _expire_part(tx, order, step.taker_qty, match)


def _transfer(order: Order, maker: Order, match: PreventedMatch) -> None:
    """Move the prevented quantity and its value between two accounts of a group, without commission."""
    buyer, seller = (order, maker) if order.ticket.buys else (maker, order)
    worth = quote_amount(match.price, match.qty)
    buyer.reserve.spend(worth)
    seller.reserve.spend(match.qty)
    buyer.account.funds.receive(buyer.rules.base, match.qty)
    seller.account.funds.receive(seller.rules.quote, worth)


def _expire_part(tx: Transaction, order: Order, qty: Decimal, match: PreventedMatch) -> None:
    order.prevented += qty
    order.apply(PREVENT_PART if order.remaining else PREVENT_ALL, tx.now)
    side = tx.market.book.side(order.ticket.buys)
    if order.shown > order.remaining:
        side.resize(order, order.remaining)
    shrink_reserve(order)
    if not order.is_open:
        close_order(tx, order)
    tx.report(order, "TRADE_PREVENTION", match=match)
    if not order.is_open:
        end_dependents(tx, order, "OTO_PHASE_ONE_EXPIRED")
        finish_list(tx, order.order_list)

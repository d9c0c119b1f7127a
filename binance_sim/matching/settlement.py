"""Payments of a fill, and its commission (source: "Commission Rates" FAQ).

The commission is taken from the received asset, rounded down to eight decimals. The exchange does not document the
direction: this is our choice. With the BNB discount and enough free BNB it is paid in BNB, otherwise not.
"""

from collections.abc import Mapping
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import BNB
from binance_sim.matching.orders import Order
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import EXACT, ONE, down, quote_ceiling


class LastPrices:
    """The last prices of all pairs, to value BNB."""

    def __init__(self, markets: Mapping[str, SymbolMarket]) -> None:
        self._markets = markets

    def last(self, symbol: str) -> Decimal | None:
        market = self._markets.get(symbol)
        return market.last_price if market else None

    def of_bnb(self, quote: str) -> Decimal | None:
        """The price of one BNB in `quote`, directly or through USDT; None if no pair gives it."""
        if quote == BNB:
            return ONE
        straight = self.last(BNB + quote)
        if straight:
            return straight
        dollars, through = self.last("BNBUSDT"), self.last(quote + "USDT")
        return EXACT.divide(dollars, through) if dollars and through else None


def settle(order: Order, qty: Decimal, quote: Decimal, maker: bool, prices: LastPrices) -> tuple[Decimal, str]:
    """Pay from the reserve and receive the other asset less commission; returns the commission and its asset."""
    ticket, rules = order.ticket, order.ticket.rules
    order.reserve.spend(quote if ticket.buys else qty)
    amount, asset = (qty, rules.base) if ticket.buys else (quote, rules.quote)
    bnb = _in_bnb(order, quote, maker, prices)
    paid = _receive_for_bnb(order, asset, amount, bnb)
    if not paid:
        commission = down(EXACT.multiply(amount, order.account.fees.of(rules.name).rate(maker, ticket.buys)))
        _receive_less(order, asset, amount, commission)
        paid = (commission, asset)
    shrink_reserve(order)
    return paid


def _in_bnb(order: Order, quote: Decimal, maker: bool, prices: LastPrices) -> Decimal | None:
    """The commission in BNB of a fill worth `quote`; None if the account or the market does not allow it."""
    rules, fees = order.ticket.rules, order.account.fees
    price = prices.of_bnb(rules.quote) if fees.pays_bnb(rules.name) else None
    if not price:
        return None
    worth = EXACT.multiply(quote, fees.of(rules.name).rate_in_bnb(maker, order.ticket.buys))
    return down(EXACT.divide(worth, price))


def _receive_for_bnb(order: Order, asset: str, amount: Decimal, bnb: Decimal | None) -> tuple[Decimal, str] | None:
    """Receive `amount` and pay the commission in BNB; returns None, with nothing done, if that is not possible."""
    if bnb is None or not _pay_bnb(order.account, asset, amount, bnb):
        return None
    _receive(order, asset, amount - bnb if asset == BNB else amount)
    return bnb, BNB


def _pay_bnb(account: TradingAccount, asset: str, amount: Decimal, bnb: Decimal) -> bool:
    """Pay from free BNB, or from the received amount if that is BNB."""
    if account.bnb_fills == 0:
        return False
    paid = amount >= bnb if asset == BNB else account.funds.pay(BNB, bnb)
    if paid and account.bnb_fills is not None:
        account.bnb_fills -= 1
    return paid


def _receive(order: Order, asset: str, amount: Decimal) -> None:
    """Receive an amount. What the working order of an OPO buys is locked at once for the pending orders."""
    if order.proceeds is not None:
        order.proceeds.add(amount)
    else:
        order.account.funds.receive(asset, amount)


def _receive_less(order: Order, asset: str, amount: Decimal, commission: Decimal) -> None:
    """Receive less commission. An OPO pays it from free funds if there are enough, but never if BNB was bought."""
    if order.proceeds is not None and asset != BNB and order.account.funds.pay(asset, commission):
        order.proceeds.add(amount)
    else:
        _receive(order, asset, amount - commission)


def shrink_reserve(order: Order) -> None:
    """Free what the rest of the order cannot need, for example after fills at better prices than its limit.

    Two orders that share a reserve keep the larger need.
    """
    other = order.order_list.other_leg(order) if order.order_list is not None else None
    sharing = (each for each in (order, other) if each is not None and each.is_open and each.reserve is order.reserve)
    order.reserve.shrink_to(max(map(required_reserve, sharing), default=order.reserve.amount))


def required_reserve(order: Order) -> Decimal:
    """What the rest of an order may have to pay. A BUY at the market keeps its reserve: its cost is not known yet."""
    ticket = order.ticket
    if not ticket.buys:
        return order.remaining
    if ticket.limit is None:
        return order.reserve.amount
    return quote_ceiling(ticket.price, order.remaining)

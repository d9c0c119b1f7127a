"""Money and goods of a fill, and its commission (source: "Commission Rates" FAQ).

Commission is taken from the received asset, cut to eight decimals: the exchange documents no direction, so that this
one is a choice. With the BNB discount on and enough free BNB it is paid in BNB instead; without enough, silently not.
"""

from collections.abc import Mapping
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import BNB
from binance_sim.matching.orders import Order
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import EXACT, ONE, down, quote_ceiling


class LastPrices:
    """The last prices of all pairs."""

    def __init__(self, markets: Mapping[str, SymbolMarket]) -> None:
        self._markets = markets

    def last(self, symbol: str) -> Decimal | None:
        market = self._markets.get(symbol)
        return market.last_price if market else None

    def of_bnb(self, quote: str) -> Decimal | None:
        """One BNB in `quote`, straight or through USDT; None where no market tells."""
        if quote == BNB:
            return ONE
        straight = self.last(BNB + quote)
        if straight:
            return straight
        dollars, through = self.last("BNBUSDT"), self.last(quote + "USDT")
        return EXACT.divide(dollars, through) if dollars and through else None


def settle(order: Order, qty: Decimal, quote: Decimal, maker: bool, prices: LastPrices) -> tuple[Decimal, str]:
    """Pay with what is locked, receive the rest less commission; the commission and its asset."""
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
    """The commission in BNB of a fill worth `quote`; None where the account or the market does not allow it."""
    rules, fees = order.ticket.rules, order.account.fees
    price = prices.of_bnb(rules.quote) if fees.pays_bnb(rules.name) else None
    if not price:
        return None
    worth = EXACT.multiply(quote, fees.of(rules.name).rate_in_bnb(maker, order.ticket.buys))
    return down(EXACT.divide(worth, price))


def _receive_for_bnb(order: Order, asset: str, amount: Decimal, bnb: Decimal | None) -> tuple[Decimal, str] | None:
    """Receive all of `amount` if the commission can be paid in BNB; None, with nothing done, if not."""
    if bnb is None or not _pay_bnb(order.account, asset, amount, bnb):
        return None
    _receive(order, asset, amount - bnb if asset == BNB else amount)
    return bnb, BNB


def _pay_bnb(account: TradingAccount, asset: str, amount: Decimal, bnb: Decimal) -> bool:
    """Pay from free BNB, or from what is received where that is BNB."""
    if account.bnb_fills == 0:
        return False
    paid = amount >= bnb if asset == BNB else account.funds.pay(BNB, bnb)
    if paid and account.bnb_fills is not None:
        account.bnb_fills -= 1
    return paid


def _receive(order: Order, asset: str, amount: Decimal) -> None:
    """What an OPO's working order buys is locked at once for the orders that wait for it."""
    if order.proceeds is not None:
        order.proceeds.add(amount)
    else:
        order.account.funds.receive(asset, amount)


def _receive_less(order: Order, asset: str, amount: Decimal, commission: Decimal) -> None:
    """An OPO's commission comes from free funds where there are enough, but never where BNB was bought."""
    if order.proceeds is not None and asset != BNB and order.account.funds.pay(asset, commission):
        order.proceeds.add(amount)
    else:
        _receive(order, asset, amount - commission)


def shrink_reserve(order: Order) -> None:
    """Free what the rest of the order cannot need: a better price than the limit leaves something over.

    What both orders of a pair hold is enough for either.
    """
    other = order.order_list.other_leg(order) if order.order_list is not None else None
    sharing = (each for each in (order, other) if each is not None and each.is_open and each.reserve is order.reserve)
    order.reserve.shrink_to(max(map(required_reserve, sharing), default=order.reserve.amount))


def required_reserve(order: Order) -> Decimal:
    """What the rest of an order may have to pay. One at the market keeps what it has: its cost shows when it runs."""
    ticket = order.ticket
    if not ticket.buys:
        return order.remaining
    if ticket.limit is None:
        return order.reserve.amount
    return quote_ceiling(ticket.price, order.remaining)

"""The SELL that a LIMIT BUY pays for (OPO): its price is chosen before anything is bought, for the worst case.

The worst case is that the whole BUY is filled at its limit, and pays the highest fee in the coin itself.
"""

from dataclasses import replace
from decimal import Decimal

from lotkeeper.trading.filters.base import Draft, MarketContext, OrderType
from lotkeeper.trading.lots.floors import floor_price, required_proceeds
from lotkeeper.trading.money import ONE, Ratio, floor_to, less, product
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.price_band import why_refused


def paid_sell_price(
    market: Market, policy: ExitPolicy, buy: Draft, around: MarketContext, buy_rate: Decimal | None
) -> Decimal | str:
    """At which price (quote) the SELL of a LIMIT BUY is to stand; or why the BUY alone is sent, for people.

    `buy_rate` is the highest fee of a BUY, as a fraction of what it brings; None: not told yet. `around` counts what
    stands on the pair.
    """
    assert buy.price is not None
    why = _no_list(market, policy)
    if why or buy_rate is None:
        return why or "the exchange has not told the fees of the pair yet"
    pair = market.pair
    received = less(buy.quantity, product(buy.quantity, buy_rate))
    sold = floor_to(received, pair.step)
    if sold < pair.min_quantity or market.sell_rate >= ONE:
        return "what it brings after its fee is too little for a SELL"
    spent = product(buy.price, buy.quantity)
    share = Ratio(spent) if policy.dust is Dust.WRITE_OFF else Ratio(product(spent, sold), received)
    sell_price = floor_price(required_proceeds(share, Ratio(ONE), policy), sold, market.sell_rate, pair.tick)
    sell = Draft(Side.SELL, OrderType.LIMIT, sold, sell_price, opens_list=True)
    before = around.pair.orders
    counts = replace(around.pair, orders=None if before is None else before + 1)  # it is the second of two orders
    crowded = replace(around, pair=counts)
    refused = why_refused(pair, sell, crowded)
    return sell_price if not refused else f"the exchange would refuse its SELL: {refused}"


def _no_list(market: Market, policy: ExitPolicy) -> str:
    """Why the exchange cannot place the SELL of this pair and policy; empty if it can."""
    if not market.pair.takes_opo:
        return f"the exchange takes no order list of this kind (OPO) on {market.pair.symbol}"
    ways = {
        "exit.ladder": policy.ladder,
        "exit.trailing": policy.trailing_bips,
        "exit.stop_loss": policy.stop_loss_pct,
        "exit.keep_coins_pct": policy.keep_coins_pct,
    }
    chosen = ", ".join(name for name, value in ways.items() if value)
    return f"one LIMIT SELL cannot do what {chosen} asks for" if chosen else ""

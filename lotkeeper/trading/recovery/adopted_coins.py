"""Coins that came to the account without a trade on the pair: adopted at a cost that a person states."""

from collections.abc import Sequence
from decimal import ROUND_UP, Context, Decimal

from lotkeeper.trading.filters.amounts import Precision
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, less, plain, total
from lotkeeper.trading.orders.fills import Fill, Side

# Above every order id of the exchange, and short enough for a client order id: no real BUY has such a number.
FIRST_NUMBER = 10**17
_MOST = Decimal(10**12)
_UP = Context(prec=20, rounding=ROUND_UP)


def adopted_lot_number(at_ms: int) -> int:
    """The number that takes the place of the BUY's order id in a lot of coins adopted at that moment (ms)."""
    return FIRST_NUMBER + at_ms


def fill_of_coins(symbol: str, base: str, at_ms: int, quantity: Decimal, cost: Decimal) -> Fill:
    """The one fill of such a lot: `quantity` (base) for `cost` (quote), all fees included.

    Its trade id is below zero, because the exchange has no such trade and no cursor may wait for it.
    """
    return Fill(
        symbol=symbol,
        trade_id=-at_ms,
        order_id=adopted_lot_number(at_ms),
        side=Side.BUY,
        price=_UP.divide(cost, quantity),
        quantity=quantity,
        quote_quantity=cost,
        commission=ZERO,
        commission_asset=base,
        time_ms=at_ms,
        is_maker=False,
    )


def why_coins_are_missing(lots: Sequence[Lot], beyond: Decimal) -> str:
    """Why earlier BUYs cannot be adopted, if the account holds `beyond` (base) more than all lots including these.

    Below zero their coins are gone: sold on another pair, withdrawn, or part of another pair's lots. Empty if not.
    """
    if beyond >= 0 or not lots:
        return ""
    rest, base = total(less(lot.stock, lot.sold) for lot in lots), lots[0].base
    there = max(total((rest, beyond)), ZERO)
    hint = f"; adopt those with --quantity {plain(there)} and --cost" if there else ""
    names = ", ".join(lot.lot_id for lot in lots)
    return (
        f"{plain(rest)} {base} of {names} is not sold on this pair, and the account holds {_coins(there, base)}{hint}"
    )


def why_no_amount(quantity: Decimal, cost: Decimal, precision: Precision) -> str:
    """Why these are no possible amounts of the pair's assets; empty if they are."""
    if quantity <= 0 or cost <= 0:
        return "the quantity and the cost have to be above zero: a SELL has to bring the cost"
    for name, value, decimals in (("quantity", quantity, precision.base), ("cost", cost, precision.quote)):
        if value >= _MOST:
            return f"a {name} of {value:.0E} is more than any account can hold"
        if value != round(value, decimals):
            return f"the {name} {plain(value)} has more than {decimals} decimals, which is as fine as its asset goes"
    return ""


def why_not_adoptable(quantity: Decimal, beyond: Decimal, base: str) -> str:
    """Why so many coins cannot be adopted if `beyond` (base) are in no lot; empty if they can."""
    if quantity > beyond:
        return f"the account holds {_coins(beyond, base)}, and {plain(quantity)} {base} was asked for"
    return ""


def _coins(there: Decimal, base: str) -> str:
    return f"{plain(there)} {base} that no lot has" if there > 0 else "nothing that no lot has"

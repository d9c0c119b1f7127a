"""Sentences about what differs between the book of a pair and what the exchange says."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from lotkeeper.trading.book.holdings import PairHolding, describe_holdings, total_quantity
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.money import ZERO, less, plain, product
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.recovery.reconcile import Reconciliation


def differences(before: Mapping[int, Lot], compared: Reconciliation) -> tuple[str, ...]:
    """What a reconciliation changed: the lots as they were `before`, compared with its book. Empty if they agree."""
    lots = compared.book.lots
    found = [text for number in sorted(lots) for text in _of_lot(before.get(number), lots[number])]
    denied = [
        f"SELL {order.client_id} stands here, and the exchange does not know it"
        for order in compared.sells_unknown_to_exchange
    ]
    return (*found, *denied)


def coins_beyond_lots(lots: Mapping[int, Lot], balance: Decimal, others: Sequence[PairHolding] = ()) -> Decimal:
    """What the account holds (base) more than all lots, those of other pairs with the same coin included.

    Below zero if it holds less.
    """
    held = (less(lot.stock, lot.sold) for lot in lots.values())
    return less(balance, total_quantity(others), *held)


def describe_coins_beyond(
    book: PairBook, beyond: Decimal, bid: Decimal, others: Sequence[PairHolding] = (), doubt: str = ""
) -> str:
    """The difference between the account's balance and the lots, and its worth at the bid (zero: no bid).

    `doubt` names the other pairs of which it is not known what they hold.
    """
    names = f"{book.symbol}{describe_holdings(others, book.base)}"
    sentence = _describe(names, book.base, book.quote, beyond, bid)
    return f"{sentence}; what other pairs hold is not known for certain ({doubt})" if doubt else sentence


def _describe(names: str, base: str, quote: str, beyond: Decimal, bid: Decimal) -> str:
    if not beyond:
        return f"the account holds exactly the {base} that the lots of {names} have not sold"
    value = product(abs(beyond), bid).quantize(Decimal("0.01"))
    worth = f", worth {value:f} {quote} at the bid" if bid else ""
    if beyond < 0:
        return f"the account holds {plain(-beyond)} {base} less than the lots of {names} believe{worth}: moved away?"
    return (
        f"the account holds {plain(beyond)} {base} that no lot of {names} has{worth}: from before, "
        "or come without a trade (deposit, transfer, conversion)"
    )


def _of_lot(old: Lot | None, new: Lot) -> Iterator[str]:
    known = old or Lot(new.symbol, new.base, new.quote, new.buy_order_id)
    if old is None:
        yield f"{new.lot_id}: BUY order {new.buy_order_id} has no lot here"
    for fill in (*new.buys, *new.sells):
        if fill not in (*known.buys, *known.sells):
            yield f"{new.lot_id}: {_trade(fill, new)} is not known here"
    before = {order.name: order for order in known.orders}
    for order in new.orders:
        text = _order(before.get(order.name), order)
        if text:
            yield f"{new.lot_id}: {text}"
    for each in new.disposals:
        yield from _disposal(next((one for one in known.disposals if one.is_same(each)), None), each, new)


def _trade(fill: Fill, lot: Lot) -> str:
    what = "bought" if fill.side is Side.BUY else "sold"
    return f"trade {fill.trade_id}, which {what} {plain(fill.quantity)} {lot.base} at {plain(fill.price)},"


def _order(old: SellOrder | None, new: SellOrder) -> str:
    says = f"{new.state}, {plain(new.executed)} of {plain(new.quantity)} sold"
    if old is None:
        return f"SELL {new.client_id} is not known here; the exchange says {says}"
    if (old.state, old.executed, old.quantity) == (new.state, new.executed, new.quantity):
        return ""
    believed = f"{old.state}, {plain(old.executed)} of {plain(old.quantity)} sold"
    return f"SELL {new.client_id} is {believed} here; the exchange says {says}"


def _disposal(old: Disposal | None, new: Disposal, lot: Lot) -> Iterator[str]:
    change = less(new.quantity, old.quantity if old else ZERO)
    if change > 0:
        yield f"{lot.lot_id}: order {new.order_id}, made by hand, sold {plain(change)} {lot.base} of it"
    elif change < 0:
        yield f"{lot.lot_id}: order {new.order_id} is one of our SELLs, and sold nothing of it by hand"

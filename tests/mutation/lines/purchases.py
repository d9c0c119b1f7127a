"""A sale that meets a BUY of the same account, and the SELL that a BUY pays for."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    # self_trade.py, planned_sale.py: a sale that meets a BUY of the same account
    Mutant("selling/self_trade.py", "a BUY under the limit is met", "each.price >= limit", "each.price <= limit"),
    Mutant(
        "selling/self_trade.py",
        "the lowest of the BUYs is met first",
        "return max((each for each in on_book",
        "return min((each for each in on_book",
    ),
    Mutant("selling/self_trade.py", "what ends the SELL does no harm", "mode != SelfTrade", "mode == SelfTrade"),
    Mutant(
        "selling/planned_sale.py",
        "one's own bid is expected to pay",
        "expected = price if is_own_bid else max(",
        "expected = max(",
    ),
    # the SELL that a BUY pays for
    Mutant("orders/client_ids.py", "any name with its end is one", "if is_purchase(purchase) else", "if purchase else"),
    Mutant("book/paid_sells.py", "a SELL that waits is one of ours", "if not report.has_begun or", "if"),
    Mutant("book/paid_sells.py", "the list tells nothing", "return by_list or", "return"),
    Mutant("book/paid_sells.py", "one without its BUY is forgotten", "self._waiting[report.order_id] = report", "pass"),
    Mutant(
        "book/order_lists.py",
        "its lot stays with the list",
        "return self._lots.apply_hold_event(buy_order_id, HoldEvent.UNLISTED) if is_left else None",
        "return None",
    ),
    Mutant("book/pair_book.py", "its sale is a person's", "if not self.paid_sells.is_one(report):", "if True:"),
    Mutant(
        "book/rebuild.py", "it is taken for an order list of ours", "is_list = not name.is_paid and (", "is_list = ("
    ),
    Mutant("book/rebuild.py", "what is bought later is not its", "order.name.is_paid or order.locks", "order.locks"),
    Mutant("selling/changed_terms.py", "it keeps its price for ever", "profit is None and order.name.is_paid", "False"),
    Mutant(
        "selling/dust.py", "any lack is the fee", "return is_paid and lot.buy_ended and missing <=", "return missing <="
    ),
    Mutant(
        "selling/dust.py",
        "more than the fee is the fee",
        "is_paid and lot.buy_ended and missing <= total(",
        "is_paid and bool(",
    ),
    Mutant(
        "buying/paid_sell.py",
        "the fee of the BUY is not its cost",
        "less(buy.quantity, product(buy.quantity, buy_rate))",
        "buy.quantity",
    ),
    Mutant(
        "buying/paid_sell.py",
        "dust that is written off costs nothing",
        "Ratio(spent) if policy.dust is Dust.WRITE_OFF else ",
        "",
    ),
    Mutant("buying/paid_sell.py", "it is one order of two", "before + 1)", "before)"),
    Mutant(
        "buying/paid_sell.py",
        "one LIMIT does what a ladder asks for",
        '"exit.ladder": policy.ladder',
        '"exit.ladder": ()',
    ),
    Mutant(
        "lots/fees.py",
        "the buyer's part is no fee of a BUY",
        "max(part.maker, part.taker), part.buyer",
        "max(part.maker, part.taker), ZERO",
    ),
    # price_band.py, planned_purchase.py: a price that the exchange would refuse
    Mutant(
        "price_band.py",
        "the lowest price of the band is under it",
        "least = ratio_ceil_to(Ratio(max((*lows, pair.price.least, pair.tick))), pair.tick)",
        "least = floor_to(max((*lows, pair.price.least, pair.tick)), pair.tick)",
    ),
    Mutant(
        "price_band.py", "the highest price is that of the wider filter", "floor_to(min(highs)", "floor_to(max(highs)"
    ),
    Mutant("price_band.py", "what follows from the price is told first", "if each.filter in _NAMES", "if False"),
    Mutant(
        "buying/planned_purchase.py",
        "a price is measured by itself",
        "known.reference if wish.price is not None else known.reference or expected",
        "known.reference or expected",
    ),
)

"""The worked example of docs/reference/money.md, played by the rules themselves."""

from dataclasses import replace
from decimal import Decimal as D
from io import StringIO

from rich.console import Console

from actors.ledger.explanation import explanation
from cli.views.explanation import explanation_view
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.policy import ExitPolicy, Terms
from lotkeeper.trading.prices.fee_valuation import fee_values
from lotkeeper.trading.reports.explanation import explain
from lotkeeper.trading.selling.decisions import Close, PlaceSell
from lotkeeper.trading.selling.plan import PairConditions, decide_lot
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW

BUY, SELL = 7001, 9001
TERMS = Terms(make.market("0.001"), ExitPolicy(D("0.5")))
HOUR_MS = 3_600_000


def bought() -> PairBook:
    """Two trades of one BUY: the first fee in the coin, the second in BNB, at 600 USDT for one."""
    book = PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=TERMS.market, policy=TERMS.policy)
    book.apply_fill(on_the_hour(make.buy(501, BUY, "0.004", "60000", fee="0.000004")))
    book.apply_fill(on_the_hour(make.buy(502, BUY, "0.006", "60010", fee="0.0003", asset="BNB")))
    for value in fee_values(book.lots[BUY], "BNB", D(600), NOW):
        book.set_fee_value(BUY, value)
    book.apply_report(make.buy_report(BUY, "0.01"))
    return book


def sold() -> PairBook:
    """And its SELL, which the market takes an hour later."""
    book = bought()
    (step,) = decide_lot(book, BUY, PairConditions(NOW))
    assert isinstance(step, PlaceSell)
    order = book.lots.record_sell_sent(step, NOW)
    fee = order.price * order.quantity * TERMS.market.sell_rate
    sale = make.sell(503, SELL, str(order.quantity), str(order.price), fee=str(fee.quantize(D("1E-8"))))
    book.apply_report(make.sell_report(order, SELL))
    book.apply_fill(replace(sale, time_ms=NOW + HOUR_MS, is_maker=True))
    book.lots.apply_decision(book.lots[BUY], Close())
    return book


def on_the_hour(fill: Fill) -> Fill:
    return replace(fill, time_ms=NOW)


def as_shown() -> str:
    """What `lotkeeper explain` prints of it."""
    document = explanation(explain(sold().lots[BUY], TERMS, NOW))
    console = Console(width=132, file=StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(explanation_view(document))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())

"""How fast the money rules are on one core: floors, lots that take fills, and decisions, each a figure a minute.

No I/O, no actor: what stands between a fill and its SELL beside the two hops. Run it with `make bench`, on a machine
that does nothing else. The reference is a floor as one expression of plain Decimal, rounded wherever that rounds.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from functools import partial

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.amounts import LotSize, MarketLotSize, Notional, PercentPriceBySide, PriceFilter
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders, MaxNumOrders
from lotkeeper.trading.lots.floors import floor_price, required_proceeds
from lotkeeper.trading.money import ONE, Ratio
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.pair import TRADING, TradePair
from lotkeeper.trading.policy import AgeStep, ExitPolicy, Market, Rung
from lotkeeper.trading.selling.decisions import Close, PlaceSell, TransferDust
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot

NOW = 1_700_000_000_000
ROUNDS = 7
KNOWN = PairConditions(NOW)
POLICY = ExitPolicy(Decimal("0.5"))
RATE = Decimal("0.001")
# The filters of BTCUSDT as of 2025.
PAIR = TradePair(
    symbol="BTCUSDT",
    base="BTC",
    quote="USDT",
    status=TRADING,
    price=PriceFilter(Decimal("0.01"), Decimal("0.01"), Decimal("1000000.00")),
    size=LotSize(Decimal("0.00001"), Decimal("0.00001"), Decimal("9000.00000")),
    filters=(
        MarketLotSize(Decimal(0), Decimal(0), Decimal("76.79")),
        PercentPriceBySide(Decimal(5), Decimal("0.2"), Decimal(5), Decimal("0.2")),
        Notional(Decimal(5), Decimal(9_000_000)),
        MaxNumOrders(200),
        MaxNumAlgoOrders(5),
    ),
)
MARKET = Market(PAIR, RATE)
LADDER = tuple(Rung(Decimal(share), Decimal(pct)) for share, pct in ((50, "0.5"), (30, "1"), (20, "2")))
# The default first: the others are compared with it.
EXITS = {
    "the default: all at one net profit": POLICY,
    "a ladder of three parts: the first of them": replace(POLICY, ladder=LADDER),
    "age, before its first step": replace(POLICY, age=(AgeStep(86_400_000, Decimal("0.1")),)),
    "age, from its last step on": replace(POLICY, age=(AgeStep(0, Decimal("0.2")), AgeStep(0, Decimal(0)))),
    "coins that are kept, and the rest sold": replace(POLICY, net_profit_pct=Decimal(5), keep_coins_pct=Decimal(100)),
}
Work = Iterator[None]  # what comes before the first `yield` is not counted
Numbers = tuple[Decimal, Decimal]  # price and quantity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="of each, in a round")
    count = parser.parse_args().count
    print(f"{'the money rules, on one core':<56}{'µs each':>9}{'a minute':>13}")
    for name, contender in CONTENDERS.items():
        seconds = middle_time(contender, count)
        print(f"{name:<56}{seconds / count * 1e6:>9.1f}{round(60 * count / seconds):>13,}", flush=True)
    print(f"\n{'a fill into its lot, and what is decided, by its exit':<56}{'µs each':>9}{'the default':>13}")
    for name, seconds, ratio in by_exit(count):
        print(f"{name:<56}{seconds / count * 1e6:>9.1f}{ratio:>12.2f}x", flush=True)


def middle_time(contender: Callable[[int], Work], count: int) -> float:
    """The median of some rounds, in seconds of this process."""
    return statistics.median(one_time(contender, count) for _ in range(ROUNDS))


def one_time(contender: Callable[[int], Work], count: int) -> float:
    """In seconds of this process."""
    work = contender(count)
    next(work)
    gc.collect()
    begun = time.process_time()
    next(work, None)
    return time.process_time() - begun


def by_exit(count: int) -> Iterator[tuple[str, float, float]]:
    """Each way of selling, the seconds that its first SELLs take, and how much that is of the default's.

    Each round plays all of them, so that a slow moment of the machine slows all; the ratios are medians of rounds.
    """
    rounds = [
        {name: one_time(partial(decisions, policy=policy), count) for name, policy in EXITS.items()}
        for _ in range(ROUNDS)
    ]
    default = next(iter(EXITS))
    for name in EXITS:
        ratio = statistics.median(each[name] / each[default] for each in rounds)
        yield name, statistics.median(each[name] for each in rounds), ratio


def plain_floors(count: int) -> Work:
    costs, quantity, percent, tick = some_costs(count), Decimal("0.00101"), POLICY.net_profit_pct, PAIR.tick
    yield
    for cost in costs:
        price = cost * (1 + percent / 100) / (quantity * (1 - RATE))
        (price / tick).to_integral_value(ROUND_CEILING) * tick


def floors(count: int) -> Work:
    costs, quantity = some_costs(count), Decimal("0.00101")
    yield
    for cost in costs:
        floor_price(required_proceeds(Ratio(cost), Ratio(ONE), POLICY), quantity, RATE, PAIR.tick)


def updates(count: int) -> Work:
    book, fills = new_book(), buys(count)
    yield
    for fill in fills:
        book.apply_fill(fill)


def updates_and_floors(count: int) -> Work:
    book, fills = new_book(), buys(count)
    yield
    for fill in fills:
        lot = book.apply_fill(fill)
        assert lot is not None
        floor_price(required_proceeds(Ratio(lot.stock_cost), Ratio(ONE), POLICY), lot.stock, RATE, PAIR.tick)


def decisions(count: int, policy: ExitPolicy = POLICY) -> Work:
    book, fills = new_book(policy), buys(count)
    yield
    for fill in fills:
        book.apply_fill(fill)
        *_, step = decide_lot(book, fill.order_id, KNOWN)
        assert isinstance(step, PlaceSell)


def lives(count: int) -> Work:
    book, fills = new_book(), buys(count)
    yield
    for number, fill in enumerate(fills):
        live(book, fill, number)


def live(book: PairBook, fill: Fill, number: int) -> None:
    """Bought, placed with the dust of those before, sold in one trade, closed, forgotten."""
    bought, sell_id = (fill.price, fill.quantity), 10**9 + number
    book.apply_fill(fill)
    book.apply_report(report(Side.BUY, fill.order_id, "web_1", bought, "FILLED"))
    *transfers, step = decide_lot(book, fill.order_id, KNOWN)
    for each in transfers:
        assert isinstance(each, TransferDust)
        book.lots.transfer_dust(each.transfer)
    assert isinstance(step, PlaceSell)
    order = book.lots.record_sell_sent(step, NOW)
    sold = order.price, order.quantity
    book.apply_report(report(Side.SELL, sell_id, order.client_id, sold, "NEW"))
    book.apply_fill(sale(fill, sell_id, number, sold))
    book.apply_report(report(Side.SELL, sell_id, order.client_id, sold, "FILLED"))
    (end,) = decide_lot(book, fill.order_id, KNOWN)
    assert isinstance(end, Close)
    book.lots.apply_decision(book.lots[fill.order_id], end)
    if number % 50 == 0:
        book.archive_finished(2 * 10**9)


CONTENDERS: dict[str, Callable[[int], Work]] = {
    "reference: a floor as an expression of plain Decimal": plain_floors,
    "a floor": floors,
    "a fill into its lot": updates,
    "a fill into its lot, and the floor of that": updates_and_floors,
    "a fill into its lot, and all that is decided about it": decisions,
    "a lot, from its fill until it is sold and closed": lives,
}


def some_costs(count: int) -> list[Decimal]:
    return [Decimal(6_117_819_240 + number) / 10**8 for number in range(count)]


def new_book(policy: ExitPolicy = POLICY) -> PairBook:
    return PairBook("BTCUSDT", "BTC", "USDT", market=MARKET, policy=policy)


def buys(count: int) -> list[Fill]:
    """Each of another order, at another price, with its fee in the coin."""
    return [buy(number) for number in range(count)]


def buy(number: int) -> Fill:
    price, quantity = Decimal(5_997_862 + number % 9_999) / 100, Decimal("0.00102")
    return Fill(
        symbol="BTCUSDT",
        trade_id=number,
        order_id=28_000_000 + number,
        side=Side.BUY,
        price=price,
        quantity=quantity,
        quote_quantity=price * quantity,
        commission=Decimal("0.00000102"),
        commission_asset="BTC",
        time_ms=NOW + number,
        is_maker=False,
    )


def sale(bought: Fill, order_id: int, number: int, numbers: Numbers) -> Fill:
    price, quantity = numbers
    return Fill(
        symbol="BTCUSDT",
        trade_id=10**9 + number,
        order_id=order_id,
        side=Side.SELL,
        price=price,
        quantity=quantity,
        quote_quantity=price * quantity,
        commission=price * quantity / 1000,
        commission_asset="USDT",
        time_ms=bought.time_ms + 60_000,
        is_maker=True,
    )


def report(side: Side, order_id: int, client_id: str, numbers: Numbers, status: str) -> OrderReport:
    """The order, sold whole or not at all."""
    price, quantity = numbers
    executed = quantity if status == "FILLED" else Decimal(0)
    return OrderReport(
        symbol="BTCUSDT",
        order_id=order_id,
        client_id=client_id,
        side=side,
        status=status,
        price=price,
        quantity=quantity,
        executed=executed,
        quote_executed=executed * price,
        time_ms=NOW,
    )


if __name__ == "__main__":
    main()

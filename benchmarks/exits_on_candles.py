"""What each way of selling makes of the same BUYs on real candles: what was sold, when, at which net.

`python -m benchmarks.exits_on_candles FILE --from 2024-02-12 --to 2024-03-20 --svg docs/exits-rally.svg`. The file is a
CSV of candles (open_time, open, high, low, close), xz or not. A trader buys the same amount at noon of each day. The
rules of the service decide; a SELL is filled when a later candle trades above its price, and one that follows the price
as candle_trails.py says. A stop sells as candle_stops.py says. The fee is 0.1 %.
"""

import argparse
import csv
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from benchmarks.candle_picture import Drawn, Sale, draw_picture
from benchmarks.candle_stops import price_of_stop
from benchmarks.candle_trails import Candle, CandleTrails
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.amounts import LotSize, Notional, PriceFilter
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.money import ZERO, floor_to, less, product, total
from lotkeeper.trading.orders.client_ids import cancel_id, stop_id
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.pair import TRADING, TradePair
from lotkeeper.trading.policy import AgeStep, ExitPolicy, Market, Rung
from lotkeeper.trading.reports.profit import realised_profit
from lotkeeper.trading.selling.break_even import arming_level, is_armed
from lotkeeper.trading.selling.decisions import CancelSell, Keep, PlaceSell, TransferDust
from lotkeeper.trading.selling.grouping import cost_plan, group_of, lots_to_raise, may_gain
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot
from lotkeeper.trading.selling.trailing_slots import lots_to_trail, trail_to_give_up

D = Decimal
DAY_MS = 86_400_000
SPENT = D(500)  # quote, a day
RATE = D("0.001")
PAIR = TradePair(
    symbol="BTCUSDT",
    base="BTC",
    quote="USDT",
    status=TRADING,
    price=PriceFilter(D("0.01")),
    size=LotSize(D("0.00001"), D("0.00001")),
    filters=(Notional(D(5)), MaxNumAlgoOrders(5)),
)
POLICIES = {
    "target 1 %": ExitPolicy(D(1)),
    "target 5 %": ExitPolicy(D(5)),
    "ladder 1, 3, 6 %": ExitPolicy(D(1), ladder=(Rung(D(50), D(1)), Rung(D(30), D(3)), Rung(D(20), D(6)))),
    "age 5 %, 2 % after 3 d, 0 after 10 d": ExitPolicy(
        D(5), age=(AgeStep(3 * DAY_MS, D(2)), AgeStep(10 * DAY_MS, D(0)))
    ),
    "keep the 5 % in coins": ExitPolicy(D(5), keep_coins_pct=D(100)),
    "target 5 %, stop 8 % under the cost": ExitPolicy(D(5), stop_loss_pct=D(8), stop_limit_pct=D("0.5")),
    "target 5 %, all as a group": ExitPolicy(D(5), group=True),
    "target 5 %, at break-even after a gain of 2 %": ExitPolicy(D(5), break_even_gain_pct=D(2)),
    "the same, and a stop 8 % under the cost before": ExitPolicy(
        D(5), stop_loss_pct=D(8), stop_limit_pct=D("0.5"), break_even_gain_pct=D(2), break_even_limit_pct=D("0.5")
    ),
    "target 1 %, follows by 2 %": ExitPolicy(D(1), trailing_bips=200),
    "target 5 %, 70 % follow by 3 %": ExitPolicy(D(5), trailing_bips=300, trailing_share_pct=D(70)),
}


@dataclass
class Trial:
    """One way of selling, from the first BUY on."""

    policy: ExitPolicy
    drawn: Drawn = field(default_factory=Drawn)
    _book: PairBook = field(init=False)
    _trades: int = 0
    _orders: int = 0
    _price: Decimal = ZERO  # quote; the newest
    _trails: CandleTrails = field(default_factory=lambda: CandleTrails(PAIR.tick))

    def __post_init__(self) -> None:
        market = Market(PAIR, RATE)
        self._book = PairBook(PAIR.symbol, PAIR.base, PAIR.quote, market=market, policy=self.policy)

    @property
    def lots(self) -> list[Lot]:
        return list(self._book.lots.values())

    def buy(self, candle: Candle) -> None:
        """At the open of the candle, with a fee in the coin."""
        quantity = floor_to(SPENT / candle.open, PAIR.step)
        order_id = self._next_order()
        fee = product(quantity, RATE)
        self._book.apply_fill(self._fill(order_id, Side.BUY, quantity, candle.open, fee, candle.at_ms))
        self._book.apply_report(self._report(order_id, "web", Side.BUY, "FILLED", candle.open, quantity, candle.at_ms))
        self._decide(order_id, candle.at_ms)

    def trade(self, candle: Candle) -> None:
        """Fills the SELLs below the highest price of the candle, those that follow the price, and the stops."""
        self._price = candle.close
        for lot in self.lots:
            for order in lot.live_sells:
                of_stop, price = price_of_stop(order, candle), self._price_in(order, candle)
                if of_stop is not None:
                    self._sell(order, of_stop, candle.at_ms, by_stop=True)
                elif price is not None and not (order.stop and order.stop.is_triggered):
                    self._sell(order, price, candle.at_ms)
        if self.policy.break_even_gain_pct:
            self._arm(candle)

    def _arm(self, candle: Candle) -> None:
        """The price has risen to the level of a lot; and while it is above, a stop that is missing is placed."""
        for lot in self.lots:
            if lot.state is LotState.CLOSED:
                continue
            level = None if is_armed(lot) else arming_level(lot, *self._book.terms)
            if level is not None and candle.high >= level:
                self._book.lots.arm_break_even(lot.buy_order_id, candle.at_ms)
            if is_armed(self._book.lots[lot.buy_order_id]):
                self._decide(lot.buy_order_id, candle.at_ms)

    def note_stops(self, at_ms: int) -> None:
        """For the picture: the highest stop that stands."""
        stops = (order.stop for lot in self.lots for order in lot.live_sells if order.stop is not None)
        prices = [stop.prices.trigger for stop in stops if stop.prices is not None and not stop.is_triggered]
        if prices:
            self.drawn.stops.append(Sale(at_ms, float(max(prices))))

    def _price_in(self, order: SellOrder, candle: Candle) -> Decimal | None:
        if order.trail is not None:
            return self._trails.price_in(order, candle)
        return order.price if order.price < candle.high else None

    def decide_all(self, now_ms: int) -> None:
        for number in list(self._book.lots):
            self._decide(number, now_ms)
        if self.policy.trailing_bips:
            self._move_trails(now_ms)
        if self.policy.group:
            self._rearrange(now_ms)

    def _rearrange(self, now_ms: int) -> None:
        """The cheap lots go up, cost moves, and the dear lots go down."""
        terms = self._book.terms
        group = group_of(self._book.lots.open(), *terms)
        if group is None or not may_gain(group, *terms):
            return
        for number in lots_to_raise(group):
            self._decide(number, now_ms, PairConditions(now_ms, group_prices={number: group.price}))
        raised = group_of(self._book.lots.open(), *terms)
        assert raised is not None
        self._book.lots.move_costs(cost_plan(raised, *terms, now_ms))
        for number in raised.numbers:
            self._decide(number, now_ms, PairConditions(now_ms, group_prices={number: ZERO}))

    def _move_trails(self, now_ms: int) -> None:
        """The nearest lots follow the price."""
        known = self._known(now_ms)
        while (step := trail_to_give_up(self._book, known)) is not None:
            self._carry_out(step.name.buy_order_id, step, now_ms)
            for number in (*lots_to_trail(self._book, known), step.name.buy_order_id):
                self._decide(number, now_ms, known._replace(arms_trail_of=number))
        for number in lots_to_trail(self._book, known):
            self._decide(number, now_ms, known._replace(arms_trail_of=number))

    def _sell(self, order: SellOrder, price: Decimal, at_ms: int, *, by_stop: bool = False) -> None:
        order_id = order.order_ids[-1] if by_stop else order.order_ids[0]
        fee = product(order.quantity, price, RATE)
        self._book.apply_fill(self._fill(order_id, Side.SELL, order.quantity, price, fee, at_ms))
        name = stop_id(order.name) if by_stop else order.client_id
        report = self._report(order_id, name, Side.SELL, "FILLED", order.price, order.quantity, at_ms)
        self._book.apply_report(replace(report, trail=order.trail))
        self.drawn.sales.append(Sale(at_ms, float(price), by_stop))
        self._decide(order.name.buy_order_id, at_ms)

    def _decide(self, number: int, now_ms: int, known: PairConditions | None = None) -> None:
        """Carries out what is decided until nothing more is to be sent."""
        while True:
            decisions = decide_lot(self._book, number, known or self._known(now_ms))
            for decision in decisions:
                self._carry_out(number, decision, now_ms)
            if not isinstance(decisions[-1], PlaceSell | CancelSell):
                return

    def _known(self, now_ms: int) -> PairConditions:
        """The close of a candle is the bid."""
        return PairConditions(now_ms, bid=self._price)

    def _carry_out(self, number: int, decision: object, now_ms: int) -> None:
        match decision:
            case TransferDust(transfer):
                self._book.lots.transfer_dust(transfer)
            case Keep(disposal):
                self._book.lots.dispose(disposal)
            case PlaceSell():
                self._place(self._book.lots.record_sell_sent(decision, now_ms), now_ms)
            case CancelSell(name, order_id):
                order = self._book.lots.sell(name)
                assert order is not None
                price, quantity = order.price, order.quantity
                ended = self._report(order_id, cancel_id(name), Side.SELL, "CANCELED", price, quantity, now_ms)
                self._book.apply_report(replace(ended, trail=order.trail))
            case _:
                self._book.lots.apply_decision(self._book.lots[number], decision)  # type: ignore[arg-type]

    def _place(self, sent: SellOrder, now_ms: int) -> None:
        prices = sent.stop.prices if sent.stop else None
        if prices is not None and not prices.trigger < self._price < sent.price:
            self._book.lots.apply_order_event(sent.name, OrderEvent.REFUSED, now_ms, "the market is not between them")
            return
        orders = [(sent.client_id, sent.price), *([(stop_id(sent.name), prices.limit)] if prices is not None else [])]
        for name, price in orders:
            placed = self._report(self._next_order(), name, Side.SELL, "NEW", price, sent.quantity, now_ms)
            self._book.apply_report(replace(placed, trail=sent.trail, list_id=None if prices is None else 1))

    def _next_order(self) -> int:
        self._orders += 1
        return self._orders

    def _fill(self, order_id: int, side: Side, quantity: Decimal, price: Decimal, fee: Decimal, at_ms: int) -> Fill:
        self._trades += 1
        asset = PAIR.base if side is Side.BUY else PAIR.quote
        amounts = price, quantity, product(price, quantity), fee
        return Fill(PAIR.symbol, self._trades, order_id, side, *amounts, asset, at_ms, is_maker=side is Side.SELL)

    @staticmethod
    def _report(
        order_id: int, client_id: str, side: Side, status: str, price: Decimal, quantity: Decimal, at_ms: int
    ) -> OrderReport:
        executed = quantity if status == "FILLED" else ZERO
        amounts = price, quantity, executed, product(executed, price)
        return OrderReport(PAIR.symbol, order_id, client_id, side, status, *amounts, at_ms)


def read_candles(path: Path, since: datetime, until: datetime) -> Iterator[Candle]:
    """Those of the days from `since` up to `until`, which is not among them."""
    first, last = (int(each.timestamp() * 1000) for each in (since, until))
    with lzma.open(path, "rt") if path.suffix == ".xz" else path.open() as file:
        for row in csv.DictReader(file):
            if first <= int(row["open_time"]) < last:
                yield Candle(int(row["open_time"]), D(row["open"]), D(row["high"]), D(row["low"]), D(row["close"]))


def play(policy: ExitPolicy, candles: Iterable[Candle]) -> Trial:
    """A BUY at noon of each day; what stands is looked at again each hour."""
    trial = Trial(policy)
    for candle in candles:
        trial.trade(candle)
        if candle.at_ms % DAY_MS == DAY_MS // 2:
            trial.buy(candle)
        if candle.at_ms % 3_600_000 == 0:
            trial.decide_all(candle.at_ms)
            trial.note_stops(candle.at_ms)
    return trial


def row_of(name: str, trial: Trial, close: Decimal) -> str:
    """A line of a table for the documents."""
    lots = trial.lots
    kept = total(each.quantity for lot in lots for each in lot.disposals if each.kind is DisposalKind.KEPT)
    left = total(less(lot.stock, lot.sold) for lot in lots)
    worth = less(
        total((*(lot.proceeds for lot in lots), product(total((left, kept)), close))), *(lot.cost for lot in lots)
    )
    done = sum(not lot.live_sells for lot in lots)
    held = [(lot.closed_ms - lot.opened_ms) / DAY_MS for lot in lots if lot.closed_ms is not None]
    days = f"{sum(held) / len(held):.1f}" if held else "-"
    cells = (name, f"{done} of {len(lots)}", len(trial.drawn.sales), days, f"{total(map(realised_profit, lots)):.2f}")
    return "| " + " | ".join(map(str, (*cells, f"{kept:.5f}", f"{left:.5f}", f"{worth:.2f}"))) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exits_on_candles", description=__doc__)
    parser.add_argument("file", type=Path, help="candles of BTCUSDT")
    parser.add_argument("--from", dest="since", type=datetime.fromisoformat, required=True, help="the first day (UTC)")
    parser.add_argument("--to", dest="until", type=datetime.fromisoformat, required=True, help="the day after the last")
    parser.add_argument("--svg", type=Path, help="draws the price and the sales into this file")
    wanted = parser.parse_args()
    since, until = (each.replace(tzinfo=UTC) for each in (wanted.since, wanted.until))
    candles = list(read_candles(wanted.file, since, until))
    trials = {name: play(policy, candles) for name, policy in POLICIES.items()}
    heads = ("Exit", "Sold lots", "SELLs filled", "Days held", "Realised", "Kept BTC", "Unsold BTC", "In all")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for name, trial in trials.items():
        print(row_of(name, trial, candles[-1].close))
    if wanted.svg:
        line = [Sale(each.at_ms, float(each.close)) for each in candles[::48]]
        wanted.svg.write_text(draw_picture(line, {name: trial.drawn for name, trial in trials.items()}))


if __name__ == "__main__":
    main()

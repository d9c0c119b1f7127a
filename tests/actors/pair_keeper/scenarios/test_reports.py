"""What the Monitor is told of a pair."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.reports.placing_times import BOUNDS_MS, Stage, StageTimes
from lotkeeper.trading.reports.profit import Totals
from messages.account import OrderReported
from messages.health import OldestLot, PairReported
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.stage import starting_keeper, trading_keeper


def test_a_pair_with_one_lot_for_sale():
    stage = trading_keeper(incarnation=5)
    order = stage.selling()
    stage.buys("0.002", at="50000", order_id=7002, trade_id=102)
    at_ms = stage.desk.actor.wall_ms() + 100
    assert stage.last_report() == PairReported(
        symbol=SYMBOL,
        quote="USDT",
        incarnation=5,
        phase="trading",
        is_paused=False,
        complete_as_of_ms=NOW_MS,
        buys=2,
        lots_open=2,
        lots_closed=0,
        sells_placed=1,
        sells_filled=0,
        sells_unknown=0,
        open_quantity=D("0.003"),
        open_cost=D(160),
        nearest_sell=order.price,
        realised_profit=D(0),
        unprotected=D(0),
        first_sell_ms=NOW_MS,
        trouble="",
        at_ms=at_ms,
        sell_rate=D("0.001"),
        base="BTC",
        held=D("0.003"),
        next_in_s=1.0,
        oldest=OldestLot(f"{SYMBOL}-7001", NOW_MS, D("0.001")),
        first_sells=tuple(StageTimes(stage, (1, *[0] * len(BOUNDS_MS)), 0) for stage in Stage),
    )


def test_a_sold_lot_brings_the_profit_that_was_asked_for():
    stage = trading_keeper()
    stage.selling()
    stage.desk.tell(stage.sold())
    report = stage.last_report()
    assert (report.lots_open, report.lots_closed, report.sells_filled) == (0, 1, 1)
    assert report.open_quantity == report.open_cost == 0
    assert report.realised_profit >= D(60) * D("0.005")
    assert report.nearest_sell is None


def test_the_sums_of_closed_lots_come_from_the_database():
    stage = starting_keeper()
    stage.loaded(closed=Totals(40, 45, 41, D("12.5"), 1234))
    stage.market()
    stage.answers()
    stage.buys()
    report = stage.last_report()
    assert (report.buys, report.lots_closed, report.sells_placed) == (41, 40, 45)
    assert (report.realised_profit, report.first_sell_ms) == (D("12.5"), 1234)


def test_lots_that_wait_are_told_with_their_reasons_the_oldest_first():
    stage = trading_keeper()
    stage.selling()
    stage.buys("0.00003", at="50000", order_id=7003, trade_id=103)
    stage.buys("0.00002", at="50000", order_id=7002, trade_id=102)
    report = stage.last_report()
    assert (report.lots_parked, report.lots_queued, report.lots_held) == (2, 0, 0)
    assert [each.lot for each in report.waiting] == ["BTCUSDT-7002", "BTCUSDT-7003"]
    assert report.waiting[0].state == "PARKED"
    assert report.waiting[0].quantity == D("0.00002")
    assert "below the smallest order of" in report.waiting[0].reason
    assert report.open_quantity == D("0.00105")


def test_the_fees_of_all_lots_and_how_long_the_closed_ones_were_held():
    stage = trading_keeper()
    stage.selling()
    sale = stage.sold()
    assert sale.fill is not None
    took = replace(sale.fill, commission=D("0.06"), time_ms=sale.fill.time_ms + 2_000)
    stage.desk.tell(replace(sale, fill=took))
    report = stage.last_report()
    assert report.fees == (("USDT", D("0.06")),)
    assert report.fees_quote == D("0.06")
    assert report.mean_held_ms == 2_000


def test_nothing_is_claimed_before_the_first_pass():
    stage = starting_keeper()
    stage.desk.advance(3)
    assert stage.probes["monitor"].received == []
    stage.loaded()
    stage.market()
    stage.desk.advance(1)
    report = stage.last_report()
    assert (report.phase, report.complete_as_of_ms) == ("reconciling", None)


def test_a_burst_of_events_makes_few_reports_and_a_calm_one_a_second():
    stage = trading_keeper()
    stage.desk.advance(0.5)
    stage.probes["monitor"].received.clear()
    for number in range(50):
        stage.buys(order_id=7100 + number, trade_id=200 + number)
    stage.desk.advance(0.3)
    assert len(stage.probes["monitor"].received) == 1
    stage.desk.advance(10)
    assert 10 <= len(stage.probes["monitor"].received) <= 12


def test_an_open_buy_is_reported_from_the_moment_it_stands_until_it_has_ended():
    stage = trading_keeper()
    placed = report(7002, "web-7002", Side.BUY, "NEW", "0.01", "0", "50000")
    stage.desk.tell(OrderReported(placed, None))
    assert stage.last_report().open_buys == (placed,)
    stage.buys("0.004", "50000", order_id=7002, executed="0.004", status="PARTIALLY_FILLED")
    (partly,) = stage.last_report().open_buys
    assert (partly.order_id, partly.executed) == (7002, D("0.004"))
    stage.desk.tell(OrderReported(replace(partly, status="CANCELED"), None))
    assert stage.last_report().open_buys == ()

"""What the status says of one pair."""

from decimal import Decimal as D

from actors.monitor.pair_fields import pair_fields
from actors.monitor.status import status_document
from lotkeeper.trading.reports.placing_times import PlacingTimes, Stage
from messages.health import WaitingLot
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view


def test_the_document_of_a_pair():
    assert status_document(view(), NOW_MS)["pairs"]["BTCUSDT"] == {
        "phase": "trading",
        "paused": False,
        "pause": None,
        "watch_only": "",
        "known_since": None,
        "history_from": None,
        "quote": "USDT",
        "complete_as_of": "2023-11-14T22:13:16.000+00:00",
        "complete_age_seconds": 4.0,
        "buys": 3,
        "lots_open": 1,
        "lots_closed": 2,
        "sells_placed": 3,
        "sells_filled": 2,
        "sells_unknown": 0,
        "first_sell": "2023-11-14T22:12:20.000+00:00",
        "open_quantity": "0.001",
        "open_cost": "60",
        "nearest_sell": "60360.37",
        "realised_profit": "0.62",
        "unrealised_profit": "0.1",
        "unprotected": "0",
        "lots_parked": 0,
        "lots_queued": 0,
        "lots_held": 0,
        "oldest_lot_seconds": None,
        "waiting": [],
        "fees": {},
        "fees_quote": "0",
        "sell_rate": "0",
        "mean_held_seconds": None,
        "disposed": [],
        "uncovered": None,
        "fee_rise": None,
        "came": None,
        "in_doubt": [],
        "first_sells": {},
        "open_buys": [],
        "trouble": "",
        "incarnation": 3,
        "age_seconds": 0.5,
        "stream": {
            "proven": True,
            "since": "2023-11-14T22:13:11.000+00:00",
            "reason": "",
            "frames": 10,
            "ignored": 1,
            "reconnects": 0,
            "renewals": 0,
            "needs_a_person": False,
            "age_seconds": 0.3,
        },
        "price": {
            "bid": "60100",
            "ask": "60101",
            "last": "60100",
            "age_seconds": 0.1,
            "source": "stream",
            "stale": False,
            "confirmed": True,
        },
        "price_mode": None,
        "frames": None,
    }


def test_waiting_lots_are_counted_and_the_first_listed_with_their_reasons():
    waits = (WaitingLot("BTCUSDT-7", "PARKED", "below the smallest order", D("0.00010")),)
    pairs = {**view().pairs, "BTCUSDT": reports.pair(lots_parked=3, lots_queued=2, lots_held=1, waiting=waits)}
    document = status_document(view(pairs=pairs), NOW_MS)
    pair, totals = document["pairs"]["BTCUSDT"], document["totals"]
    assert [pair[f"lots_{each}"] for each in ("parked", "queued", "held")] == [3, 2, 1]
    assert [totals[f"lots_{each}"] for each in ("parked", "queued")] == [3, 2]
    assert pair["waiting"] == [
        {"lot": "BTCUSDT-7", "state": "PARKED", "reason": "below the smallest order", "quantity": "0.0001"}
    ]


def test_fees_and_the_time_that_closed_lots_were_held():
    fees = (("BNB", D("0.0010")), ("USDT", D("0.06")))
    pairs = {
        "BTCUSDT": reports.pair(fees=fees, fees_quote=D("0.66"), mean_held_ms=3_000),
        "ETHUSDT": reports.pair("ETHUSDT", fees_quote=D("0.04"), mean_held_ms=9_000, lots_closed=1),
        "SOLUSDT": reports.pair("SOLUSDT", lots_closed=0),
    }
    document = status_document(view(symbols=tuple(pairs), pairs=pairs), NOW_MS)
    pair = document["pairs"]["BTCUSDT"]
    assert (pair["fees"], pair["fees_quote"]) == ({"BNB": "0.001", "USDT": "0.06"}, "0.66")
    assert pair["mean_held_seconds"] == 3.0
    assert document["totals"]["fees_quote"] == {"USDT": "0.7"}
    assert document["totals"]["mean_held_seconds"] == 5.0  # two of 3 s, one of 9 s


def test_the_unrealised_profit_is_what_remains_after_the_expected_fee():
    pairs = {**view().pairs, "BTCUSDT": reports.pair(sell_rate=D("0.001"))}
    pair = status_document(view(pairs=pairs), NOW_MS)["pairs"]["BTCUSDT"]
    assert pair["unrealised_profit"] == "0.0399"  # 0.001 * 60100 * 0.999 - 60
    assert pair["sell_rate"] == "0.001"


def test_a_fee_that_nobody_has_said_is_null():
    pairs = {**view().pairs, "BTCUSDT": reports.pair(sell_rate=None)}
    pair = status_document(view(pairs=pairs), NOW_MS)["pairs"]["BTCUSDT"]
    assert (pair["sell_rate"], pair["unrealised_profit"]) == (None, None)


def test_without_a_price_there_is_no_unrealised_profit():
    document = status_document(view(prices={}), NOW_MS)["pairs"]["BTCUSDT"]
    assert (document["price"], document["unrealised_profit"]) == (None, None)


def test_how_long_lots_waited_for_their_first_sell():
    times = PlacingTimes()
    times.note(Stage.TOTAL, 40)
    found = pair_fields(view(pairs={"BTCUSDT": reports.pair(first_sells=times.times())}), "BTCUSDT", NOW_MS)
    assert found["first_sells"]["total"] == {"counts": [0, 0, 0, 1, *[0] * 9], "sum_seconds": 0.04}
    assert found["first_sells"]["to_send"] == {"counts": [0] * 13, "sum_seconds": 0.0}

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import orjson
import pytest

from actors.ledger.positions import iso
from actors.monitor.status import View, status_document
from lotkeeper.trading.prices.price_enums import Source
from messages.health import ExchangePause, FramesCounted, LimitUse, PricesReported, StreamState, WaitingLot
from messages.prices import PriceModeChanged
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS


def view(**changes: Any) -> View:
    """A service that is well, with two pairs."""
    whole = View(
        symbols=("BTCUSDT", "ETHBTC"),
        started_ms=NOW_MS - 120_000,
        pairs={
            "BTCUSDT": reports.pair(),
            "ETHBTC": reports.pair("ETHBTC", quote="BTC", realised_profit=D("0.001"), first_sell_ms=None),
        },
        streams={symbol: (reports.stream(symbol), NOW_MS - 300) for symbol in ("", "BTCUSDT", "ETHBTC")},
        prices={"BTCUSDT": reports.price()},
        children={"gateway": reports.child()},
        gateway=reports.gateway(),
        ledger=reports.ledger(),
    )
    return replace(whole, **changes)


def health(**changes: Any) -> tuple[str, list[str]]:
    document = status_document(view(**changes), NOW_MS)
    return document["health"], document["problems"]


def test_all_is_well():
    assert health() == ("ok", [])


def test_nothing_is_known_yet():
    document = status_document(View(("BTCUSDT",), NOW_MS), NOW_MS)
    assert document["health"] == "starting"
    assert document["problems"] == [
        "user stream: no report yet",
        "market stream BTCUSDT: no report yet",
        "gateway: no report yet",
        "ledger: no report yet",
        "BTCUSDT: no report yet",
    ]
    assert document["pairs"]["BTCUSDT"] == {
        "phase": "starting",
        "stream": None,
        "price": None,
        "price_mode": None,
        "frames": None,
    }
    assert document["gateway"] is document["ledger"] is document["user_stream"] is None


def test_it_is_starting_until_every_pair_was_compared_once():
    pairs = {"BTCUSDT": reports.pair(), "ETHBTC": reports.pair("ETHBTC", complete_as_of_ms=None)}
    just_now = NOW_MS - 30_000
    assert health(pairs=pairs, started_ms=just_now)[0] == "starting"
    assert health(pairs={"BTCUSDT": reports.pair()}, started_ms=just_now)[0] == "starting"


def test_a_start_that_does_not_come_to_its_end_is_degraded():
    pairs = {"BTCUSDT": reports.pair(), "ETHBTC": reports.pair("ETHBTC", complete_as_of_ms=None)}
    assert health(pairs=pairs, started_ms=NOW_MS - 30_001)[0] == "degraded"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"gateway": reports.gateway(trouble="the exchange refuses the key")}, "gateway: the exchange refuses the key"),
        ({"gateway": reports.gateway(at_ms=NOW_MS - 11_000)}, "gateway: no report for 11 s"),
        ({"gateway": None}, "gateway: no report yet"),
        ({"ledger": reports.ledger(trouble="the disk is full")}, "ledger: the disk is full"),
        ({"ledger": reports.ledger(at_ms=NOW_MS - 60_000)}, "ledger: no report for 60 s"),
    ],
)
def test_trouble_and_silence_degrade_it_and_are_named(changes, problem):
    assert health(**changes) == ("degraded", [problem])


def test_a_pair_that_is_troubled_or_silent():
    pairs = view().pairs
    for changed, problem in (
        (reports.pair(trouble="reconciliation: HTTP 502"), "BTCUSDT: reconciliation: HTTP 502"),
        (reports.pair(at_ms=NOW_MS - 12_345), "BTCUSDT: no report for 12 s"),
    ):
        assert health(pairs={**pairs, "BTCUSDT": changed}) == ("degraded", [problem])


def test_a_pair_that_is_only_watched_says_why_instead_of_its_trouble():
    pairs = {**view().pairs, "BTCUSDT": reports.pair(watch_only="of another; do this", trouble="of another")}
    assert health(pairs=pairs) == ("degraded", ["BTCUSDT: watch-only: of another; do this"])
    silent = replace(pairs["BTCUSDT"], at_ms=NOW_MS - 20_000)
    assert health(pairs={**pairs, "BTCUSDT": silent}) == ("degraded", ["BTCUSDT: no report for 20 s"])
    assert status_document(view(pairs=pairs), NOW_MS)["pairs"]["BTCUSDT"]["watch_only"] == "of another; do this"


@pytest.mark.parametrize(("age_ms", "is_told"), [(150_000, False), (150_001, True), (7_200_000, True)])
def test_what_was_proven_last_is_too_old_after_two_minutes_and_a_half(age_ms, is_told):
    pairs = {**view().pairs, "BTCUSDT": reports.pair(complete_as_of_ms=NOW_MS - age_ms)}
    said = [f"BTCUSDT: its trades are accounted for up to {age_ms // 1000} s ago and not since"]
    assert health(pairs=pairs) == (("degraded", said) if is_told else ("ok", []))


def test_a_stream_that_is_lost_or_silent():
    streams = view().streams
    lost = (reports.stream(state=StreamState.DOWN, reason="cut"), NOW_MS)
    assert health(streams={**streams, "": lost}) == ("degraded", ["user stream: cut"])
    silent = (reports.stream("BTCUSDT"), NOW_MS - 10_001)
    assert health(streams={**streams, "BTCUSDT": silent}) == ("degraded", ["market stream BTCUSDT: no report for 10 s"])


@pytest.mark.parametrize(
    ("state", "says"), [(StreamState.STARTING, "starting"), (StreamState.WAITING_FOR_KEY, "waiting for the key")]
)
def test_a_stream_that_was_never_proven(state, says):
    found = view(streams={**view().streams, "": (reports.stream(state=state), NOW_MS)})
    document = status_document(found, NOW_MS)
    assert document["problems"] == [f"user stream: {says}"]
    assert (document["user_stream"]["proven"], document["user_stream"]["reason"]) == (False, says)


def test_a_child_that_was_given_up():
    gone = reports.child("BTCUSDT keeper", state="given up", reason="died 6 times within 10 s")
    assert health(children={"BTCUSDT keeper": gone}) == ("degraded", ["BTCUSDT keeper: died 6 times within 10 s"])


def test_restarts_are_shown_where_there_were_some():
    children = {key: reports.child(key, restarts=count) for key, count in (("b", 2), ("a", 1), ("c", 0))}
    assert status_document(view(children=children), NOW_MS)["restarts"] == {"a": 1, "b": 2}


@pytest.mark.parametrize(("is_proven", "mode"), [(True, "stream"), (False, "polling")])
def test_the_way_by_which_the_account_is_heard(is_proven, mode):
    streams = {"": (reports.stream("", state=StreamState.PROVEN if is_proven else StreamState.DOWN), NOW_MS)}
    assert status_document(view(streams=streams), NOW_MS)["user_stream"]["mode"] == mode


def test_the_document_of_a_pair():
    assert status_document(view(), NOW_MS)["pairs"]["BTCUSDT"] == {
        "phase": "trading",
        "paused": False,
        "watch_only": "",
        "known_since": None,
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
        "waiting": [],
        "fees": {},
        "fees_quote": "0",
        "sell_rate": "0",
        "mean_held_seconds": None,
        "disposed": [],
        "in_doubt": [],
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


def test_the_sums_keep_quote_assets_apart():
    pairs = {**view().pairs, "BTCUSDT": reports.pair(unprotected=D("0.00010"))}
    assert status_document(view(pairs=pairs), NOW_MS)["totals"] == {
        "buys": 6,
        "lots_open": 2,
        "lots_closed": 4,
        "sells_placed": 6,
        "sells_filled": 4,
        "sells_unknown": 0,
        "lots_parked": 0,
        "lots_queued": 0,
        "net_profit": {"BTC": "0.001", "USDT": "0.62"},
        "fees_quote": {"BTC": "0", "USDT": "0"},
        "mean_held_seconds": None,
        "unprotected": {"BTCUSDT": "0.0001"},
        "first_sell_ms": NOW_MS - 60_000,
    }


def test_lots_that_wait_are_counted_and_the_first_told_with_their_reasons():
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


def test_what_is_open_is_worth_what_is_left_after_the_expected_fee():
    pairs = {**view().pairs, "BTCUSDT": reports.pair(sell_rate=D("0.001"))}
    pair = status_document(view(pairs=pairs), NOW_MS)["pairs"]["BTCUSDT"]
    assert pair["unrealised_profit"] == "0.0399"  # 0.001 * 60100 * 0.999 - 60
    assert pair["sell_rate"] == "0.001"


def test_a_stale_price_is_a_problem_and_says_so():
    stale = replace(reports.price(), is_stale=True, at_ms=NOW_MS - 23_000)
    document = status_document(view(prices={"BTCUSDT": stale}), NOW_MS)
    assert document["pairs"]["BTCUSDT"]["price"]["stale"]
    assert "price of BTCUSDT: stale, 23 s old" in document["problems"]


def test_a_price_that_nobody_speaks_of_any_more_is_stale_too():
    """The broadcaster that would have said so is dead."""
    forgotten = replace(reports.price(), at_ms=NOW_MS - 31_000)
    assert status_document(view(prices={"BTCUSDT": forgotten}), NOW_MS)["pairs"]["BTCUSDT"]["price"]["stale"]


def test_where_prices_come_from_and_what_became_of_the_frames():
    seen = view(
        modes={"BTCUSDT": PriceModeChanged("BTCUSDT", Source.REST, "closed by the server", NOW_MS)},
        frames={"BTCUSDT": FramesCounted("BTCUSDT", 7, (("bookTicker", "crossed", 2),))},
        broadcast=PricesReported(NOW_MS - 500, subscribers=2, rest_requests=4, rest_failures=1, trouble="x"),
    )
    document = status_document(seen, NOW_MS)
    pair = document["pairs"]["BTCUSDT"]
    assert pair["price_mode"] == {"source": "rest", "reason": "closed by the server", "since": iso(NOW_MS)}
    assert pair["frames"] == {"taken": 7, "refused": [{"kind": "bookTicker", "reason": "crossed", "count": 2}]}
    assert document["prices"] == {
        "subscribers": 2,
        "rest_requests": 4,
        "rest_failures": 1,
        "trouble": "x",
        "age_seconds": 0.5,
    }


def test_without_a_price_nothing_is_claimed_of_its_worth():
    document = status_document(view(prices={}), NOW_MS)["pairs"]["BTCUSDT"]
    assert (document["price"], document["unrealised_profit"]) == (None, None)


def test_ages_and_uptime():
    document = status_document(view(), NOW_MS)
    assert (document["uptime_seconds"], document["started"]) == (120.0, "2023-11-14T22:11:20.000+00:00")
    assert document["gateway"]["age_seconds"] == 0.0


@pytest.mark.parametrize("whole", [View(), View(("BTCUSDT",), NOW_MS), view()], ids=["empty", "starting", "well"])
def test_it_is_a_json_document(whole):
    document = status_document(whole, NOW_MS)
    assert orjson.loads(orjson.dumps(document)) == document


def test_what_is_used_of_the_exchange_s_limits_and_until_when_it_says_wait():
    limits = (LimitUse("REQUEST_WEIGHT", "a minute", 60, 420, 6000),)
    holds = (ExchangePause("everything", NOW_MS + 24_500, "Too many requests."),)
    document = status_document(view(gateway=reports.gateway(limits=limits, holds=holds)), NOW_MS)
    assert document["gateway"]["limits"] == [
        {"name": "REQUEST_WEIGHT", "per": "a minute", "seconds": 60, "used": 420, "most": 6000}
    ]
    assert document["gateway"]["holds"] == [
        {
            "what": "everything",
            "until": "2023-11-14T22:13:44.500+00:00",
            "seconds": 24.5,
            "reason": "Too many requests.",
        }
    ]
    over = status_document(view(gateway=reports.gateway(holds=holds)), NOW_MS + 30_000)
    assert over["gateway"]["holds"][0]["seconds"] == 0

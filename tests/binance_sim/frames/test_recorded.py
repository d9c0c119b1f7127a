"""Every recorded frame has a counterpart in the simulator: fields, JSON types, order."""

from collections import defaultdict

import pytest

from tests.binance_sim.frames.recorded import NOT_OURS, named, recorded_streams, user_data
from tests.binance_sim.frames.shapes import all_same, same_shape
from tests.binance_sim.frames.simulated import (
    control_answers,
    events,
    payload,
    reports,
    rest_answers,
    session_answer,
    socket_answers,
)
from tests.binance_sim.support import Client

ACCOUNT = ("outboundAccountPosition", "listStatus", "balanceUpdate")
STREAMS = ("trade", "aggTrade", "bookTicker", "24hrTicker", "24hrMiniTicker", "depthUpdate", "kline")


@pytest.fixture(scope="module")
def real():
    """Bodies by kind."""
    found = defaultdict(list)
    for frame in user_data():
        kind, rows = named(frame)
        found[kind] += rows
    return found


def test_every_kind_that_was_recorded_is_compared(real, busy, simulator):
    compared = {"executionReport", *ACCOUNT, *STREAMS, "session_logon"}
    compared |= {*rest_answers(busy), *socket_answers(Client(simulator)), *control_answers(Client(simulator))}
    assert set(real) - set(NOT_OURS) == compared


# Accounts


def test_execution_reports(real, busy):
    ours = reports(busy)
    pairs = [(ours[each["x"], each["X"], each["m"]], each) for each in real["executionReport"]]
    all_same("executionReport", pairs)
    for mine, each in pairs:
        assert [mine[name] for name in ("w", "r", "g")] == [each[name] for name in ("w", "r", "g")]
        assert mine["M"] == (mine["x"] == "TRADE")
    assert {(each["x"], each["m"]) for _, each in pairs} == {
        ("NEW", False),
        ("TRADE", False),
        ("TRADE", True),
        ("CANCELED", False),
    }


@pytest.mark.parametrize("kind", ACCOUNT)
def test_other_events_of_an_account(real, busy, kind):
    all_same(kind, [(events(busy, kind)[-1], each) for each in real[kind]])


def test_answers_of_rest(real, busy):
    for kind, ours in rest_answers(busy).items():
        if kind == "exchangeInfo":  # its pairs are compared in another test
            real[kind] = [each | {"symbols": []} for each in real[kind]]
        all_same(kind, [(ours, each) for each in real[kind]])


# Market streams


@pytest.mark.parametrize("kind", STREAMS)
def test_streams(real, busy, kind):
    all_same(kind, [(payload(busy, kind), each) for each in real[kind]])


def test_streams_of_2021_and_2024(busy):
    seen = defaultdict(int)
    ours = {kind: payload(busy, kind) for kind in STREAMS}
    for frame in recorded_streams():
        kind = frame["data"].get("e", "bookTicker")
        seen[kind] += 1
        same_shape(kind, ours[kind], frame["data"])
    assert set(seen) == {"trade", "bookTicker", "depthUpdate", "aggTrade", "kline"}
    assert sum(seen.values()) > 6900


# Sockets


def same_answers(ours, real):
    """Compare complete frames and their contents; recorded events were unwrapped."""
    for kind, mine in ours.items():
        for each in real[kind]:
            if "event" in mine or "stream" in mine:
                same_shape(kind, mine.get("event", mine.get("data")), each)
                continue
            same_shape(kind, mine, each)
            if isinstance(each.get("result"), dict):
                same_shape(f"result {kind}", mine["result"], each["result"])


def test_answers_of_the_websocket_api(real, simulator):
    ours = socket_answers(Client(simulator))
    same_answers(ours, real)
    (refused,) = real["session_logon refused"]
    mine = ours["session_logon refused"]
    assert (mine["status"], mine["error"]) == (refused["status"], refused["error"])
    assert set(ours["eventStreamTerminated"]) == {"subscriptionId", "event"}


def test_a_session(real, tmp_path):
    same_answers({"session_logon": session_answer(tmp_path / "ed25519.pem")}, real)


def test_answers_on_a_stream(real, simulator):
    ours = control_answers(Client(simulator))
    same_answers(ours, real)
    assert [ours["result"]] == real["result"]
    assert [ours["error"]] == real["error"]
    assert set(ours["serverShutdown"]) == {"stream", "data"}

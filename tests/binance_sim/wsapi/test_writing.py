"""How events are written: those of one transaction together, with a time from before any client can react."""

import time

import orjson
import pytest

from binance_sim.process import start_simulator
from tests.binance_sim.support import Client, receive

BUYS = 20


@pytest.fixture(scope="module")
def bought(tmp_path_factory):
    """The events of some BUYs, each with the time after its arrival; and the journal's lines."""
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    with start_simulator(["--paused", "--symbol", "BTCUSDT", "--journal", str(path)]) as process:
        client = Client(process)
        user, came = client.subscribe(), []
        for _ in range(BUYS):
            client.order("BUY", "MARKET", quantity="0.001")
            came.append([(receive(user)["event"], time.monotonic_ns()) for _ in range(3)])
        client.control("summary")
        user.close()
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    return came, [line for line in lines if line["kind"] == "event"]


def test_the_events_of_one_order_leave_together_and_in_order(bought):
    came, lines = bought
    shown = [[event.get("x", event["e"]) for event, _ in each] for each in came]
    assert shown == [["NEW", "TRADE", "outboundAccountPosition"]] * BUYS
    assert [line["body"] for line in lines] == [event for each in came for event, _ in each]
    moments = [{line["mono_ns"] for line in lines[start : start + 3]} for start in range(0, len(lines), 3)]
    assert [len(each) for each in moments] == [1] * BUYS
    assert all(line["sent"] for line in lines)


def test_no_event_comes_before_the_time_that_the_journal_tells(bought):
    """All processes of a machine have the same clock: a time that is taken after the write may be too late."""
    came, lines = bought
    received = [moment for each in came for _, moment in each]
    assert all(line["mono_ns"] < moment for line, moment in zip(lines, received, strict=True))

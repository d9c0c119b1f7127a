"""A Gateway that begins while the exchange cannot be asked: one question first, nothing else before its answer."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange.budget.costs import Purpose, cost_of
from lotkeeper.exchange.budget.pause_note import NotedPause, note_pause, read_pause
from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, RateLimited, Unknown
from messages.connections import ConnectPermitGranted, PauseConnecting, RequestConnectPermit
from messages.lifecycle import AccountRead, ExchangeTimeRead, LeaseChecked, StartGateway
from messages.orders import SellPlaced, SellRefused
from tests.actors.gateway.bench import KEY, ORDER, TIME, Bench, error
from tests.lotkeeper.exchange.http_peer import HttpPeer, answer

COST = cost_of("GET", "/api/v3/exchangeInfo", {})
BAN = error(-1003, "Way too much; IP banned until 1700000120000.", 418, Retry_After="120")


class Clock:
    now = 1000.0


def throttle(path: Path | None = None, trouble: str = "") -> RequestThrottle:
    Clock.now = 1000.0
    found = RequestThrottle(lambda: Clock.now, lambda: int(Clock.now * 1000))
    found.begin(path, trouble)
    return found


def ask(of: RequestThrottle, outcome: Outcome) -> None:
    """The one question is asked, and has this outcome."""
    assert of.may_probe()
    request = SentRequest("GET", "/api/v3/time", cost_of("GET", "/api/v3/time", {}), False)
    of.on_request(request)
    assert not of.may_probe()  # one at a time
    of.after_request(request, Reply(outcome))


def test_nothing_is_sent_before_the_first_answer():
    found = throttle(trouble="banned until tomorrow")
    deferred = found.deferral(COST, Purpose.TRADING)
    assert deferred is not None
    assert deferred.reason == found.trouble() == "banned until tomorrow"
    ask(found, Unknown("HTTP 503"))
    assert found.trouble() == "HTTP 503"
    ask(found, NotSent("no server was reached"))
    assert not found.may_probe()  # a moment ago
    Clock.now += 0.3
    ask(found, Answered(1))
    assert found.deferral(COST, Purpose.TRADING) is None
    assert not found.may_probe()
    assert not found.trouble()


def test_a_ban_that_is_not_over_costs_one_request_each_time_it_was_to_end():
    found = throttle(trouble="away")
    for _ in range(3):
        ask(found, RateLimited(120.0, "banned", is_ban=True))
        assert found.budget.pauses(found.now_ms)[0].is_ban
        assert not found.may_probe()
        Clock.now += 121.0
    ask(found, Answered(1))
    assert found.deferral(COST, Purpose.TRADING) is None


def test_the_end_of_a_ban_is_not_read_by_a_clock_that_nobody_has_compared():
    found = throttle(trouble="away")
    ask(found, RateLimited(120.0, "banned", ban_ends_ms=3_600_000 + int(Clock.now * 1000), is_ban=True))
    assert found.budget.pauses(found.now_ms)[0].until_ms == found.now_ms + 120_000
    found.on_server_time(found.now_ms + 3_600_000)
    assert found.budget.pauses(found.now_ms)[0].until_ms == found.now_ms + 120_000
    found.pause(RateLimited(1.0, "banned", ban_ends_ms=found.now_ms + 300_000, is_ban=True))
    assert found.budget.pauses(found.now_ms)[0].until_ms == found.now_ms + 300_000


def test_a_start_that_asked_the_exchange_waits_for_nothing():
    found = throttle()
    assert found.deferral(COST, Purpose.TRADING) is None
    assert not found.may_probe()


def test_a_pause_in_the_middle_is_noted_for_the_next_process_and_keeps_it_from_asking(tmp_path, monkeypatch):
    path = tmp_path / "one.pause"
    of_this = throttle(path)
    of_this.pause(RateLimited(5.0, "too many orders", is_about_orders=True))
    assert read_pause(path) is None  # others may ask
    of_this.pause(RateLimited(60.0, "Too many requests."))
    of_this.pause(RateLimited(5.0, "a shorter one"))
    noted = read_pause(path)
    assert noted is not None
    assert noted.reason == "Too many requests."
    next_one = throttle(path)
    assert not next_one.may_probe()
    assert next_one.trouble() == "Too many requests."
    Clock.now += 61.0
    ask(next_one, Answered(1))


class Begun(Bench):
    """A Gateway that was started while the exchange could not be asked."""

    def __init__(self, peer: HttpPeer, pause_file: str = "") -> None:
        super().__init__(peer, is_leased=False)
        launcher, monitor = self.launcher.address, self.monitor.address
        start = StartGateway(peer.url, 5000, launcher, monitor, pause_file=pause_file)
        self.desk.tell(replace(start, exchange_trouble="" if pause_file else "it is away"), self.launcher)
        self.desk.tell(LeaseChecked())


@pytest.fixture
def peer():
    with HttpPeer() as found:
        yield found


def test_a_gateway_asks_one_question_and_then_trades(peer):
    bench = Begun(peer)
    stream = bench.desk.probe("stream")
    peer.replies.append(answer(b"<html>", 503))
    bench.desk.tell(KEY, bench.launcher)
    assert bench.paths() == ["time"]
    assert isinstance(bench.place(), SellRefused)
    bench.desk.tell(RequestConnectPermit("", 1, ()), stream)
    assert isinstance(stream.received[-1], PauseConnecting)
    account = answer({"canTrade": True, "uid": 17, "balances": []})
    peer.replies.extend([answer(b"<html>", 503), TIME, answer({"code": -1, "msg": "x"}, 500), account, TIME, TIME])
    assert bench.report().trouble.startswith("HTTP 503")
    bench.desk.advance(2.0)
    peer.replies.clear()
    assert bench.launcher.pop(AccountRead).uid == 17
    assert bench.launcher.pop(ExchangeTimeRead).exchange_ms == 1_700_000_000_000
    assert stream.received[-1] == ConnectPermitGranted("", 1)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    bench.desk.actor.on_exit()


def test_a_gateway_that_begins_in_a_noted_ban_sends_nothing(peer, tmp_path):
    """The exchange's clock is two minutes behind what was believed of it: the ban is over all the same."""
    path = tmp_path / "one.pause"
    note_pause(path, NotedPause(120.0, "IP banned until later", is_ban=True))
    bench = Begun(peer, str(path))
    bench.desk.tell(KEY, bench.launcher)
    reported: Any = bench.report()
    assert [(each.what, each.is_ban) for each in reported.pauses] == [("everything", True)]
    for _ in range(100):
        bench.desk.advance(1.0)
    assert peer.asked == []
    peer.replies.extend([TIME, TIME])
    bench.desk.advance(25.0)
    assert bench.paths()[0] == "time"
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    bench.desk.actor.on_exit()

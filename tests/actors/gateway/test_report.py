from actors.gateway.report import OutcomeCounts, build_report
from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange import requests
from lotkeeper.exchange.link.states import LinkCondition, LinkState
from lotkeeper.exchange.observer import SentRequest
from lotkeeper.exchange.rest.outcomes import RateLimited
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure, FailureKind
from messages.health import ExchangePause, RequestRoute
from messages.lifecycle import JournalPlace

NOW_MS = 1_700_000_000_000


class Clock:
    now = 1000.0


def throttle() -> RequestThrottle:
    return RequestThrottle(lambda: Clock.now, lambda: NOW_MS)


def report(of: RequestThrottle, link: LinkState | None = None, place: JournalPlace | None = None):
    return build_report(of, OutcomeCounts(3, 1, 2), link, place, waiting=4, trouble="none", wall_ms=NOW_MS)


def test_before_there_is_a_key_it_says_what_it_knows():
    told = report(throttle())
    assert (told.route, told.in_flight, told.oldest_in_flight_ms, told.journal) == (None, 0, 0, "")
    assert (told.orders, told.refused, told.unknown, told.waiting, told.trouble) == (3, 1, 2, 4, "none")
    assert told.weight_used == 0


def test_it_says_which_way_requests_go_and_why():
    failure = ConnectFailure(FailureKind.ENDED, "no route to host")
    link = LinkState(LinkCondition.LOST, NOW_MS - 5, failure, needs_a_person=True)
    assert report(throttle(), link).route == RequestRoute("rest", "LOST", NOW_MS - 5, "no route to host", True)
    ready = LinkState(LinkCondition.READY, NOW_MS)
    assert report(throttle(), ready).route == RequestRoute("websocket-api", "READY", NOW_MS)


def test_it_says_where_orders_are_noted():
    told = report(throttle(), place=JournalPlace("/dev/shm/j", is_memory=True, earlier_path="/srv/old"))
    assert (told.journal, told.is_journal_memory) == ("/dev/shm/j", True)


def test_it_says_what_is_in_flight_and_what_is_spent():
    spent, request = throttle(), requests.account()
    spent.on_request(SentRequest("GET", request.path, request.cost, is_signed=True))
    Clock.now += 1.25
    told = report(spent)
    Clock.now -= 1.25
    assert (told.in_flight, told.oldest_in_flight_ms, told.weight_used, told.requests) == (1, 1_250, 20, 1)
    assert {(each.name, each.used) for each in told.limits} >= {("REQUEST_WEIGHT", 20), ("RAW_REQUESTS", 1)}


def test_it_says_until_when_nothing_is_sent():
    paused = throttle()
    paused.pause(RateLimited(30.0, "Too many requests."))
    assert report(paused).pauses == (ExchangePause("everything", NOW_MS + 30_000, "Too many requests."),)

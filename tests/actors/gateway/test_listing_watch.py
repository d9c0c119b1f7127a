"""When the Gateway asks which pairs will be delisted, and what it makes of the answers."""

import pytest

from actors.gateway.listing_watch import ListingWatch
from lotkeeper.exchange.rest.listing_plans import asset_tags, delistings
from lotkeeper.exchange.rest.outcomes import Answered, RateLimited, Unknown
from tests.actors.gateway.test_own_questions import Later, Link, Throttle


class Clock:
    now_s = 100.0


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle():
    return Throttle()


@pytest.fixture
def watch(throttle, clock):
    return ListingWatch(throttle, lambda: clock.now_s)


@pytest.fixture
def link():
    return Link()


def plans(watch):
    found = watch.plans_of(["BTCUSDT", "ADAUSDT"])
    return found.delistings, set(found.at_risk)


def test_it_asks_only_where_it_is_wanted_and_not_at_once(watch, link, clock):
    assert not watch.ask_when_due(link)
    watch.begin()
    assert not watch.ask_when_due(link)
    clock.now_s += 15
    assert not watch.ask_when_due(None)
    assert watch.ask_when_due(link)
    assert [each.path for each in link.asked()] == [delistings().path, asset_tags().path]


def test_what_is_answered_concerns_the_kept_pairs(watch, link, clock):
    watch.begin()
    clock.now_s += 15
    watch.ask_when_due(link)
    link.answer(Answered({"ADAUSDT": 5000, "XRPUSDT": 6000}))
    link.answer(Answered({"BTC": ("Monitoring",), "ADA": ("Seed",)}))
    assert plans(watch) == ((("ADAUSDT", 5000),), {"BTC"})


@pytest.mark.parametrize("outcome", [Unknown("HTTP 404", 404), RateLimited(60.0, "too many")])
def test_where_it_is_not_to_be_had_nothing_changes_and_it_is_asked_again_hours_later(watch, link, clock, outcome):
    watch.begin()
    clock.now_s += 15
    watch.ask_when_due(link)
    link.answer(outcome)
    link.answer(outcome)
    assert plans(watch) == ((), set())
    clock.now_s += 6 * 3600 - 1
    assert not watch.ask_when_due(link)
    clock.now_s += 1
    assert watch.ask_when_due(link)


def test_it_waits_for_room_in_the_budget(watch, link, clock, throttle):
    watch.begin()
    clock.now_s += 15
    throttle.deferred = Later()
    assert not watch.ask_when_due(link)
    throttle.deferred = None
    assert watch.ask_when_due(link)

"""What the status says of the shared actors and of streams."""

import pytest

from actors.ledger.positions import iso
from actors.monitor.status import status_document
from lotkeeper.engine.actor.log_levels import ActorLevel, LogLevels
from messages.health import ExchangePause, LimitUse, RequestRoute, StreamState
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view


@pytest.mark.parametrize(("is_proven", "mode"), [(True, "stream"), (False, "polling")])
def test_the_mode_says_how_keepers_learn_of_the_accounts_trades(is_proven, mode):
    streams = {"": (reports.stream("", state=StreamState.PROVEN if is_proven else StreamState.DOWN), NOW_MS)}
    assert status_document(view(streams=streams), NOW_MS)["user_stream"]["mode"] == mode


def test_which_way_requests_go_and_what_is_in_flight():
    route = RequestRoute("rest", "LOST", NOW_MS - 4_000, "no route to host")
    told = reports.gateway(
        route=route, in_flight=3, oldest_in_flight_ms=250, waiting=2, journal="/dev/shm/j", is_journal_memory=True
    )
    gateway = status_document(view(gateway=told), NOW_MS)["gateway"]
    assert gateway["route"] == {
        "route": "rest",
        "condition": "LOST",
        "since": "2023-11-14T22:13:16.000+00:00",
        "failure": "no route to host",
        "needs_a_person": False,
    }
    assert (gateway["in_flight"], gateway["oldest_in_flight_seconds"], gateway["waiting"]) == (3, 0.25, 2)
    assert gateway["journal"] == {"path": "/dev/shm/j", "memory": True}
    starting = status_document(view(gateway=reports.gateway()), NOW_MS)["gateway"]
    assert (starting["route"], starting["journal"]) == (None, None)


def test_used_limits_and_pauses_of_the_exchange():
    limits = (LimitUse("REQUEST_WEIGHT", "a minute", 60, 420, 6000),)
    pauses = (ExchangePause("everything", NOW_MS + 24_500, "Too many requests."),)
    document = status_document(view(gateway=reports.gateway(limits=limits, pauses=pauses)), NOW_MS)
    assert document["gateway"]["limits"] == [
        {"name": "REQUEST_WEIGHT", "per": "a minute", "seconds": 60, "used": 420, "most": 6000}
    ]
    assert document["gateway"]["holds"] == [
        {
            "what": "everything",
            "until": "2023-11-14T22:13:44.500+00:00",
            "seconds": 24.5,
            "reason": "Too many requests.",
            "ban": False,
        }
    ]
    over = status_document(view(gateway=reports.gateway(pauses=pauses)), NOW_MS + 30_000)
    assert over["gateway"]["holds"][0]["seconds"] == 0


def test_levels_of_the_log_that_somebody_changed_are_shown_while_they_last():
    wished = (ActorLevel("", "DEBUG", None, "kim"), ActorLevel("Ledger", "ERROR", NOW_MS + 1, "kim"))
    found = status_document(view(levels=LogLevels(wished, "WARNING")), NOW_MS)["log_levels"]
    assert [(each["actor"], each["level"], each["who"]) for each in found] == [
        ("all", "DEBUG", "kim"),
        ("Ledger", "ERROR", "kim"),
    ]
    assert (found[0]["until"], found[1]["until"]) == (None, iso(NOW_MS + 1))
    later = status_document(view(levels=LogLevels(wished, "WARNING")), NOW_MS + 1)["log_levels"]
    assert [each["actor"] for each in later] == ["all"]
    assert status_document(view(levels=LogLevels((), "WARNING")), NOW_MS)["log_levels"] == []

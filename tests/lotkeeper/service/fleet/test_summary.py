"""What is told of each service, whatever a host has answered."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.service.fleet.asking import Asked, shown
from lotkeeper.service.fleet.places import ServicePlace
from lotkeeper.service.fleet.summary import exit_code, fleet_document
from lotkeeper.service.schemas.table import problems
from messages.health import LimitUse
from tests.actors.monitor import reports
from tests.cli.views.rendering import sample_status

HERE, PI = ServicePlace("alice", "/etc/lotkeeper/alice/config.yaml"), ServicePlace("lk@pi", host="lk@pi")
WEIGHT = LimitUse("REQUEST_WEIGHT", "a minute", 60, 371, 6000)


def status(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(orjson.dumps(sample_status(**changes)))
    return document


def row(asked: Asked) -> dict[str, Any]:
    document = fleet_document([asked])
    assert problems("fleet status", orjson.dumps(document)) == []
    found: dict[str, Any] = document["services"][0]
    return found


def test_a_service_tells_a_few_fields_of_its_status() -> None:
    gateway = reports.gateway(limits=(WEIGHT,), broker=reports.broker(waits="its share is used up"))
    found = row(Asked(HERE, status(gateway=gateway), 0))
    assert (found["name"], found["host"], found["config"]) == ("alice", None, HERE.config)
    assert (found["health"], found["pairs"], found["lots_open"], found["todo"]) == ("degraded", 2, 1, 0)
    assert found["uptime_seconds"] == 3725
    assert found["budget"] == {
        "used": 371,
        "most": 6000,
        "broker": True,
        "share": 320,
        "spent": 40,
        "waits": "its share is used up",
    }


def test_without_a_broker_the_use_of_the_whole_address_is_told() -> None:
    budget = row(Asked(HERE, status(gateway=reports.gateway(limits=(WEIGHT,))), 0))["budget"]
    assert (budget["used"], budget["broker"], budget["share"]) == (371, None, None)
    assert row(Asked(HERE, status(gateway=None), 0))["budget"] is None


@pytest.mark.parametrize(
    ("asked", "health", "reason"),
    [
        (Asked(PI, None, 3, "lotkeeper is not running"), "not running", "lotkeeper is not running"),
        (Asked(PI, None, 1, "it runs another version"), "unreadable", "it runs another version"),
        (Asked(PI, trouble="no answer within 10 s"), "unreadable", "no answer within 10 s"),
        (Asked(PI, {"health": "standby", "waits": "host b has the lease"}, 0), "standby", "host b has the lease"),
        (Asked(PI, {"health": "splendid"}, 0), "unreadable", "what it printed is no status"),
        (Asked(PI, {}, 0), "unreadable", "what it printed is no status"),
    ],
)
def test_a_service_without_a_status_has_the_reason(asked: Asked, health: str, reason: str) -> None:
    found = row(asked)
    assert (found["health"], found["reason"]) == (health, reason)


@pytest.mark.parametrize(
    ("codes", "well", "worst"),
    [
        ([0, 0], True, 0),
        ([0, 1], False, 1),
        ([1, 3, 0], False, 3),
        ([], True, 0),
    ],
)
def test_the_exit_code_is_that_of_the_worst(codes: list[int], well: bool, worst: int) -> None:
    asked = {
        0: Asked(HERE, {"health": "ok"}, 0),
        1: Asked(HERE, {"health": "degraded"}, 0),
        3: Asked(HERE, None, 3, "not running"),
    }
    document = fleet_document(asked[code] for code in codes)
    assert (document["well"], exit_code(document)) == (well, worst)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("health", "waits", "problems", "todo", "pairs", "gateway", "uptime_seconds")


@given(st.dictionaries(st.sampled_from(KEYS), JSON | st.sampled_from(["ok", "degraded"])))
def test_whatever_a_host_answers_the_document_keeps_its_schema(document: dict[str, Any]) -> None:
    row(Asked(PI, document, 0))


def test_a_terminal_gets_nothing_that_it_would_obey() -> None:
    assert shown("a\x1b[2Jb\r\nc\u202ed\x07") == "a [2Jb c d"
    assert len(shown("x" * 1_000)) == 300

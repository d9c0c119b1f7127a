"""The table of many services."""

from typing import Any

from cli.views.fleet import fleet_view
from tests.cli.views.rendering import render

BUDGET = {"used": 371, "most": 6000, "broker": True, "share": 320, "spent": 40, "waits": ""}
ALICE = {
    "name": "alice",
    "host": None,
    "config": "/etc/lotkeeper/alice/config.yaml",
    "health": "ok",
    "reason": "",
    "problems": [],
    "todo": 0,
    "uptime_seconds": 3725.0,
    "pairs": 2,
    "lots_open": 5,
    "budget": BUDGET,
}
AWAY = {
    **dict.fromkeys(("todo", "uptime_seconds", "pairs", "lots_open", "budget")),
    "name": "lk@pi",
    "host": "lk@pi",
    "config": None,
    "health": "unreadable",
    "reason": "Host key verification failed.",
    "problems": [],
}


def lines(*rows: dict[str, Any]) -> list[str]:
    return render(fleet_view({"well": True, "services": list(rows)}))


def test_each_service_has_a_row() -> None:
    shown = lines(ALICE)
    assert shown[0].split() == ["Service", "State", "Up", "Pairs", "Lots", "open", "To", "do", "Weight"]
    assert shown[2].split() == ["alice", "ok", "1", "h", "2", "m", "2", "5", "0", "40/320"]
    assert len(shown) == 3


def test_without_a_broker_the_use_of_the_whole_address_is_shown() -> None:
    alone = {**ALICE, "budget": {**BUDGET, "broker": None, "share": None, "spent": None}}
    assert "371/6000 of all" in lines(alone)[2]


def test_what_cannot_be_read_is_a_row_and_a_reason() -> None:
    shown = lines(ALICE, AWAY)
    assert shown[3].split() == ["lk@pi", "unreadable", *["-"] * 5]
    assert shown[-1] == "lk@pi: Host key verification failed."


def test_the_first_problems_and_whose_share_is_used_up_stand_below() -> None:
    waiting = {**ALICE, "health": "degraded", "problems": list("abcde"), "budget": {**BUDGET, "waits": "bob has most"}}
    assert lines(waiting)[-5:] == [
        "alice: a",
        "alice: b",
        "alice: c",
        "alice: and 2 more",
        "alice: questions wait: bob has most",
    ]

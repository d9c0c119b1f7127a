"""What an open page is told."""

import json
from decimal import Decimal
from types import SimpleNamespace

from lotkeeper.web.events.lots_mirror import LotsMirror
from lotkeeper.web.events.page import Page
from lotkeeper.web.events.status_mirror import StatusMirror
from lotkeeper.web.events.topics import Topics


def told(page: Page) -> list[tuple[str, object]]:
    lines = [each.decode().split("\n") for each in page.due()]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data, *_ in lines]


def row(name: str) -> dict[str, object]:
    return {"lot": name, "pair": "A", "nearest_trigger": "110", "nearest_stop": None, "arms_at": None}


def test_ten_thousand_lots_come_in_parts_of_which_the_first_is_whole():
    hub = SimpleNamespace(topics=Topics(), status=StatusMirror(), mirror=LotsMirror(), bids={"A": Decimal(100)})
    page = Page(hub)
    hub.topics.tell("todo", [])
    assert told(page) == [("todo", [])]
    hub.mirror.replace(row(f"A-{number}") for number in range(1200))
    events = told(page)
    assert [(name, data["whole"], len(data["changed"])) for name, data in events] == [
        ("lots", True, 500),
        ("lots", False, 500),
        ("lots", False, 200),
    ]
    assert events[0][1]["changed"][0]["away_pct"] == "10"
    assert told(page) == []


def test_an_empty_list_is_told_too():
    hub = SimpleNamespace(topics=Topics(), status=StatusMirror(), mirror=LotsMirror(), bids={})
    hub.mirror.replace([])
    page = Page(hub)
    assert told(page) == [("lots", {"whole": True, "changed": [], "removed": []})]
    assert told(page) == []


def test_the_status_comes_whole_and_then_what_has_changed_of_it():
    hub = SimpleNamespace(topics=Topics(), status=StatusMirror(), mirror=LotsMirror(), bids={})
    page, late = Page(hub), Page(hub)
    hub.status.note({"health": "ok", "restarts": {"gateway": 1}})
    assert told(page) == [("status", {"health": "ok", "restarts": {"gateway": 1}})]
    assert told(page) == []
    hub.status.note({"health": "degraded", "restarts": {}})
    assert told(page) == [
        ("status-change", {"changed": {"health": "degraded", "restarts": {}}, "removed": [["restarts", "gateway"]]})
    ]
    assert told(late) == [("status", {"health": "degraded", "restarts": {}})]
    hub.status.forget()
    assert told(page) == []
    hub.status.note({"health": "ok", "restarts": {}})
    assert told(page) == [("status", {"health": "ok", "restarts": {}})]

"""`lotkeeper incidents`."""

import csv
import io
import json

from lotkeeper.trading.trouble_kinds import TroubleKind
from tests.persistence.incidents import BEGAN_MS, began, note, over


def test_incidents_for_programs(run, store):
    note(store, over(kind=TroubleKind.HELD, subject="BTCUSDT-7", symbol="BTCUSDT", text="cancelled"))
    assert json.loads(run("incidents", "--json").output) == [
        {
            "opened": "2023-11-14T22:13:20.000+00:00",
            "ended": "2023-11-14T22:13:21.500+00:00",
            "end": "over",
            "kind": "lot-held",
            "severity": "warning",
            "pair": "BTCUSDT",
            "subject": "BTCUSDT-7",
            "details": "cancelled",
            "key": "1700000000000/LOT_HELD/BTCUSDT-7",
        }
    ]


def test_incidents_for_people(run, store):
    note(store, began(), over(after_ms=65_000, kind=TroubleKind.ACTOR_RESTARTED, subject="gateway", text="SIGKILL"))
    first, second = [line for line in run("incidents").output.splitlines() if "2023" in line]
    assert first.split()[:6] == ["2023-11-14", "22:13:20", "open", "warning", "stream-lost", "user"]
    assert second.split()[2:] == ["1", "m", "5", "s", "notice", "actor-restarted", "gateway:", "SIGKILL"]
    assert run("incidents", "--pair", "btcusdt").output == "no incidents\n"


def test_only_some_kinds_and_only_what_is_open(run, store):
    note(store, began(), over(subject="market stream 1"), began(kind=TroubleKind.CLOCK, subject="service"))

    def subjects(*options):
        return [each["subject"] for each in json.loads(run("incidents", "--json", *options).output)]

    assert sorted(subjects("--open")) == ["service", "user stream"]
    assert subjects("--kind", "Clock-Off") == ["service"]
    assert sorted(subjects("--kind", "stream-lost", "--kind", "clock-off", "--open")) == ["service", "user stream"]


def test_one_page_after_the_other(run, store):
    note(store, *(over(subject=f"market stream {number}", opened_ms=BEGAN_MS + number) for number in range(1, 6)))
    first = json.loads(run("incidents", "--limit", "3", "--json").output)
    rest = json.loads(run("incidents", "--before", first[-1]["key"], "--json").output)
    assert [each["subject"][-1] for each in (*first, *rest)] == ["5", "4", "3", "2", "1"]
    assert f"--before {first[-1]['key']}" in run("incidents", "--limit", "3").output


def test_incidents_for_spreadsheets(run, store):
    note(store, began())
    (row,) = csv.DictReader(io.StringIO(run("incidents", "--csv").output))
    assert (row["kind"], row["ended"], row["subject"]) == ("stream-lost", "", "user stream")


def test_wrong_usage_is_one_sentence(run, store):
    result = run("incidents", "--kind", "rain")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'rain' is not one of" in result.stderr
    assert "is no key of this list" in run("incidents", "--before", "BTCUSDT-7").stderr

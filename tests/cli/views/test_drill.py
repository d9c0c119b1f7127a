"""What the drill prints: rounds, one fault, the list."""

import pytest

from cli.views.drill import (
    fault_run_document,
    fault_run_view,
    round_line,
    rounds_document,
    rounds_view,
    scenarios_table,
)
from lotkeeper.verification.drill.fault_run import FaultRun, StatusChange
from lotkeeper.verification.drill.fault_scenarios import SCENARIOS
from lotkeeper.verification.drill.figures import BuyRecord
from lotkeeper.verification.drill.rounds import DrillRound, PerformedAction
from lotkeeper.verification.staging.round_trip import RoundTrip
from tests.cli.views.rendering import render

PERFORMED = (PerformedAction(0.5, "kill Gateway", "4711 Gateway"),)


def drill_round(seed=7, broken=(), **more):
    return DrillRound(seed, PERFORMED, 2, 1, 18, 9, 12, 1.234, 3.4, broken, (), **more)


def fault_run(**more):
    buy = BuyRecord("BTCUSDT", 36, 3_000_000_000, 3_250_000_000, [(3_260_000_000, "0.01", "60100")])
    lost = BuyRecord("ETHUSDT", 37, 4_000_000_000)
    terms = {"name": "drop", "text": "all sockets end", "lasts_s": 0.0, "began_ns": 2_000_000_000, "buys": [buy, lost]}
    return FaultRun(**(terms | more))


def test_a_round_that_was_kept():
    text = "\n".join(render(rounds_view([(drill_round(), None)])))
    assert all(word in text for word in ("7", "18", "9", "12", "1.23 s", "3.4 s", "kept"))
    assert "Gateway" not in text
    assert round_line(drill_round(), None) == "seed 7: 18 trades, 2 faults, 1 kills; 9 BUYs, 12 SELLs: kept"


def test_a_round_that_was_not_says_what_was_played_where_it_is_and_how_to_play_it_again():
    text = "\n".join(
        render(
            rounds_view(
                [(drill_round(), None), (drill_round(8, ("0.01 BTC bought, and no SELL",)), "drill-logs/seed-8")]
            )
        )
    )
    assert "broken" in text
    assert "0.01 BTC bought, and no SELL" in text
    assert "drill-logs/seed-8" in text
    assert "lotkeeper drill --seed 8 --rounds 1" in text
    assert "0.50 s  kill Gateway  4711 Gateway" in text


def test_a_round_at_a_distance_is_played_again_at_that_distance():
    distant = drill_round(8, ("lost",), round_trip=RoundTrip(100, 20))
    text = " ".join(" ".join(render(rounds_view([(distant, None)]))).split())
    assert "lotkeeper drill --seed 8 --rounds 1 --round-trip-ms 100 --jitter-ms 20" in text
    (document,) = rounds_document([(distant, None)])["rounds"]
    assert (document["round_trip_ms"], document["jitter_ms"]) == (100, 20)
    assert fault_run_document(fault_run(round_trip=RoundTrip(100)), None)["round_trip_ms"] == 100


@pytest.mark.parametrize("broken", [(), ("lost",)])
def test_rounds_as_a_document(broken):
    document = rounds_document([(drill_round(), None), (drill_round(8, broken), None)])
    assert document["kept"] == (not broken)
    assert [each["kept"] for each in document["rounds"]] == [True, not broken]
    assert document["rounds"][0]["played"] == [{"at": 0.5, "act": "kill Gateway", "came": "4711 Gateway"}]


def test_a_fault_that_nobody_noticed():
    text = "\n".join(render(fault_run_view(fault_run(), None)))
    assert "it never named a problem" in text
    assert "+1.00 s" in text
    assert "0.250 s" in text
    assert "no SELL" in text
    assert "The promise was kept." in text


def test_a_fault_with_its_times():
    changes = [StatusChange(0.04, "user stream not proven"), StatusChange(10.5, "everything is proven")]
    found = fault_run(changes=changes, noticed_s=0.04, proven_s=10.5, lasts_s=10.0, broken=("lost",))
    text = "\n".join(render(fault_run_view(found, "drill-logs/drop")))
    assert "0.50 s after the end of the fault" in text
    assert "user stream not proven" in text
    assert "The promise was broken." in text
    assert "drill-logs/drop" in text
    document = fault_run_document(found, None)
    assert (document["said_after_seconds"], document["proven_after_seconds"]) == (0.04, 10.5)
    assert [each["sell_after"] for each in document["buys"]] == [0.25, None]


def test_every_named_fault_is_listed_with_what_it_does():
    text = "\n".join(render(scenarios_table(SCENARIOS)))
    assert all(name in text for name in SCENARIOS)
    assert "the database deleted" in text

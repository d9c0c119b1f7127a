"""The running actors as a document."""

from typing import Any

import pytest

from lotkeeper.service.actor_report import ActorReport
from lotkeeper.service.process_usage import ProcessUsage
from tests.lotkeeper.service.actors_seen import actor, death, letters, look, mailbox, times

LEDGER, KEEPER = ("ledger",), ("BTCUSDT", "BTCUSDT keeper")


def report_of(*looks: Any, cpu_s: float = 0.0) -> dict[str, Any]:
    """The report of the last one; each process has used so much more processor time at each look."""
    asked: dict[int, int] = {}

    def usage(pid: int) -> ProcessUsage:
        asked[pid] = asked.get(pid, 0) + 1
        return ProcessUsage(60.0, asked[pid] * cpu_s, 8 << 20)

    report = ActorReport(usage)
    return [report.document(each) for each in looks][-1]


def row(report: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in report["actors"] if each["name"] == name]
    return found


def test_the_tree_in_its_order_with_what_each_process_uses():
    report = report_of(look())
    assert [(each["name"], each["depth"], each["actor"]) for each in report["actors"]] == [
        ("guardian", 0, "Guardian"),
        ("ledger", 1, "Ledger"),
        ("BTCUSDT", 1, "PairSupervisor"),
        ("BTCUSDT keeper", 2, "PairKeeper"),
        ("ETHUSDT", 1, "PairSupervisor"),
    ]
    ledger = row(report, "ledger")
    assert (ledger["pid"], ledger["age_seconds"], ledger["pss_bytes"], ledger["incarnation"]) == (11, 60.0, 8 << 20, 5)
    assert (ledger["per_second"], ledger["cpu_pct"]) == (None, None)


def test_two_looks_give_rates():
    report = report_of(look(at=100.0), look(actor(LEDGER, handled=150), at=102.0), cpu_s=0.5)
    assert (row(report, "ledger")["per_second"], row(report, "guardian")["per_second"]) == (25.0, 0.0)
    assert row(report, "ledger")["cpu_pct"] == 25.0


def test_a_process_that_was_started_again_has_no_rates_yet():
    newer = actor(LEDGER, handled=3, pid=99)
    assert row(report_of(look(), look(newer, at=101.0)), "ledger")["per_second"] is None


@pytest.mark.parametrize(
    ("seen", "answers", "state"),
    [
        ({}, True, "idle"),
        ({"is_waiting": False, "in_hand": "AskVitals"}, True, "idle"),
        ({"is_waiting": False, "in_hand": "RecordLots"}, True, "busy"),
        ({"is_waiting": False, "in_hand": "RecordLots"}, False, "stuck"),
        ({"is_stopped": True}, False, "stopped"),
        ({"state": "lost", "address": None, "pid": None}, False, "lost"),
        ({"state": "given up", "address": None, "pid": None}, False, "given up"),
    ],
)
def test_the_states(seen, answers, state):
    assert row(report_of(look(actor(LEDGER, seen=seen, answers=answers))), "ledger")["state"] == state


def test_how_long_a_stuck_actor_has_the_same_message_in_hand():
    stuck = {"is_waiting": False, "in_hand": "RecordLots symbol=BTCUSDT"}
    looks = [look(actor(LEDGER, seen=stuck, answers=False), at=at) for at in (100.0, 102.0, 105.5)]
    ledger = row(report_of(*looks), "ledger")
    assert (ledger["in_hand"], ledger["busy_seconds"]) == ("RecordLots symbol=BTCUSDT", 5.5)
    moved = look(actor(LEDGER, seen={**stuck, "handled": 101}, answers=False), at=106.0)
    assert row(report_of(*looks, moved), "ledger")["busy_seconds"] == 0.0


def test_a_mailbox_is_what_all_senders_know_of_it():
    report = report_of(
        look(
            actor(KEEPER, mailboxes=(mailbox(11, 7, 0.5),)),
            actor((), mailboxes=(mailbox(11, 2, 3.0), mailbox(13, 1, 0.0))),
        )
    )
    assert (row(report, "ledger")["mailbox"], row(report, "ledger")["oldest_seconds"]) == (9, 3.0)
    assert row(report, "BTCUSDT keeper")["mailbox"] == 1
    assert row(report, "guardian")["mailbox"] == 0


def test_times_of_handlers_and_what_went_wrong():
    said = {"handlers": (times("RecordLots", 3, 1.5, 9.0),), "undelivered": (("PlaceSell", 2),), "unknown": ("Odd",)}
    ledger = row(report_of(look(actor(LEDGER, **said))), "ledger")
    assert ledger["handlers"] == [{"message": "RecordLots", "count": 3, "p50_ms": 1.5, "p99_ms": 9.0, "max_ms": 9.0}]
    assert (ledger["undelivered"], ledger["unknown"]) == ({"PlaceSell": 2}, ["Odd"])


def test_the_last_deaths_and_dead_letters_with_names():
    older = death(key="ledger", pid=8, at_ms=death().at_ms - 1000)
    report = report_of(
        look(actor((), deaths=(older,)), actor(("BTCUSDT",), deaths=(death(),)), letters=letters(death().pid))
    )
    assert [each["name"] for each in report["deaths"]] == ["BTCUSDT keeper", "ledger"]
    assert report["deaths"][0]["how"] == "was killed by SIGKILL"
    assert report["deaths"][0]["at"].startswith("2026-")
    assert report["dead_letters"]["counts"] == {"SellPlaced": 3}
    (last,) = report["dead_letters"]["last"]
    assert (last["to"], last["message"]) == ("BTCUSDT keeper", "SellPlaced")


def test_a_receiver_that_nobody_knows_is_named_by_its_process():
    (last,) = report_of(look(letters=letters(4711)))["dead_letters"]["last"]
    assert last["to"] == "process 4711"

"""Metrics of the actors."""

from lotkeeper.engine.inspection.questions import DeadLetters
from lotkeeper.service.actor_report import ActorReport
from tests.lotkeeper.service.actors_seen import actor, look, mailbox
from tests.lotkeeper.web.metrics.scraped import actors_report, scrape, status

KEEPER = ("BTCUSDT", "BTCUSDT keeper")


def test_actors_of_a_pair_have_it_as_a_label_and_others_none():
    found = scrape(status(), actors_report())
    up = {labels for name, *labels in map(list, found) if name == "lotkeeper_actor_up" for labels in [tuple(labels)]}
    assert {("pair_keeper", "BTCUSDT"), ("pair_supervisor", "BTCUSDT"), ("ledger", ""), ("guardian", "")} <= up


def test_processor_time_memory_and_messages():
    found = scrape(status(), actors_report())
    assert found["lotkeeper_actor_cpu_seconds_total", "ledger", ""] == 1.5
    assert found["lotkeeper_actor_memory_bytes", "ledger", ""] == 12_000_000
    assert found["lotkeeper_actor_handled_total", "ledger", ""] == 100
    assert found["lotkeeper_actor_age_seconds", "ledger", ""] == 9


def test_mailboxes_restarts_and_who_does_not_answer():
    stuck = actor(("ledger",), answers=False, seen={"restarts": 2, "is_waiting": False, "in_hand": "RecordLots"})
    found = scrape(status(), actors_report(stuck, actor(KEEPER, mailboxes=(mailbox(11, 7, 0.5),))))
    assert found["lotkeeper_actor_mailbox_messages", "ledger", ""] == 7
    assert found["lotkeeper_actor_mailbox_oldest_seconds", "ledger", ""] == 0.5
    assert found["lotkeeper_actor_restarts_total", "ledger", ""] == 2
    assert found["lotkeeper_actor_up", "ledger", ""] == 0
    assert found["lotkeeper_actor_up", "pair_keeper", "BTCUSDT"] == 1


def test_a_process_that_cannot_be_read_has_no_figures():
    found = scrape(status(), ActorReport(lambda _: None).document(look()))
    assert ("lotkeeper_actor_memory_bytes", "ledger", "") not in found
    assert found["lotkeeper_actor_up", "ledger", ""] == 1


def test_dead_letters_by_type():
    report = ActorReport(lambda _: None).document(look(letters=DeadLetters({"OrderReported": 2}, ())))
    assert scrape(status(), report)["lotkeeper_dead_letters_total", "OrderReported"] == 2

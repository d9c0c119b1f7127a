"""Each message is sent by a process of its own, which is ended after its time."""

import os
import select
import time
from collections.abc import Callable

import psutil

from actors.alerts.deliveries import Delivered, Deliveries
from tests.actors.alerts.webhook import Webhook
from tests.ports import deaf_port
from tests.processes import NewProcesses


def results(deliveries: Deliveries, most_s: float = 150.0) -> list[Delivered]:
    """The next results, as the actor's loop has them."""
    until = time.monotonic() + most_s
    while time.monotonic() < until:
        ready, _, _ = select.select(deliveries.watched(), [], [], 0.2)
        found = [*deliveries.take(ready), *deliveries.overdue(time.monotonic())]
        if found:
            return found
    raise AssertionError("no result")


def patient() -> Deliveries:
    """A busy machine takes its time to start a process."""
    return Deliveries(within_s=120.0)


def notify(webhook: Webhook, **more: str) -> dict[str, str]:
    work = {"what": "notify", "url": webhook.apprise_url, "title": "a title", "body": "a body", "severity": "critical"}
    return {**work, **more}


def test_a_message_arrives():
    deliveries = patient()
    with Webhook() as webhook:
        deliveries.begin("channel phone", notify(webhook), time.monotonic())
        assert results(deliveries) == [Delivered("channel phone", True, "delivered")]
        assert webhook.texts == ["a title\na body"]
        assert webhook.requests[0].document["type"] == "failure"
    assert deliveries.watched() == []


def test_why_it_was_not_taken_is_said():
    deliveries = patient()
    with Webhook(status=403) as webhook:
        deliveries.begin("channel phone", notify(webhook), time.monotonic())
        (found,) = results(deliveries)
    assert not found.is_delivered
    assert "403" in found.text


def test_an_address_that_apprise_does_not_know_is_named_as_that():
    deliveries = patient()
    with Webhook() as webhook:
        deliveries.begin("channel phone", notify(webhook, url="nosuch://token"), time.monotonic())
        (found,) = results(deliveries)
    assert (found.is_delivered, "does not know" in found.text) == (False, True)


def test_a_ping_arrives_with_its_text():
    deliveries = patient()
    with Webhook() as webhook:
        work = {"what": "ping", "url": f"{webhook.ping_url}/fail", "body": "BTCUSDT: why"}
        deliveries.begin("heartbeat", work, time.monotonic())
        assert results(deliveries) == [Delivered("heartbeat", True, "HTTP 200")]
        assert [(each.path, each.body) for each in webhook.pings] == [("/ping/5a1c3f0e/fail", "BTCUSDT: why")]


def test_nobody_there_is_no_error_of_ours():
    deliveries = patient()
    with deaf_port() as port:
        work = {"what": "ping", "url": f"http://127.0.0.1:{port}/x", "body": ""}
        deliveries.begin("heartbeat", work, time.monotonic())
        (found,) = results(deliveries)
    assert not found.is_delivered


def test_what_hangs_is_ended_after_its_time_and_beginning_it_waits_for_nothing():
    deliveries, new = Deliveries(within_s=2.0), NewProcesses()
    with Webhook(hangs=True) as webhook:
        deliveries.begin("channel phone", notify(webhook), time.monotonic())
        (process,) = new.running()
        assert results(deliveries) == [Delivered("channel phone", False, "no answer within 2 s")]
        _wait(lambda: not process.is_running())
    assert deliveries.watched() == []


def test_no_process_stays_behind():
    deliveries, new = patient(), NewProcesses()
    with Webhook(hangs=True) as webhook:
        for number in range(3):
            deliveries.begin(f"channel {number}", notify(webhook), time.monotonic())
        assert len(new.running()) == 3
        deliveries.end_all()
        assert (new.running(), deliveries.watched()) == ([], [])


def test_no_address_stands_in_the_process_list_or_the_environment(monkeypatch):
    monkeypatch.setenv("LOTKEEPER_ALERTS__URLS", "phone: nosuch://token-of-the-phone")
    deliveries, new = patient(), NewProcesses()
    with Webhook(hangs=True) as webhook:
        deliveries.begin("channel phone", notify(webhook, url=f"{webhook.apprise_url}/token"), time.monotonic())
        (process,) = new.running()
        _wait(lambda: bool(webhook.requests))
        shown = f"{process.cmdline()}{process.environ()}"
        deliveries.end_all()
    assert "token" not in shown
    assert "hook" not in shown


def test_it_ends_with_its_parent():
    with Webhook(hangs=True) as webhook:
        pid = os.fork()
        if not pid:
            Deliveries().begin("channel phone", notify(webhook), time.monotonic())
            time.sleep(60)
            os._exit(0)
        _wait(lambda: bool(webhook.requests))
        (sender,) = psutil.Process(pid).children()
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        _wait(lambda: not sender.is_running() or sender.status() == psutil.STATUS_ZOMBIE)


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)

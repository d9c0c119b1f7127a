"""The service is asked, and attached to again after it has ended."""

from contextlib import contextmanager

import pytest

from cli.actor_console import source
from lotkeeper.engine.inspection import tree
from lotkeeper.service.errors import ServiceNotRunningError
from tests.lotkeeper.service.actors_seen import look


class Service:
    """Runs, or not; counts who attaches."""

    def __init__(self):
        self.is_running = True
        self.attached = self.left = 0
        self.measured = []

    @contextmanager
    def connect(self, _config):
        self.check()
        self.attached += 1
        try:
            yield self
        finally:
            self.left += 1

    def check(self):
        if not self.is_running:
            raise ServiceNotRunningError("not running")

    def look(self, _system, measure_s, _seconds):
        self.check()
        self.measured.append(measure_s)
        return look(at=100.0 + 2 * len(self.measured))


@pytest.fixture
def service(monkeypatch):
    service = Service()
    monkeypatch.setattr(source, "connect", service.connect)
    monkeypatch.setattr(tree, "look", service.look)
    return service


def test_it_stays_attached_and_the_second_look_has_rates(service):
    known = source.ServiceSource(None)
    first, second = known.glance(2.0), known.glance(2.0)
    assert first.report["actors"][0]["per_second"] is None
    assert second.report["actors"][0]["per_second"] is not None
    assert (service.attached, service.left) == (1, 0)
    known.close()
    assert service.left == 1


def test_the_end_of_the_service_is_said_and_the_next_one_is_attached_to(service):
    known = source.ServiceSource(None)
    known.glance(2.0)
    service.is_running = False
    gone = [known.glance(2.0) for _ in range(2)]
    assert gone == [source.Glance(None, "not running")] * 2
    service.is_running = True
    assert known.glance(2.0).report is not None
    assert (service.attached, service.left) == (2, 1)


def test_handlers_are_measured_until_after_the_next_look(service):
    known = source.ServiceSource(None)
    known.glance(2.0)
    known.glance(30.0)
    assert service.measured == [10.0, 31.0]


def test_nothing_is_attached_to_before_the_first_look(service):
    source.ServiceSource(None).close()
    assert service.attached == 0

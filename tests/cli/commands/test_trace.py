"""`lotkeeper trace`."""

import json
from contextlib import contextmanager

import pytest

from cli.commands import trace
from lotkeeper.engine.inspection.questions import TracedMessage
from lotkeeper.service import tracing
from lotkeeper.service.tracing import TracedStep

STEP = TracedStep("ledger", TracedMessage(1_796_000_000_123_456_000, 0.25, "RecordLots", "PairKeeper 7", "x" * 500))


class FakeTracing:
    """A trace of one message."""

    actors = 4

    def __init__(self, _system, pair, words, seconds, *, has_states):
        FakeTracing.asked = (pair, words, seconds, has_states)
        self.dropped, self._left = 3, 1

    @property
    def is_over(self):
        return self._left == 0

    def take(self):
        self._left -= 1
        return [STEP]


@pytest.fixture
def system(config, monkeypatch):
    @contextmanager
    def connected(_config):
        yield "the system"

    monkeypatch.setattr(trace, "connect", connected)
    monkeypatch.setattr(trace, "_TAKE_EVERY_S", 0.0)
    monkeypatch.setattr(tracing, "Tracing", FakeTracing)


def test_a_pair(run, system):
    result = run("trace", "btcusdt", "--seconds", "5")
    assert FakeTracing.asked == ("BTCUSDT", ("BTCUSDT",), 5.0, False)
    (line,) = result.stdout.splitlines()
    assert line.split()[:3] == ["00:53:20.123456", "ledger", "RecordLots"]
    assert line.endswith("x" * 160 + "...")
    assert result.stderr.splitlines() == ["tracing BTCUSDT in 4 actors for 5 s", "3 more came too fast to be noted"]


def test_a_lot_is_found_by_its_name_its_sells_and_its_buy(run, system):
    result = run("trace", "BTCUSDT-7", "--states", "--full")
    assert FakeTracing.asked == ("BTCUSDT", ("BTCUSDT-7", "lk1-7", "7"), 30.0, True)
    assert result.stdout.rstrip().endswith("x" * 500)


def test_one_document_for_programs(run, system):
    found = json.loads(run("trace", "BTCUSDT", "--json").stdout)
    assert found["dropped"] == 3
    assert [each["message"] for each in found["messages"]] == ["RecordLots"]


@pytest.mark.parametrize(
    ("subject", "code", "said"),
    [("DOGEUSDT", 1, "configured: BTCUSDT"), ("DOGEUSDT-7", 1, "configured"), ("BTCUSDT-x", 2, "is no lot")],
)
def test_what_is_not_known_is_told(run, system, subject, code, said):
    result = run("trace", subject)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr

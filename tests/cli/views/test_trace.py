"""A traced message for people and for programs."""

import pytest

from cli.views.trace import fitted_step, readable, step_document, step_line
from lotkeeper.engine.inspection.questions import TracedMessage
from lotkeeper.service.tracing import TracedStep

TEXT = "SellPlaced(symbol='BTCUSDT', side=<Side.SELL: 'SELL'>, price=Decimal('60000.10'))"
STEP = TracedStep("BTCUSDT keeper", TracedMessage(1_796_000_000_123_456_000, 0.25, "SellPlaced", "Gateway 7", TEXT))


def test_a_line_has_time_actor_message_duration_sender_and_text():
    line = step_line(STEP, None).plain
    assert " ".join(line.split()) == (
        "00:53:20.123456 BTCUSDT keeper SellPlaced 0.250 ms from Gateway 7 symbol='BTCUSDT', side=SELL, price=60000.10"
    )


def test_a_long_text_is_cut():
    assert step_line(STEP, 10).plain.endswith("symbol='BT...")


@pytest.mark.parametrize(("width", "lines"), [(80, 2), (130, 2), (160, 1), (300, 1)])
def test_on_a_terminal_it_fits(width, lines):
    shown = fitted_step(STEP, width).plain.splitlines()
    assert len(shown) == lines
    assert max(map(len, shown)) <= width
    assert "symbol='BTCUSDT'" in shown[-1]


def test_the_same_for_programs():
    assert step_document(STEP) == {
        "at": "2026-11-30T00:53:20.123456+00:00",
        "actor": "BTCUSDT keeper",
        "message": "SellPlaced",
        "took_ms": 0.25,
        "sender": "Gateway 7",
        "text": "symbol='BTCUSDT', side=SELL, price=60000.10",
    }


def test_what_is_no_message_of_fields_stays():
    assert readable("'some text'", "str") == "'some text'"

"""`lotkeeper status`."""

import json

from messages.control import (
    AskStatus,
    StatusReported,
)
from tests.cli.views.rendering import sample_status


def test_status_for_people_and_for_programs(run, service):
    asked = service(AskStatus=StatusReported(sample_status()))
    assert "BTCUSDT" in run("status").output
    assert json.loads(run("status", "--json").output) == sample_status()
    assert asked == [AskStatus(), AskStatus()]

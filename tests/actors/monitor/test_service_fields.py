"""What the status says of the shared actors and of streams."""

import pytest

from actors.monitor.status import status_document
from messages.health import ExchangePause, LimitUse, StreamState
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view


@pytest.mark.parametrize(("is_proven", "mode"), [(True, "stream"), (False, "polling")])
def test_the_mode_says_how_keepers_learn_of_the_accounts_trades(is_proven, mode):
    streams = {"": (reports.stream("", state=StreamState.PROVEN if is_proven else StreamState.DOWN), NOW_MS)}
    assert status_document(view(streams=streams), NOW_MS)["user_stream"]["mode"] == mode


def test_used_limits_and_pauses_of_the_exchange():
    limits = (LimitUse("REQUEST_WEIGHT", "a minute", 60, 420, 6000),)
    pauses = (ExchangePause("everything", NOW_MS + 24_500, "Too many requests."),)
    document = status_document(view(gateway=reports.gateway(limits=limits, pauses=pauses)), NOW_MS)
    assert document["gateway"]["limits"] == [
        {"name": "REQUEST_WEIGHT", "per": "a minute", "seconds": 60, "used": 420, "most": 6000}
    ]
    assert document["gateway"]["holds"] == [
        {
            "what": "everything",
            "until": "2023-11-14T22:13:44.500+00:00",
            "seconds": 24.5,
            "reason": "Too many requests.",
        }
    ]
    over = status_document(view(gateway=reports.gateway(pauses=pauses)), NOW_MS + 30_000)
    assert over["gateway"]["holds"][0]["seconds"] == 0

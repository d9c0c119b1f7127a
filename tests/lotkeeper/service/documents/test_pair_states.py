"""The state of a pair in one word, and what its proof lacks."""

import pytest

from lotkeeper.service.documents.pair_states import PairState, missing_proof, missing_proofs, state_of
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS
from tests.cli.views.rendering import sample_status


def pair(**changes):
    return sample_status(pairs={"BTCUSDT": reports.pair(**changes)})["pairs"]["BTCUSDT"]


@pytest.mark.parametrize(
    ("changes", "state", "lacks"),
    [
        ({}, PairState.PROVEN, ""),
        ({"is_paused": True}, PairState.PAUSED, ""),
        ({"watch_only": "another keeper"}, PairState.WATCH_ONLY, "watch-only: another keeper"),
        ({"trouble": "the key is refused"}, PairState.TROUBLE, "the key is refused"),
        ({"complete_as_of_ms": NOW_MS - 200_000}, PairState.OLD, "accounted for up to 200 s ago"),
        ({"complete_as_of_ms": None, "phase": "reconciling"}, PairState.STARTING, "reconciling"),
        (
            {"complete_as_of_ms": None, "phase": "loading", "trouble": "no answer"},
            PairState.STARTING,
            "loading: no answer",
        ),
    ],
)
def test_a_pair(changes, state, lacks):
    found = pair(**changes)
    assert (state_of(found), missing_proof(found)) == (state, lacks)


def test_a_pair_that_has_not_reported_is_starting():
    status = sample_status()
    assert state_of(status["pairs"]["ETHUSDT"]) is PairState.STARTING
    assert missing_proofs(status) == {"ETHUSDT": "starting"}
    assert missing_proofs(status, ["BTCUSDT"]) == {}

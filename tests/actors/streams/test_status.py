"""The state of a stream, as the Monitor gets it."""

from actors.streams.status import StreamStatus
from messages.health import StreamReported, StreamState


def test_a_state_replaces_time_and_reason():
    status = StreamStatus()
    status.become(StreamState.DOWN, 5, "cut")
    assert status.report("BTCUSDT") == StreamReported(
        "BTCUSDT", StreamState.DOWN, 5, "cut", 0, 0, 0, kinds=(("other", 0),)
    )
    assert not status.is_proven


def test_a_proven_stream_needs_no_person():
    status = StreamStatus(is_loud=True, reason="the key is refused", frames=3, ignored=1, reconnects=2, renewals=4)
    status.become_proven(9)
    assert status.is_proven
    assert status.report("") == StreamReported(
        "", StreamState.PROVEN, 9, "", 3, 1, 2, 4, is_loud=False, kinds=(("other", 0),)
    )

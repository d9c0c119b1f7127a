"""The ping outward."""

from hypothesis import given
from hypothesis import strategies as st

from actors.alerts.heartbeat import STALE_AFTER_MS, Heartbeat, Ping, failure_url
from tests.actors.alerts.examples import NOW_MS

URL = "https://hc-ping.com/uuid"


class Story:
    """Each ping is answered before the next second."""

    def __init__(self, every_ms: int = 60_000) -> None:
        self.heartbeat = Heartbeat(URL, every_ms)
        self.now_ms = NOW_MS
        self.pings: list[tuple[int, Ping]] = []

    def run(self, seconds: int, unproven: tuple[str, ...] | None = (), *, arrives: bool = True) -> list[Ping]:
        """What the Monitor says each second; None: it says nothing."""
        before = len(self.pings)
        for _ in range(seconds):
            self.now_ms += 1000
            if unproven is not None:
                self.heartbeat.note_proof(unproven, self.now_ms)
            ping = self.heartbeat.next_ping(self.now_ms)
            if ping is not None:
                self.pings.append((self.now_ms, ping))
                self.heartbeat.note_result(is_delivered=arrives, text="HTTP 500", now_ms=self.now_ms)
        return [each for _, each in self.pings[before:]]


def test_before_anything_is_known_nothing_is_said():
    assert Story().run(300, None) == []


def test_while_all_is_proven_it_pings_in_its_time():
    assert Story().run(300) == [Ping(URL, "", True)] * 5


def test_it_fails_with_the_reason_as_soon_as_a_pair_is_not_proven_and_comes_back_with_the_proof():
    story = Story()
    story.run(61)
    assert story.run(10, ("BTCUSDT: why", "ETHUSDT: why")) == [Ping(f"{URL}/fail", "BTCUSDT: why\nETHUSDT: why", False)]
    assert story.run(120, ("BTCUSDT: why",)) == [Ping(f"{URL}/fail", "BTCUSDT: why", False)] * 2
    assert story.run(10) == [Ping(URL, "", True)]


def test_old_news_prove_nothing():
    story = Story()
    story.run(10)
    found = story.run(STALE_AFTER_MS // 1000 + 60, None)
    assert found
    assert not any(each.is_well for each in found)
    assert "nothing is known of the pairs" in found[0].body


def test_one_that_did_not_arrive_is_sent_again_soon():
    story = Story()
    assert 2 <= len(story.run(12, arrives=False)) <= 4
    assert story.heartbeat.state is not None
    assert (story.heartbeat.state.trouble, story.heartbeat.state.was_well) == ("HTTP 500", True)
    story.run(20)
    assert story.heartbeat.state.trouble == ""


def test_while_one_is_under_way_none_follows():
    heartbeat = Heartbeat(URL, 1000)
    heartbeat.note_proof((), NOW_MS)
    assert heartbeat.next_ping(NOW_MS)
    heartbeat.note_proof((), NOW_MS + 10_000)
    assert heartbeat.next_ping(NOW_MS + 10_000) is None


def test_without_an_address_nobody_is_pinged():
    heartbeat = Heartbeat("", 1000)
    heartbeat.note_proof((), NOW_MS)
    assert heartbeat.next_ping(NOW_MS) is None


def test_the_address_for_failures():
    assert failure_url("https://hc-ping.com/uuid/") == "https://hc-ping.com/uuid/fail"
    assert failure_url("https://hc-ping.com/key/slug?create=1") == "https://hc-ping.com/key/slug/fail?create=1"


@given(st.lists(st.tuples(st.integers(1, 90), st.sampled_from([(), ("why",), None])), min_size=1, max_size=12))
def test_it_never_says_that_all_is_well_while_the_newest_proof_does_not(steps):
    story, known = Story(), None
    for seconds, unproven in steps:
        known = unproven if unproven is not None else known
        begun_ms = story.now_ms
        for ping in story.run(seconds, unproven):
            assert ping.is_well is False or known == ()
        if unproven is None and seconds * 1000 > STALE_AFTER_MS + 60_000:
            late = [each for at_ms, each in story.pings if at_ms > begun_ms + STALE_AFTER_MS + 60_000]
            assert not any(each.is_well for each in late)

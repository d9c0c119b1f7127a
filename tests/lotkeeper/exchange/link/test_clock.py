from lotkeeper.exchange.link.clock import RequestClock


def test_until_it_is_measured_the_clock_of_this_machine_is_believed() -> None:
    now = 10.0
    clock = RequestClock(lambda: now, lambda: 1_700_000_000_000)
    assert clock.now_ms() == 1_700_000_000_000
    now = 10.5
    assert clock.now_ms() == 1_700_000_000_500


def test_the_time_counts_from_the_moment_of_the_reply() -> None:
    now = 12.0
    clock = RequestClock(lambda: now, lambda: 1_700_000_000_000)
    clock.set(5_000_000, 11.0)
    assert clock.now_ms() == 5_001_000

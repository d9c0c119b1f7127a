"""When the streams of the markets begin."""

from lotkeeper.exchange.websocket.start_stagger import stream_after_s


def test_few_begin_with_their_keepers():
    assert [stream_after_s(number, 8) for number in range(8)] == [0.0] * 8


def test_many_begin_after_the_keepers_one_after_the_other():
    times = [stream_after_s(number, 50) for number in range(50)]
    assert times[0] == 2.5
    assert times == sorted(set(times))
    assert times[-1] < 4.0

"""How often a wrong token may be tried."""

from lotkeeper.web.sign_in.tries import Tries


def test_after_so_many_wrong_ones_none_is_tried_for_a_while() -> None:
    tries = Tries(most=3, within_s=60.0)
    assert [tries.note_wrong(now_s) for now_s in (0.0, 10.0)] == [False, False]
    assert tries.wait_s(20.0) == 0
    assert tries.note_wrong(20.0)
    assert tries.wait_s(20.0) == 40
    assert tries.wait_s(59.5) == 0.5
    assert tries.wait_s(60.0) == 0


def test_later_ones_count_from_their_own_moment() -> None:
    tries = Tries(most=2, within_s=60.0)
    tries.note_wrong(0.0)
    tries.note_wrong(50.0)
    assert tries.wait_s(60.0) == 0
    assert tries.note_wrong(70.0)
    assert tries.wait_s(70.0) == 40

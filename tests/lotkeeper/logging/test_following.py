"""New lines stand in the order of their times."""

from lotkeeper.logging.following import HELD_S, FollowedLines


def line(second: int) -> dict[str, object]:
    return {"ts": f"2026-11-30T08:00:{second:02}.000Z", "text": str(second)}


def test_a_line_waits_for_older_ones_that_are_written_after_it() -> None:
    lines = FollowedLines()
    assert lines.add([line(2)], 0.0) == []
    assert lines.add([line(1), line(9)], HELD_S / 2) == []
    assert lines.add([line(3)], HELD_S) == [line(1), line(2)]
    assert lines.add([], HELD_S * 1.5) == [line(3), line(9)]
    assert lines.add([], HELD_S * 9) == []


def test_at_the_end_all_that_wait_are_shown() -> None:
    lines = FollowedLines()
    lines.add([line(2), line(1)], 0.0)
    assert lines.rest() == [line(1), line(2)]
    assert lines.rest() == []


def test_what_is_no_line_comes_too() -> None:
    lines = FollowedLines()
    lines.add([{"event": "UNREADABLE", "text": "half"}], 0.0)
    assert lines.add([], HELD_S) == [{"event": "UNREADABLE", "text": "half"}]

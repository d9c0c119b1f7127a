"""BUYs that were accepted and are not filled yet."""

from actors.user_stream.accepted_buys import AcceptedBuys


def test_one_wake_up_serves_all_that_came_until_then():
    accepted = AcceptedBuys()
    assert [accepted.keep(8, b"eight"), accepted.keep(9, b"nine")] == [True, False]
    assert accepted.pop_all() == [b"eight", b"nine"]
    assert accepted.pop_all() == []
    assert accepted.keep(10, b"ten")


def test_one_that_was_filled_meanwhile_is_not_told_of_again():
    accepted = AcceptedBuys()
    accepted.keep(8, b"eight")
    accepted.forget(8)
    accepted.forget(7)
    assert accepted.pop_all() == []

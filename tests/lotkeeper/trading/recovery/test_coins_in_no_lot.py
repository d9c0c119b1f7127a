"""What of the coins that no lot has is the owner's own, and what came since."""

from decimal import Decimal as D
from functools import reduce

from lotkeeper.trading.recovery.coins_in_no_lot import CoinsInNoLot


def after(*seen: str, start: CoinsInNoLot | None = None) -> CoinsInNoLot:
    """After checks that each saw so much beyond the lots, at 1, 2, 3, ... ms."""
    checks = enumerate(map(D, seen), start=1)
    return reduce(lambda coins, each: coins.after_check(each[1], each[0]), checks, start or CoinsInNoLot())


def test_the_first_two_checks_that_agree_tell_what_is_the_owners_own():
    assert after("1").own is None
    assert (after("1", "1").own, after("1", "1").came) == (1, 0)
    assert after("1", "2", "2").own == 2


def test_what_two_checks_show_later_came_and_keeps_its_time():
    coins = after("1", "1", "3", "3", "4", "4")
    assert (coins.own, coins.came, coins.since_ms) == (1, 3, 4)


def test_what_one_check_alone_shows_changes_nothing():
    coins = after("1", "1", "3", "1", "3", "1")
    assert (coins.own, coins.came) == (1, 0)


def test_coins_that_go_come_off_what_came_then_off_the_own():
    coins = after("1", "1", "3", "3")
    assert (after("2", "2", start=coins).own, after("2", "2", start=coins).came) == (1, 1)
    assert (after("0.5", "0.5", start=coins).own, after("0.5", "0.5", start=coins).came) == (D("0.5"), 0)


def test_coins_that_the_lots_have_and_the_account_has_not_are_missing():
    coins = after("1", "1", "-0.5", "-0.5")
    assert (coins.own, coins.came, coins.missing) == (0, 0, D("0.5"))
    assert after("0", "0", start=coins).missing == 0
    assert after("-1", "-1").own == 0


def test_dismissed_and_released_coins_are_the_owners_own():
    coins = after("1", "1", "3", "3")
    assert (coins.dismissed().own, coins.dismissed().came, coins.dismissed().since_ms) == (3, 0, 0)
    released = coins.with_more_own(D("0.1"))
    assert (released.own, released.came, released.since_ms) == (D("1.1"), 2, 4)
    assert CoinsInNoLot().with_more_own(D(1)).own is None

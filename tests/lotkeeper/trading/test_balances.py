"""The newest balance of each asset."""

from decimal import Decimal as D

from lotkeeper.trading.balances import BalanceSeen, NewestBalances

OLD, NEW = BalanceSeen("BTC", D(1), D(0), 5), BalanceSeen("BTC", D(2), D(1), 6)


def test_the_newest_counts_in_whatever_order_they_come() -> None:
    for order in ((OLD, NEW), (NEW, OLD)):
        gathered = NewestBalances()
        gathered.note(order)
        assert gathered.pop() == (NEW,)
        assert gathered.pop() == (), "it was taken"


def test_of_two_changes_of_one_millisecond_the_later_counts() -> None:
    gathered = NewestBalances()
    gathered.note([OLD, BalanceSeen("BTC", D(9), D(0), 5), BalanceSeen("BNB", D(1), D(0), 1)])
    assert gathered.pop() == (BalanceSeen("BTC", D(9), D(0), 5), BalanceSeen("BNB", D(1), D(0), 1))

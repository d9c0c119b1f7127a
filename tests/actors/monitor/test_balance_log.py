"""Balances wait for the next record."""

from decimal import Decimal as D

from actors.monitor.balance_log import BalanceLog
from lotkeeper.trading.balances import BalanceSeen
from messages.account import BalancesSeen
from messages.ledger import RecordBalances

OLD, NEW = BalanceSeen("BTC", D(1), D(0), 5), BalanceSeen("BTC", D(2), D(0), 6)


def test_many_become_one_record() -> None:
    log = BalanceLog()
    for message in (BalancesSeen((OLD,), 5), BalancesSeen((NEW,)), BalancesSeen((OLD,), 4)):
        log.note(message)
    assert log.pop(9) == RecordBalances((NEW,), 5, 9)
    assert log.pop(10) is None


def test_an_account_without_coins_is_one_too() -> None:
    log = BalanceLog()
    log.note(BalancesSeen((), 5))
    assert log.pop(9) == RecordBalances((), 5, 9)

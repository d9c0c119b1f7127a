"""What nobody confirms, as records."""

from decimal import Decimal as D

from actors.ledger.account_records import unconfirmed_entries
from lotkeeper.trading.balances import BalanceSeen
from messages.ledger import RecordBalances, RecordDecisions
from persistence.records import BalanceRecord, DecisionRecord, OtherBalancesRecord
from tests.persistence.decisions import made

SEEN = BalanceSeen("BTC", D(1), D(0), 5)


def test_balances_and_what_of_others_is_known() -> None:
    assert unconfirmed_entries(RecordBalances((SEEN,), None, 9)) == [BalanceRecord(SEEN, 9)]
    assert unconfirmed_entries(RecordBalances((SEEN,), 5, 9))[1] == OtherBalancesRecord(5, 9)


def test_decisions() -> None:
    assert unconfirmed_entries(RecordDecisions((made(1),))) == [DecisionRecord(made(1))]

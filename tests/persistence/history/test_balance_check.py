"""Whether the account had the coins of the lots."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.balances import BalanceSeen
from persistence.history.check import check_tables
from persistence.history.database import HistoryDatabase
from persistence.records import BalanceRecord
from persistence.store import Store
from tests.persistence.lots import lot, record

TRADED_MS = 1_700_000_000_000


@pytest.mark.parametrize(
    ("free", "at_ms", "is_found"),
    [("0.4994", TRADED_MS, True), ("0.4995", TRADED_MS, False), ("0", TRADED_MS - 1, False)],
    ids=["too little", "just enough", "older than the trade"],
)
def test_coins_of_lots_that_the_account_did_not_have(
    store: Store, database: str, free: str, at_ms: int, is_found: bool
) -> None:
    record(store, lot(7))
    store.record([BalanceRecord(BalanceSeen("BTC", D(free), D(0), at_ms), 1)])
    with HistoryDatabase.open(database) as opened:
        findings = check_tables(opened).findings
    text = (
        "lots have 0.4995 BTC, and the account had 0.4994 at 2023-11-14 22:13:20 UTC: what is missing was sold, "
        "paid as a fee, or sent away elsewhere"
    )
    assert findings == ((text,) if is_found else ())


def test_what_nobody_has_shown_says_nothing(store: Store, database: str) -> None:
    record(store, lot(7))
    with HistoryDatabase.open(database) as opened:
        assert check_tables(opened).findings == ()

"""Pages of the journal."""

from random import Random

import pytest

from persistence.history.database import HistoryDatabase
from persistence.history.decisions import key_of, read_decisions
from persistence.history.wanted import UnknownKeyError, Wanted
from persistence.store import Store
from tests.persistence.decisions import decide, made


def some(dice: Random):
    return [
        made(
            number,
            symbol=symbol,
            at_ms=dice.choice((5, 5, 6, 7)),
            incarnation=dice.choice((1, 2)),
            lot_id=dice.choice((None, f"{symbol}-1", f"{symbol}-2")),
        )
        for number in range(1, 40)
        for symbol in ("BTCUSDT", "ETHUSDT")
    ]


@pytest.mark.parametrize("lot", ["", "BTCUSDT-1"])
@pytest.mark.parametrize("wanted", [Wanted(limit=7), Wanted("ETHUSDT", limit=7), Wanted(since_ms=6, until_ms=7)])
def test_pages_have_each_decision_once(store: Store, database: str, wanted: Wanted, lot: str) -> None:
    everything = some(Random(1))
    decide(store, *everything)
    pages, key = [], ""
    with HistoryDatabase.open(database) as opened:
        while page := read_decisions(opened, Wanted(wanted.symbol, wanted.since_ms, wanted.until_ms, before=key), lot):
            pages += page
            key = key_of(page[-1])
    times = range(wanted.since_ms or 0, wanted.until_ms or 100)
    mine = [each for each in everything if wanted.symbol in ("", each.symbol) and each.at_ms in times]
    mine = [each for each in mine if lot in ("", each.lot_id)]
    assert pages == sorted(
        mine, key=lambda each: (each.at_ms, each.symbol, each.incarnation, each.number), reverse=True
    )


def test_a_key_of_another_list(store: Store, database: str) -> None:
    with HistoryDatabase.open(database) as opened, pytest.raises(UnknownKeyError):
        read_decisions(opened, Wanted(before="BTCUSDT-7"))

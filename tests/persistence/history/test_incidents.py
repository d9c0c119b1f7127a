"""Pages of what went wrong."""

from random import Random

import pytest

from lotkeeper.trading.incidents import Incident
from lotkeeper.trading.trouble_kinds import TroubleKind
from persistence.history.database import HistoryDatabase
from persistence.history.incidents import key_of, read_incidents
from persistence.history.wanted import UnknownKeyError, Wanted
from persistence.store import Store
from tests.persistence.incidents import began, note, over

KINDS = (TroubleKind.STREAM_LOST, TroubleKind.PAIR_STALE, TroubleKind.UNKNOWN_ORDER)


def some(dice: Random) -> list[Incident]:
    return [
        dice.choice((began, over))(
            kind=dice.choice(KINDS), subject=f"{symbol}-{number}", symbol=symbol, opened_ms=dice.choice((5, 5, 6, 7))
        )
        for number in range(40)
        for symbol in ("BTCUSDT", "ETHUSDT")
    ]


@pytest.mark.parametrize("kinds", [(), ("PAIR_STALE", "ORDER_UNKNOWN")])
@pytest.mark.parametrize("only_open", [False, True])
@pytest.mark.parametrize("wanted", [Wanted(limit=7), Wanted("ETHUSDT", limit=7), Wanted(since_ms=6, until_ms=7)])
def test_pages_have_each_incident_once(
    store: Store, database: str, wanted: Wanted, kinds: tuple[str, ...], only_open: bool
) -> None:
    everything = some(Random(1))
    note(store, *everything)
    pages, key = [], ""
    with HistoryDatabase.open(database) as opened:
        while page := read_incidents(
            opened, Wanted(wanted.symbol, wanted.since_ms, wanted.until_ms, before=key), kinds, only_open=only_open
        ):
            pages += page
            key = key_of(page[-1])
    times = range(wanted.since_ms or 0, wanted.until_ms or 100)
    mine = [each for each in everything if wanted.symbol in ("", each.symbol) and each.opened_ms in times]
    mine = [each for each in mine if (not kinds or each.name in kinds) and (each.ended_ms is None or not only_open)]
    assert pages == sorted(mine, key=lambda each: (each.opened_ms, each.name, each.subject), reverse=True)


def test_a_key_of_another_list(store: Store, database: str) -> None:
    with HistoryDatabase.open(database) as opened, pytest.raises(UnknownKeyError):
        read_incidents(opened, Wanted(before="1700000000000/BTCUSDT"))

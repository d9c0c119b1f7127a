"""What the Ledger answers to who shows lots."""

from actors.ledger.lot_changes import LotChanges
from messages.control import AskLotsChanged, LotsChanged
from messages.ledger import RecordLots
from tests.actors.stage import TERMS
from tests.persistence import lots

SYMBOL = lots.SYMBOL


def test_lots_and_pairs_that_were_recorded_since():
    changes = LotChanges()
    changes.begin(1000)
    assert changes.answer(AskLotsChanged()) == LotsChanged(1000, 0, None)
    changes.note(RecordLots(SYMBOL, 1, (lots.lot(7), lots.lot(20)), terms=TERMS))
    found = changes.answer(AskLotsChanged(1000, 0))
    assert (set(found.lots or ()), found.pairs) == ({lots.lot(7).lot_id, lots.lot(20).lot_id}, (SYMBOL,))
    assert changes.answer(AskLotsChanged(1000, found.number)) == LotsChanged(1000, 3, ())


def test_a_database_that_was_opened_again_may_be_another_one():
    changes = LotChanges()
    changes.begin(1000)
    changes.begin(1000)
    assert changes.answer(AskLotsChanged(1000, 0)) == LotsChanged(1001, 0, None)

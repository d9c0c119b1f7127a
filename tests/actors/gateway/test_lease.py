"""The Gateway sends orders for the system with the newest lease, and for no other."""

import pytest

from messages.lifecycle import LeaseChecked
from messages.orders import CancelRefused, CancelSellOrder, SellPlaced, SellRefused
from tests.actors.gateway.bench import ORDER, SYMBOL, Bench, bench, locked
from tests.lotkeeper.exchange.http_peer import HttpPeer, answer

__all__ = ["bench", "locked"]
OVERTAKEN = "another lotkeeper began later"


@pytest.fixture
def unleased():
    """A Gateway in a new life, to which the Ledger has said nothing yet."""
    with HttpPeer() as peer:
        found = Bench(peer, is_leased=False)
        found.unlock()
        yield found
        found.desk.actor.on_exit()


def cancel(bench):
    return CancelSellOrder(SYMBOL, 1, "lk1-5eh-1", 9001, "lk1-5eh-1-x", bench.desk.actor.wall_ms())


def test_before_the_ledger_has_spoken_no_order_leaves(unleased):
    refused = unleased.place()
    assert isinstance(refused, SellRefused)
    assert (refused.code, refused.retry_s) == (0, 0.25)
    assert isinstance(unleased.ask(cancel(unleased)), CancelRefused)
    assert "order" not in unleased.paths()
    assert "newest" in unleased.report().trouble
    unleased.desk.tell(LeaseChecked())
    assert isinstance(unleased.place(answer(ORDER)), SellPlaced)
    assert unleased.report().trouble == ""


def test_a_system_that_was_overtaken_sends_neither_orders_nor_cancels(bench):
    bench.place(answer(ORDER))
    before = len(bench.peer.asked)
    bench.desk.tell(LeaseChecked(OVERTAKEN))
    refused = bench.place()
    assert OVERTAKEN in refused.text
    assert refused.retry_s == 30.0
    assert OVERTAKEN in bench.ask(cancel(bench)).text
    assert "order" not in bench.paths()[before:]
    assert bench.report().trouble == OVERTAKEN

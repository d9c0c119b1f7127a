"""How long lots waited for their first SELL: counted when the exchange has answered, once for each lot."""

from dataclasses import replace

import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Peer
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.reports.placing_times import Stage
from messages.account import OrderReported
from messages.orders import PlaceSellOrder, SellPlaced
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, fill, report
from tests.actors.pair_keeper.bench import at, done, open_core, sent

BUY = report(7001, "web-1", Side.BUY, "FILLED", "0.001", "0.001", "60000")
FILL = replace(fill(7001, 101, Side.BUY, "0.001", "60000", "0", "BTC"), time_ms=NOW_MS)


@pytest.fixture
def core() -> KeeperCore:
    return open_core()


def told(core: KeeperCore) -> dict[Stage, tuple[int, int]]:
    """How many lots, and how long together (ms), by stage, as the Monitor is told."""
    (reported,) = sent(done(core.collaborators.reporter.report(at(9)))[0], Peer.MONITOR)
    return {each.stage: (sum(each.counts), each.sum_ms) for each in reported.first_sells}


def sell(core: KeeperCore) -> PlaceSellOrder:
    """The SELL of a BUY that was filled 40 ms before its event came."""
    (order,) = sent(done(core.collaborators.reports.on_order_reported(OrderReported(BUY, FILL), at(0.04)))[0])
    return order


def answer(core: KeeperCore, client_id: str, placed_ms: int) -> None:
    """The exchange has placed it at that moment; its answer comes 0.1 s after the fill."""
    placed = replace(report(9001, client_id, Side.SELL, "NEW", "0.001", "0", "60360"), time_ms=placed_ms)
    done(core.collaborators.outcomes.on_sell_placed(SellPlaced(SYMBOL, client_id, placed, ()), at(0.1)))


def test_before_a_sell_all_is_zero(core):
    assert told(core) == {Stage.TO_SEND: (0, 0), Stage.TO_ANSWER: (0, 0), Stage.TOTAL: (0, 0)}


def test_the_way_of_a_fill_to_its_sell(core):
    answer(core, sell(core).client_id, NOW_MS + 70)
    assert told(core) == {Stage.TO_SEND: (1, 40), Stage.TO_ANSWER: (1, 60), Stage.TOTAL: (1, 70)}


def test_a_difference_of_the_clocks_is_taken_into_account(core):
    core.state.exchange_ahead_ms = -15
    answer(core, sell(core).client_id, NOW_MS + 70)
    assert told(core)[Stage.TO_SEND] == (1, 25)


@pytest.mark.parametrize("client_id", ["lk1-5eh-2", "lk1-zzz-1", "web-7"])
def test_later_sells_unknown_lots_and_other_orders_do_not_count(core, client_id):
    sell(core)
    core.collaborators.outcomes._first_sells.note(
        SellPlaced(SYMBOL, client_id, report(9001, client_id, Side.SELL, "NEW", "0.001", "0", "60360"), ()), at(1)
    )
    assert told(core)[Stage.TOTAL] == (0, 0)

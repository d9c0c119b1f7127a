"""What a keeper asks the PriceBroadcaster about the bid; the whole way is in scenarios/test_break_even.py."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.pair_keeper.bid_watch import ASKED_AGAIN_S, RENEWED_AFTER_S
from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Peer
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders
from lotkeeper.trading.policy import ExitPolicy
from messages.prices import BidReached, WatchBid
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, open_core, sent
from tests.persistence.lots import lot

EVEN = ExitPolicy(D(5), break_even_gain_pct=D(2))
# 0.4995 for 32000.05: 32640.051 / 0.4995 = 65345.4474...
LEVEL = D("65345.45")


def core_with(policy: ExitPolicy, *lots) -> KeeperCore:
    core = open_core(*lots)
    core.state.use_settings(replace(core.state.start.pair, policy=policy))
    core.state.book.set_terms(core.state.book.market, policy)
    return core


def asked(core: KeeperCore, seconds: float) -> list[D | None]:
    """The levels that are asked for at this moment."""
    effects, _ = done(core.collaborators.bids.ask_when_due(at(seconds)))
    return [each.level for each in sent(effects, Peer.PRICES)]


@pytest.fixture
def core() -> KeeperCore:
    return core_with(EVEN, lot(7))


def test_it_is_asked_once_and_again_before_it_would_end(core):
    assert asked(core, 0) == [LEVEL]
    assert asked(core, RENEWED_AFTER_S - 1) == []
    assert asked(core, RENEWED_AFTER_S) == [LEVEL]


def test_without_the_policy_and_without_a_lot_nothing_is_asked():
    assert asked(core_with(ExitPolicy(D(5)), lot(7)), 0) == []
    assert asked(core_with(EVEN), 0) == []


def test_while_there_is_no_broadcaster_nothing_counts_as_asked(core):
    core.state.peers = replace(core.state.peers, prices=None)
    assert asked(core, 0) == []
    core.state.peers = replace(core.state.peers, prices="another")
    assert asked(core, 1) == [LEVEL]


def test_the_lowest_level_of_all_lots_is_asked_for():
    cheaper = lot(8, buys=(replace(lot(8).buys[0], quote_quantity=D(30000)),))
    found = asked(core_with(EVEN, lot(7), cheaper), 0)
    assert found == [D("61261.27")]  # 30600 / 0.4995 = 61261.2612...


def test_a_level_is_computed_once_for_a_lot_that_stays(core):
    asked(core, 0)
    (known,) = core.collaborators.bids._levels.values()
    assert known == (core.state.book.lots[7], LEVEL)
    asked(core, 1)
    assert core.collaborators.bids._levels[7] is not None
    assert core.collaborators.bids._levels[7][1] is known[1]


def test_when_no_lot_waits_any_more_the_broadcaster_is_told():
    core = core_with(EVEN, lot(7))
    asked(core, 0)
    core.state.use_settings(replace(core.state.start.pair, policy=ExitPolicy(D(5))))
    assert asked(core, 1) == [None]
    assert asked(core, 2) == []


def test_an_old_price_that_arms_nothing_does_not_come_again_at_once(core):
    asked(core, 0)
    old = BidReached(SYMBOL, LEVEL, D(70000), lot(7).opened_ms - 1)
    effects, _ = done(core.collaborators.bids.on_bid_reached(old, at(1)))
    assert sent(effects, Peer.PRICES) == []
    assert core.state.book.lots[7].break_even_ms is None
    assert asked(core, 1 + ASKED_AGAIN_S - 0.1) == []
    assert asked(core, 1 + ASKED_AGAIN_S) == [LEVEL]


def test_the_next_level_is_asked_for_at_once():
    dearer = lot(8, buys=(replace(lot(8).buys[0], quote_quantity=D(40000)),))
    core = core_with(EVEN, lot(7), dearer)
    asked(core, 0)
    effects, _ = done(core.collaborators.bids.on_bid_reached(_reached("65346"), at(1)))
    level = core.collaborators.bids._levels[8][1]
    assert sent(effects, Peer.PRICES) == [WatchBid(SYMBOL, level)]
    assert core.state.book.lots[7].break_even_ms == at(1).wall_ms


def test_a_lot_that_waits_for_a_slot_does_not_hide_the_level_of_another():
    dearer = lot(8, buys=(replace(lot(8).buys[0], quote_quantity=D(40000)),))
    (order,) = lot(7).orders
    armed = replace(lot(7), break_even_ms=1, orders=(replace(order, profit=D("1600.0025"), sell_rate=D("0.001")),))
    core = core_with(EVEN, armed, dearer)
    market = core.state.book.market
    full = replace(market.pair, filters=(*market.pair.filters, MaxNumAlgoOrders(0)))
    core.state.book.set_terms(replace(market, pair=full), EVEN)
    (low,) = asked(core, 0)
    assert low == D("64128.31")  # 32000.05 / (0.4995 * 0.999) = 64128.2924..., and a tick above its stop
    effects, _ = done(core.collaborators.bids.on_bid_reached(_reached("65346"), at(1)))
    high = core.collaborators.bids._levels[8][1]
    assert sent(effects, Peer.PRICES) == [WatchBid(SYMBOL, high)]
    assert asked(core, 1 + ASKED_AGAIN_S) == [low]


def _reached(bid: str) -> BidReached:
    return BidReached(SYMBOL, LEVEL, D(bid), at(1).wall_ms)

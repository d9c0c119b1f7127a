"""A part of the profit stays in coins: they are the owner's, and no SELL waits for that."""

from decimal import Decimal as D

from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.policy import ExitPolicy
from messages.ledger import RecordCoins, RecordLots
from messages.orders import PlaceSellOrder
from tests.actors.stage import Stage, trading_keeper

KEEPS = ExitPolicy(D(5), keep_coins_pct=D(100))


def sent(stage: Stage, *kinds: type) -> list[type]:
    """The messages of these kinds in the order in which they were sent."""
    return [type(message) for _, message in stage.sent if isinstance(message, kinds)]


def test_the_sell_is_sent_first_and_the_coins_are_recorded_as_the_owners():
    stage = trading_keeper(policy=KEEPS)
    before = stage.core.state.coins.own
    stage.sent.clear()
    stage.buys("0.021")
    # 0.021 * 5 / 105 = 0.001
    assert stage.order().quantity == D("0.02")
    assert sent(stage, PlaceSellOrder, RecordCoins, RecordLots) == [PlaceSellOrder, RecordCoins, RecordLots]
    (lot,) = next(message.lots for _, message in stage.sent if isinstance(message, RecordLots))
    assert [(each.kind, each.quantity) for each in lot.disposals] == [(DisposalKind.KEPT, D("0.001"))]
    assert stage.core.state.coins.own == (None if before is None else before + D("0.001"))


def test_without_a_profit_to_keep_nothing_is_recorded():
    stage = trading_keeper(policy=ExitPolicy(D(0), keep_coins_pct=D(100)))
    stage.sent.clear()
    stage.buys("0.021")
    assert stage.order().quantity == D("0.021")
    assert sent(stage, RecordCoins) == []

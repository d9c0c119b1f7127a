"""The exchange's price band does not take the stop of a lot: a person is told, with the nearest price allowed."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.filters.amounts import PercentPriceBySide
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.orders import CancelSellOrder, SellCanceled
from messages.queries import FetchReference, ReferenceFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.scenarios.test_stop_loss import accepts
from tests.actors.stage import BUY_ID, PAIR, Stage, starting_keeper

# 60 * 0.7 / 0.001 = 42000, less half a percent: 41790. The band ends at 54000: 60000 * 0.9.
POLICY = ExitPolicy(D(1), stop_loss_pct=D(30), stop_limit_pct=D("0.5"))
NARROW = PercentPriceBySide(D("1.1"), D("0.8"), D("1.2"), D("0.9"))
BAND = "Filter failure: PERCENT_PRICE_BY_SIDE"


def refused() -> Stage:
    """The stop was refused, and the SELL stands alone."""
    stage = starting_keeper(policy=POLICY)
    stage.loaded()
    stage.market(replace(PAIR, filters=(*PAIR.filters, NARROW)))
    stage.answers()
    stage.buys("0.001", at="60000")
    stage.desk.tell(stage.refuses(stage.order(), -1013, BAND), stage.gateway)
    alone = stage.order()
    assert alone.stop is None
    stage.desk.tell(stage.accepts(alone), stage.gateway)
    return stage


def reference(stage: Stage, price: str) -> None:
    asked = stage.gateway.pop(FetchReference)
    stage.desk.tell(ReferenceFetched(asked.request_id, SYMBOL, D(price)), stage.gateway)


def todo(stage: Stage):
    stage.desk.advance(1.5)
    return [each for each in stage.last_report().todo if each.kind is TroubleKind.STOP_REFUSED]


def test_it_is_told_since_when_why_and_what_to_type():
    stage = refused()
    (found,) = todo(stage)
    assert (found.pair, found.lot, found.command) == (SYMBOL, "BTCUSDT-7001", "lotkeeper explain BTCUSDT-7001")
    assert found.since_ms == NOW_MS
    assert found.text.startswith("0.001 BTC of lot BTCUSDT-7001 has no stop: ")
    assert (
        "refused: the price 60660.67 or 41790 USDT of a SELL on BTCUSDT is too far from what the exchange measures it "
        "by now (PERCENT_PRICE_BY_SIDE, code -1013)"
    ) in found.text


def test_the_nearest_price_is_said_as_soon_as_the_reference_is_known_and_kept():
    stage = refused()
    reference(stage, "60000")
    (found,) = todo(stage)
    assert "its limit 41790" in found.text
    assert "the nearest allowed is 54000" in found.text
    stage.desk.advance(90)  # the reference is forgotten
    assert [(each.text, each.since_ms) for each in todo(stage)] == [(found.text, found.since_ms)]


def test_it_is_over_when_a_stop_stands():
    stage = refused()
    (before,) = todo(stage)
    stage.desk.advance(601)
    stage.answers()
    cancel = stage.gateway.pop(CancelSellOrder)
    ended = replace(stage.memory.turned(9001, "CANCELED"), cancel_id=cancel.cancel_id)
    stage.desk.tell(SellCanceled(SYMBOL, cancel.client_id, ended), stage.gateway)
    again = stage.order()
    assert again.stop is not None
    stage.desk.tell(accepts(stage, again, 9100), stage.gateway)
    assert todo(stage) == []
    assert before.lot == stage.book.lots[BUY_ID].lot_id

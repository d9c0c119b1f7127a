"""Fees in a third asset are part of the cost, at the price of the time; without a price nothing is sold too cheap."""

from dataclasses import replace
from decimal import Decimal as D

from actors.pair_keeper.state import Trouble, TroubleKind
from lotkeeper.trading.lots.fees import Commission, CommissionRates
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.account import OrderReported
from messages.orders import PlaceSellOrder
from messages.queries import FetchFailed, FetchTop, TopFetched
from tests.actors.stage import COMMISSION, Stage, starting_keeper, trading_keeper


def bid(stage: Stage, price: str | None) -> None:
    asked = stage.gateway.pop(FetchTop)
    assert asked.symbol == "BNBUSDT"
    top = BestPrices(D(price), D(price) + 1) if price else None
    stage.desk.tell(TopFetched(asked.request_id, asked.symbol, top), stage.gateway)


def unlisted(stage: Stage) -> list[str]:
    """The exchange lists none of the symbols that are asked for; which those are."""
    asked = []
    while any(isinstance(each, FetchTop) for each in stage.gateway.received):
        question = stage.gateway.pop(FetchTop)
        asked.append(question.symbol)
        stage.desk.tell(TopFetched(question.request_id, question.symbol, None), stage.gateway)
    return asked


def test_the_fee_is_valued_before_the_sell_is_placed():
    stage = trading_keeper()
    stage.buys("0.001", at="60000", fee="0.0001", fee_asset="BNB")
    stage.gateway.nothing(PlaceSellOrder)
    bid(stage, "600")
    assert str(stage.order().price) == "60420.73"  # (60 + 0.06) * 1.005 / (0.001 * 0.999), up to the tick
    assert (stage.written().cost, stage.written().fee_values[0].price) == (D("60.06"), D(600))


def test_several_fills_need_one_price():
    stage = trading_keeper()
    for number in range(3):
        stage.buys(
            "0.001",
            trade_id=101 + number,
            executed=f"0.00{number + 1}",
            status="FILLED" if number == 2 else "PARTIALLY_FILLED",
            fee="0.0001",
            fee_asset="BNB",
        )
    bid(stage, "600")
    stage.gateway.nothing(FetchTop)
    assert stage.order().quantity == D("0.003")
    assert stage.written().cost == D("180.18")


def test_a_fee_asset_without_a_price_is_said_and_asked_for_again():
    stage = trading_keeper()
    stage.buys(fee="0.0001", fee_asset="BNB")
    asked = unlisted(stage)
    assert asked[:4] == ["BNBUSDT", "USDTBNB", "BNBUSDC", "USDCBNB"]
    stage.gateway.nothing(PlaceSellOrder)
    report = stage.last_report()
    assert report.trouble == "a fee was paid in BNB, and no market of the exchange values it in USDT"
    assert report.unprotected == D("0.001")
    stage.desk.advance(31)
    bid(stage, "600")
    assert isinstance(stage.order(), PlaceSellOrder)
    assert stage.last_report().trouble == ""  # at once, not after the next comparison


def test_another_trouble_does_not_end_with_that_of_a_fee():
    stage = trading_keeper()
    stage.buys(fee="0.0001", fee_asset="BNB")
    unlisted(stage)
    stage.core.state.trouble = Trouble(TroubleKind.IMPOSSIBLE, "another one")
    stage.desk.advance(31)
    bid(stage, "600")
    assert stage.last_report().trouble == "another one"


def test_a_price_that_cannot_be_fetched_is_asked_for_again():
    stage = trading_keeper()
    stage.buys(fee="0.0001", fee_asset="BNB")
    asked = stage.gateway.pop(FetchTop)
    stage.desk.tell(FetchFailed(asked.request_id, "HTTP 502", 1.0), stage.gateway)
    assert stage.last_report().trouble == "HTTP 502"
    stage.desk.advance(1.0)
    bid(stage, "600")
    assert isinstance(stage.order(), PlaceSellOrder)
    assert stage.last_report().trouble == ""  # not only after the next comparison


def test_a_late_answer_to_a_question_already_answered_changes_nothing():
    stage = trading_keeper()
    stage.buys(fee="0.0001", fee_asset="BNB")
    asked = stage.gateway.received[-1]
    bid(stage, "600")
    order = stage.order()
    stage.desk.tell(TopFetched(asked.request_id, "BNBUSDT", BestPrices(D(900), D(901))), stage.gateway)
    stage.gateway.nothing(PlaceSellOrder)
    assert stage.written().cost == D("60.06")
    assert order.quantity == D("0.001")


def test_the_fee_of_the_sale_is_valued_too():
    stage = trading_keeper()
    stage.selling()
    event = stage.sold()
    assert event.fill is not None
    stage.desk.tell(OrderReported(event.report, replace(event.fill, commission=D("0.0001"), commission_asset="BNB")))
    assert stage.written().state is LotState.CLOSED
    before = stage.last_report().realised_profit
    bid(stage, "600")
    assert before - stage.last_report().realised_profit == D("0.06")


# The trading fee rises


def test_a_fee_that_rises_while_a_sell_stands_is_said_with_numbers(caplog):
    """A promotion without a fee ends: what was priced to gain a little sells at a loss."""
    stage = starting_keeper(policy=ExitPolicy(D("0.05")))
    stage.loaded()
    free = Commission(CommissionRates(maker=D(0), taker=D(0)))
    stage.market(commission=free)
    stage.answers()
    stage.selling()
    assert stage.last_report().fee_rise is None
    stage.desk.advance(600)
    stage.market(commission=COMMISSION)
    rise = stage.last_report().fee_rise
    assert (rise.sells, rise.at_a_loss, rise.lowest_rate) == (1, 1, 0)
    assert rise.shortfall == D("60030") * D("0.001") * D("0.001")
    assert "the fee of a SELL is 0.1 % now, and 1 SELL on the book was priced with less" in caplog.text
    assert stage.last_report().unprotected == 0  # it stands

"""What a purchase comes to, and why it cannot be."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.buying.planned_purchase import BuyMarket, PlannedPurchase, plan_purchase
from lotkeeper.trading.buying.purchase import SAME_WITHIN_MS, PurchaseWish, is_same, new_purchase
from lotkeeper.trading.filters.amounts import PercentPriceBySide
from tests.lotkeeper.trading import make

WISH = PurchaseWish(None, D(1), None, make.NOW, "alice", "")
KNOWN = BuyMarket(D(100), None, None)


def plan(wish=WISH, known=KNOWN, on=None) -> PlannedPurchase | str:
    return plan_purchase(on or make.market(), make.policy("0.5"), wish, known)


def test_a_market_order_is_expected_at_the_ask_and_its_sell_at_the_floor():
    found = plan()
    assert isinstance(found, PlannedPurchase)
    assert (found.expected_price, found.cost, found.fee) == (100, 100, D("0.1"))
    assert found.sell_price == D("100.71")  # 100.5 / (0.999 * 0.999) = 100.7013...


def test_a_limit_under_the_ask_is_expected_at_its_own_price():
    found = plan(replace(WISH, price=D(90)))
    assert isinstance(found, PlannedPurchase)
    assert (found.price, found.expected_price, found.cost) == (90, 90, 90)


def test_a_sum_is_worked_out_for_a_limit_and_left_to_the_exchange_for_a_market_order():
    limit = plan(replace(WISH, price=D(90), quantity=None, amount=D(50)))
    at_market = plan(replace(WISH, quantity=None, amount=D(50)))
    assert isinstance(limit, PlannedPurchase)
    assert isinstance(at_market, PlannedPurchase)
    assert (limit.quantity, limit.amount) == (D("0.55555"), None)
    assert (at_market.quantity, at_market.amount, at_market.expected_quantity) == (None, 50, D("0.5"))


def test_what_cannot_be_is_a_sentence():
    assert "shows no ask now" in plan(known=BuyMarket(None, None, None))
    assert "your own SELL at 100" in plan(known=BuyMarket(D(100), None, D(100)))
    assert "would refuse it: NOTIONAL" in plan(replace(WISH, quantity=D("0.01")))
    assert "is HALT" in plan(on=make.market(status="HALT"))


def test_the_same_wish_is_the_same_purchase_for_half_a_day():
    purchase = new_purchase("BTCUSDT", WISH, 3)
    assert purchase.client_id.startswith("lkb-")
    assert purchase.client_id.endswith("-3")
    assert is_same(purchase, replace(WISH, at_ms=WISH.at_ms + SAME_WITHIN_MS, who="bob"))
    assert not is_same(purchase, replace(WISH, at_ms=WISH.at_ms + SAME_WITHIN_MS + 1))
    assert not is_same(purchase, replace(WISH, price=D(90)))


def test_a_price_is_measured_by_the_reference_alone_and_the_exchange_decides_without_one():
    banded = make.market("0.001", PercentPriceBySide(bid_up=D("1.1"), bid_down=D("0.8"), ask_up=D(5), ask_down=D(0)))
    far = replace(WISH, price=D(20))
    refused = plan(far, replace(KNOWN, reference=D(100)), banded)
    assert refused == (
        "the exchange would refuse it: the price 20 USDT of a BUY on BTCUSDT is outside the band from 80 to 110 USDT "
        "that the exchange allows now (PERCENT_PRICE_BY_SIDE)"
    )
    above = replace(WISH, price=D("110.01"))  # it would buy at the ask, and is refused all the same
    assert "from 80 to 110 USDT" in plan(above, replace(KNOWN, reference=D(100)), banded)
    for wish in (far, above):
        assert isinstance(plan(wish, on=banded), PlannedPurchase)

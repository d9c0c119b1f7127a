from decimal import Decimal as D

from lotkeeper.trading.filters.base import MarketContext
from lotkeeper.trading.filters.holdings import MaxAsset, MaxPosition
from tests.lotkeeper.trading.filters.drafts import at, buy, market, said, sell


def test_a_buy_may_not_bring_the_position_above_the_most():
    rule, held = MaxPosition(D(10)), MarketContext(position=D(8))
    assert said(rule, buy("2"), held) is None
    assert said(rule, buy("3"), held) == ("quantity", "3", "2")
    assert said(rule, buy("1"), MarketContext(position=D(11))) == ("quantity", "1", "0")


def test_a_sell_never_can_and_an_unknown_position_is_the_exchanges_to_judge():
    rule = MaxPosition(D(10))
    assert said(rule, sell("99"), MarketContext(position=D(99))) is None
    assert said(rule, buy("99")) is None


def test_one_order_moves_at_most_so_much_of_an_asset():
    base, quote = MaxAsset("BTC", D(2), is_base=True), MaxAsset("USDT", D(150), is_base=False)
    assert said(base, sell("2")) is None
    assert said(base, sell("2.5")) == ("quantity of BTC", "2.5", "2")
    assert said(quote, sell("1.5", "100")) is None
    assert said(quote, sell("2", "100")) == ("notional of USDT", "200", "150")
    assert said(quote, market("2"), at("100")) == ("notional of USDT", "200", "150")
    assert said(quote, market("2")) is None

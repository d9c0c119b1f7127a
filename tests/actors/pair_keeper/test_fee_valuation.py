from decimal import Decimal as D

import pytest

from actors.pair_keeper.effects import ReportSoon
from actors.pair_keeper.fee_valuation import FeeValuation
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import Trouble, TroubleKind
from actors.pair_keeper.tags import FeeTag
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.queries import FetchTop, TopFetched
from tests.actors.pair_keeper.bench import at, done, open_state, sent, wakeups
from tests.persistence.lots import buy, lot

IN_BNB = lot(7, buys=(buy(7, 70, commission=D("0.0001"), commission_asset="BNB"),), orders=())
NOT_VALUED = Trouble(TroubleKind.FEE_NOT_VALUED, "BNB")


@pytest.fixture
def requests():
    return Requests()


@pytest.fixture
def state():
    return open_state(IN_BNB)


@pytest.fixture
def fees(state, requests):
    return FeeValuation(state, requests)


def tell(fees, requests, question, top):
    """The price comes; the effects, and the lots whose fees are valued."""
    tag = requests.take_answered(question.request_id)
    return done(fees.take_price(tag.asset, TopFetched(question.request_id, question.symbol, top), at(1)))


def unlisted(fees, requests, question):
    """No symbol that is asked for is listed; the last effects, and what came of them."""
    while True:
        effects, valued = tell(fees, requests, question, None)
        following = sent(effects)
        if not following:
            return effects, valued
        (question,) = following


def test_one_question_an_asset(fees):
    assert sent(done(fees.begin(["BNB"], at(0)))[0]) == [FetchTop(1, "BNBUSDT")]
    assert done(fees.begin(["BNB"], at(0)))[0] == []


def test_with_a_price_the_fees_are_valued_in_the_book(state, fees, requests):
    (question,) = sent(done(fees.begin(["BNB"], at(0)))[0])
    effects, valued = tell(fees, requests, question, BestPrices(D(600), D(601)))
    assert (effects, valued) == ([], {7})
    assert state.book.lots[7].fee_values[0].price == D(600)


def test_without_a_market_it_is_shown_and_tried_again(state, fees, requests):
    (question,) = sent(done(fees.begin(["BNB"], at(0)))[0])
    effects, valued = unlisted(fees, requests, question)
    assert valued is None
    assert state.trouble == NOT_VALUED
    assert ReportSoon() in effects
    assert wakeups(effects) == [(30.0, FeeTag("BNB"))]
    (again,) = sent(done(fees.on_fee_due(FeeTag("BNB"), at(31)))[0])
    effects, valued = tell(fees, requests, again, BestPrices(D(600), D(601)))
    assert (effects, valued, state.trouble) == ([ReportSoon()], {7}, None)


@pytest.mark.parametrize(
    ("trouble", "stays"),
    [
        (Trouble(TroubleKind.FEE_NOT_VALUED, "KCS"), True),  # the fee in another asset
        (Trouble(TroubleKind.IMPOSSIBLE, "a report"), True),
        (Trouble(TroubleKind.UNANSWERED, "HTTP 502"), False),  # an answer came
        (NOT_VALUED, False),
    ],
)
def test_a_price_ends_only_the_trouble_that_it_settles(state, fees, requests, trouble, stays):
    (question,) = sent(done(fees.begin(["BNB"], at(0)))[0])
    state.trouble = trouble
    tell(fees, requests, question, BestPrices(D(600), D(601)))
    assert (state.trouble == trouble) is stays

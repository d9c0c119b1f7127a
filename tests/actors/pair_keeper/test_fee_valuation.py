from decimal import Decimal as D

import pytest

from actors.pair_keeper.effects import ReportSoon
from actors.pair_keeper.fee_valuation import FeeValuation
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import Trouble, TroubleKind
from actors.pair_keeper.tags import FeeTag
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.queries import FetchTop, TopFetched
from tests.actors.gateway.exchange_memory import NOW_MS
from tests.actors.pair_keeper.bench import at, done, open_state, sent, wakeups
from tests.persistence.lots import buy, lot

HOUR_MS = 3_600_000


def bought(trade_id, ago_ms=0):
    """A fill with a fee in BNB."""
    return buy(7, trade_id, commission=D("0.0001"), commission_asset="BNB", time_ms=NOW_MS - ago_ms)


FRESH = bought(70)
SOON = at(1)
IN_BNB = lot(7, buys=(FRESH,), orders=())
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


def tell(fees, requests, question, top, now=SOON):
    """The price comes; the effects, and the lots whose fees are valued."""
    tag = requests.take_answered(question.request_id)
    return done(fees.take_price(tag, TopFetched(question.request_id, question.symbol, top), now))


def unlisted(fees, requests, question):
    """No symbol that is asked for is listed; the last effects, and what came of them."""
    while True:
        effects, valued = tell(fees, requests, question, None)
        following = sent(effects)
        if not following:
            return effects, valued
        (question,) = following


def test_one_question_an_asset(fees):
    assert sent(done(fees.begin([FRESH], at(0)))[0]) == [FetchTop(1, "BNBUSDT")]
    assert done(fees.begin([FRESH], at(0)))[0] == []


def test_with_a_price_the_fees_are_valued_in_the_book(state, fees, requests):
    (question,) = sent(done(fees.begin([FRESH], at(0)))[0])
    effects, valued = tell(fees, requests, question, BestPrices(D(600), D(601)))
    assert (effects, valued) == ([], {7})
    assert state.book.lots[7].fee_values[0].price == D(600)


def test_without_a_market_it_is_shown_and_tried_again(state, fees, requests):
    (question,) = sent(done(fees.begin([FRESH], at(0)))[0])
    effects, valued = unlisted(fees, requests, question)
    assert valued is None
    assert state.trouble == NOT_VALUED
    assert ReportSoon() in effects
    assert wakeups(effects) == [(30.0, FeeTag("BNB"))]
    (again,) = sent(done(fees.on_fee_due(FeeTag("BNB"), at(3)))[0])
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
    (question,) = sent(done(fees.begin([FRESH], at(0)))[0])
    state.trouble = trouble
    tell(fees, requests, question, BestPrices(D(600), D(601)))
    assert (state.trouble == trouble) is stays


def test_a_fill_of_an_hour_ago_is_valued_by_the_price_of_its_own_second(requests):
    """It was filled while the service was down; the bid may have fallen since, and its SELL be too cheap."""
    old = bought(71, HOUR_MS)
    state = open_state(lot(7, buys=(old, FRESH), orders=()))
    fees = FeeValuation(state, requests)
    now, then = sent(done(fees.begin([FRESH, old], at(0)))[0])
    second = (NOW_MS - HOUR_MS) // 1000 * 1000
    assert (now, then) == (FetchTop(1, "BNBUSDT"), FetchTop(2, "BNBUSDT", second))
    assert tell(fees, requests, then, BestPrices(D(700), D(699)))[1] == {7}
    assert tell(fees, requests, now, BestPrices(D(600), D(601)))[1] == {7}
    values = {each.trade_id: (each.price, each.time_ms) for each in state.book.lots[7].fee_values}
    assert values == {71: (D(700), second), 70: (D(600), at(1).wall_ms)}


def test_one_question_for_all_fills_of_a_second(fees):
    fills = [bought(number, HOUR_MS) for number in (71, 72, 73)]
    assert len(sent(done(fees.begin(fills, at(0)))[0])) == 1


def test_a_fill_that_was_fresh_when_it_was_asked_for_is_asked_for_again(state, fees, requests):
    """The answer came only after half a minute."""
    (question,) = sent(done(fees.begin([FRESH], at(0)))[0])
    effects, valued = tell(fees, requests, question, BestPrices(D(500), D(501)), at(30))
    (again,) = sent(effects)
    assert (valued, again) == (set(), FetchTop(2, "BNBUSDT", NOW_MS // 1000 * 1000))
    assert tell(fees, requests, again, BestPrices(D(600), D(599)), at(31))[1] == {7}
    assert state.book.lots[7].fee_values[0].price == D(600)


def test_the_age_of_a_fill_is_by_the_exchanges_clock(state, fees):
    """Ours is an hour behind it."""
    state.exchange_ahead_ms = HOUR_MS
    fill = bought(70, -HOUR_MS)
    assert sent(done(fees.begin([fill], at(0)))[0]) == [FetchTop(1, "BNBUSDT")]

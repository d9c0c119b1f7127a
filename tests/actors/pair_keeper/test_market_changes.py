from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Log, Peer, ReportSoon, Wake
from actors.pair_keeper.state import TroubleKind
from actors.pair_keeper.tags import MarketTag
from lotkeeper.trading.lots.fees import Commission, CommissionRates, SellFee
from lotkeeper.trading.lots.states import LotState
from messages.lifecycle import ChangePolicy
from messages.orders import CancelSellOrder, PlaceSellOrder
from messages.queries import FetchFailed, MarketFetched
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, logged, new_state, open_core, sent
from tests.actors.stage import COMMISSION, PAIR
from tests.persistence.lots import lot, order

UNSOLD = lot(7, orders=(), buy_ended=True, state=LotState.OPEN)
DEARER = Commission(CommissionRates(maker=D("0.002"), taker=D("0.002")))


def learn(core, pair=PAIR, commission=COMMISSION, **more):
    """The effects of what the exchange says."""
    return done(core.collaborators.market.on_market(MarketFetched(1, pair, commission, **more), at(0)))[0]


def test_rules_that_are_as_before_change_nothing():
    core = open_core(UNSOLD)
    assert sent(learn(core)) == []
    assert core.state.book.lots[7].orders == ()


def test_with_new_rules_every_open_lot_is_decided_about_anew():
    core = open_core(UNSOLD)
    finer = replace(PAIR, size=replace(PAIR.size, step=D("0.0001")))
    (placed,) = sent(learn(core, finer))
    assert (type(placed), placed.quantity) == (PlaceSellOrder, D("0.4995"))
    assert core.state.book.lots[7].state is LotState.SELLING


def test_a_fee_that_rises_is_told_with_what_the_sells_on_the_book_lack_and_recorded():
    core = open_core(lot(9, buy_ended=True, orders=(order(9, sell_rate=D("0.001")),)))
    effects = learn(core, commission=DEARER)
    (text,) = logged(effects)
    assert text.startswith(f"{SYMBOL}: the fee of a SELL is 0.2 % now, and 1 SELL on the book was priced with less")
    assert ReportSoon() in effects
    (record,) = sent(effects, Peer.LEDGER)
    assert record.terms.market.sell_rate == D("0.002")
    assert core.state.book.lots[9].state is LotState.SELLING  # it stands


def test_the_exchanges_clock_is_known_from_its_answer():
    core = open_core()
    learn(core, exchange_ms=at(3).wall_ms)
    assert core.state.exchange_ahead_ms == 3000


def test_a_question_that_fails_is_asked_again_and_shown():
    core = open_core()
    failed = FetchFailed(1, "HTTP 502", 2.0)
    effects, _ = done(core.collaborators.market.on_failure(MarketTag(), failed, at(0)))
    assert effects == [Wake(2.0, MarketTag()), ReportSoon()]
    assert core.state.trouble.kind is TroubleKind.UNANSWERED
    assert done(core.collaborators.rules.fetch_when_due(at(1.9)))[0] == []


@pytest.mark.parametrize("times", [1, 2])
def test_that_the_pair_is_not_listed_is_said_once(times):
    core = open_core()
    failed = FetchFailed(1, "Invalid symbol", 2.0, is_unlisted=True)
    effects = [done(core.collaborators.market.on_failure(MarketTag(), failed, at(0)))[0] for _ in range(times)]
    (text,) = logged(each for several in effects for each in several)
    assert "does not list it" in text
    assert not core.state.is_listed


# A reloaded configuration


def reload(core, **policy):
    """The effects of another policy of the pair."""
    pair = core.state.start.pair
    changed = ChangePolicy(replace(pair, policy=replace(pair.policy, **policy)))
    return done(core.collaborators.market.on_policy(changed, at(0)))[0]


def test_a_standing_sell_that_would_have_another_price_is_cancelled_and_the_terms_are_recorded():
    core = open_core(lot(9, buy_ended=True, state=LotState.SELLING, orders=(order(9, profit=D("0.5")),)))
    effects = reload(core, net_profit_pct=D(5))
    assert [each.client_id for each in sent(effects) if isinstance(each, CancelSellOrder)] == ["lk1-9-1"]
    (record,) = sent(effects, Peer.LEDGER)
    assert record.terms.policy.net_profit_pct == 5


def test_the_same_policy_again_changes_nothing():
    core = open_core(UNSOLD)
    reload(core, net_profit_pct=D(5))
    assert reload(core, net_profit_pct=D(5)) == []


def test_another_way_to_count_the_fee_changes_what_the_next_sell_has_to_bring():
    core = open_core()
    learn(core, commission=Commission(CommissionRates(maker=D("0.001"), taker=D("0.002"))))
    assert core.state.market.sell_rate == D("0.002")
    reload(core, sell_fee=SellFee.MAKER)
    assert core.state.market.sell_rate == D("0.001")


def test_a_policy_that_comes_before_the_book_is_that_of_the_book():
    core = KeeperCore(new_state().start)
    assert [type(each) for each in reload(core, net_profit_pct=D(5))] == [Log]
    assert core.state.start.pair.policy.net_profit_pct == 5

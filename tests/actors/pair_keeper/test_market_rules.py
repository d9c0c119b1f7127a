from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.pair_keeper.effects import Peer, ReportSoon
from actors.pair_keeper.market_rules import MarketRules, warn_of_unknown_filters
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import PhaseEvent, RateSource, Trouble, TroubleKind
from actors.pair_keeper.tags import MarketTag
from messages.lifecycle import KeeperPace
from messages.prices import RulesLearned
from messages.queries import MarketFetched
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, logged, new_state, open_state, sent
from tests.actors.stage import COMMISSION, PAIR

PACE = KeeperPace(is_sparing=True, commission_after_s=150.0)


@pytest.fixture
def state():
    return open_state()


@pytest.fixture
def rules(state):
    return MarketRules(state, Requests())


@pytest.fixture
def late():
    """The rules of one pair of many: its commission is asked for later."""
    state = new_state()
    state.start = replace(state.start, pace=PACE)
    return MarketRules(state, Requests())


def answer(pair=PAIR, commission=COMMISSION):
    return MarketFetched(1, pair, commission)


def asked(effects):
    """The questions: how old rules may be, and whether the commission is wanted."""
    return [(each.at_most_old_ms, each.with_commission) for each in sent(done(effects)[0])]


def test_at_the_start_rules_that_others_had_will_do(rules):
    """The rules come first, because nothing begins without them; the commission comes beside the comparison."""
    assert asked(rules.begin(at(0))) == [(10_000, False), (10_000, True)]
    assert asked(rules.on_market_due(MarketTag(), at(1))) == []  # it is asked for


def test_of_many_pairs_the_commission_is_asked_for_later(late):
    assert asked(late.begin(at(0))) == [(10_000, False)]
    done(late.learn(answer(commission=None), at(1)))
    state = late._state
    assert (state.market.pair, state.rate_source, state.is_commission_known) == (PAIR, RateSource.USUAL, False)
    state.move(PhaseEvent.BOOK_OPENED)
    state.move(PhaseEvent.RECONCILED)
    assert asked(late.fetch_when_due(at(149))) == []
    assert asked(late.fetch_when_due(at(150))) == [(10_000, True)]
    _, has_changed = done(late.learn(answer(), at(151)))
    assert (has_changed, state.is_commission_known) == (True, True)  # though it is the usual one


def test_what_needs_it_has_the_commission_asked_for_at_once_and_once(late):
    done(late.begin(at(0)))
    assert asked(late.fetch_needed_commission(at(1))) == [(10_000, True)]
    late._requests.take_answered(2)  # it failed: a wake-up asks again
    assert asked(late.fetch_needed_commission(at(2))) == []
    assert asked(late.on_market_due(MarketTag(), at(3))) == [(10_000, True)]
    done(late.learn(answer(), at(4)))
    assert asked(late.fetch_needed_commission(at(5))) == []


def test_an_answer_without_the_commission_forgets_none(rules, state):
    done(rules.learn(answer(), at(0)))
    before = state.market
    _, has_changed = done(rules.learn(answer(commission=None), at(600)))
    assert (has_changed, state.market, state.is_commission_known) == (False, before, True)


@pytest.mark.parametrize("is_market_first", [False, True])
def test_until_the_exchange_says_it_the_fee_is_the_recorded_one(late, is_market_first):
    steps = [lambda: done(late.learn(answer(commission=None), at(1))), lambda: late.recall(D("0.0042"))]
    for step in steps if is_market_first else steps[::-1]:
        step()
    state = late._state
    assert (state.market.sell_rate, state.rate_source) == (D("0.0042"), RateSource.RECORDED)
    done(late.learn(answer(), at(2)))
    late.recall(D("0.0042"))
    assert (state.market.sell_rate, state.rate_source) == (D("0.001"), RateSource.EXCHANGE)


def test_a_refusal_by_a_filter_wants_them_as_they_are_now(rules):
    done(rules.learn(answer(), at(0)))
    rules.suspect()
    assert asked(rules.fetch_when_due(at(60))) == [(0, False)]
    done(rules.learn(answer(commission=None), at(61)))
    assert asked(rules.fetch_when_due(at(660))) == [(10_000, True)]


def test_what_is_learned_is_published_and_says_whether_it_is_new(state, rules):
    effects, has_changed = done(rules.learn(answer(), at(0)))
    assert not has_changed
    assert sent(effects, Peer.PRICES) == [RulesLearned(SYMBOL, PAIR.tick, True)]
    halted = replace(PAIR, status="HALT")
    effects, has_changed = done(rules.learn(answer(halted), at(0)))
    assert has_changed
    assert sent(effects, Peer.PRICES) == [RulesLearned(SYMBOL, PAIR.tick, False)]
    assert state.market.pair == halted


@pytest.mark.parametrize(("status", "due_s"), [("TRADING", 600), ("HALT", 30)])
def test_they_are_asked_for_again_sooner_while_the_pair_is_halted(rules, status, due_s):
    done(rules.learn(answer(replace(PAIR, status=status)), at(0)))
    assert done(rules.fetch_when_due(at(due_s - 1)))[0] == []
    assert len(sent(done(rules.fetch_when_due(at(due_s)))[0])) == 1


def test_a_refusal_by_a_filter_brings_that_forward_unless_they_are_fresh(rules):
    done(rules.learn(answer(), at(0)))
    rules.suspect()
    assert done(rules.fetch_when_due(at(59)))[0] == []
    assert len(sent(done(rules.fetch_when_due(at(60)))[0])) == 1


def test_an_answer_ends_the_trouble_that_there_was_none(state, rules):
    state.trouble = Trouble(TroubleKind.UNANSWERED, "HTTP 502")
    effects, _ = done(rules.learn(answer(), at(0)))
    assert state.trouble is None
    assert effects[0] == ReportSoon()


def test_new_filters_are_warned_of_once():
    strange = replace(PAIR, unknown=("MOON_PHASE",))
    assert len(logged(warn_of_unknown_filters(strange, None))) == 1
    assert len(logged(warn_of_unknown_filters(strange, PAIR))) == 1
    assert logged(warn_of_unknown_filters(strange, strange)) == []
    assert logged(warn_of_unknown_filters(PAIR, None)) == []

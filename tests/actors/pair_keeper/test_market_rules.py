from dataclasses import replace

import pytest

from actors.pair_keeper.effects import Peer, ReportSoon
from actors.pair_keeper.market_rules import MarketRules, warn_of_unknown_filters
from actors.pair_keeper.requests import Requests
from actors.pair_keeper.state import Trouble, TroubleKind
from messages.prices import RulesLearned
from messages.queries import FetchMarket, MarketFetched
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, logged, new_state, open_state, sent
from tests.actors.stage import COMMISSION, PAIR


@pytest.fixture
def state():
    return open_state()


@pytest.fixture
def rules(state):
    return MarketRules(state, Requests())


def answer(pair=PAIR):
    return MarketFetched(1, pair, COMMISSION)


def test_at_the_start_an_answer_that_others_had_will_do(rules):
    loading = MarketRules(new_state(), Requests())
    assert sent(done(loading.fetch(at(0)))[0]) == [FetchMarket(1, SYMBOL, 10_000)]
    assert sent(done(rules.fetch(at(0)))[0]) == [FetchMarket(1, SYMBOL, 0)]
    assert done(rules.fetch(at(0)))[0] == []


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

from decimal import Decimal as D

import pytest

from actors.pair_keeper.refusal_facts import RefusalFacts
from actors.pair_keeper.requests import Requests
from messages.queries import FetchBalance, FetchReference
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.pair_keeper.bench import at, done, open_state, sent
from tests.persistence.lots import lot


@pytest.fixture
def facts():
    return RefusalFacts(open_state(lot(7, orders=())), Requests())  # 0.4995 BTC is for sale


def test_each_figure_is_asked_for_once(facts):
    assert sent(done(facts.ask_balance(at(0)))[0]) == [FetchBalance(1, "BTC")]
    assert sent(done(facts.ask_reference(at(0)))[0]) == [FetchReference(2, SYMBOL)]
    assert done(facts.ask_balance(at(0)))[0] == done(facts.ask_reference(at(0)))[0] == []


def test_a_balance_counts_only_where_it_is_short(facts):
    facts.learn_balance(D("0.4995"), at(0))
    assert facts.free is None
    facts.learn_balance(D("0.4"), at(0))
    assert facts.free == D("0.4")
    facts.reserve(D("0.1"))
    assert facts.free == D("0.3")
    facts.forget_balance()
    assert facts.free is None
    facts.reserve(D("0.1"))
    assert facts.free is None


def test_what_holds_lots_back_is_asked_for_again_once_it_is_not_fresh(facts):
    facts.learn_balance(D("0.4"), at(0))
    facts.learn_reference(D(60000), at(10))
    assert done(facts.refresh_old(at(19))) == ([], False)
    effects, is_asked = done(facts.refresh_old(at(20)))
    assert (sent(effects), is_asked) == ([FetchBalance(1, "BTC")], True)
    effects, is_asked = done(facts.refresh_old(at(30)))
    assert (sent(effects), is_asked) == ([FetchReference(2, SYMBOL)], True)


def test_a_reference_price_lasts_a_minute(facts):
    facts.learn_reference(D(60000), at(0))
    facts.forget_stale(at(60))
    assert facts.reference == D(60000)
    facts.forget_stale(at(61))
    assert facts.reference is None

from decimal import Decimal as D

import pytest

from actors.pair_keeper.requests import Requests
from actors.pair_keeper.second_witness import SecondWitness
from actors.pair_keeper.tags import WitnessTag
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.questions import NewestOrders
from messages.account import BalanceMoved
from messages.queries import BalanceFetched, FetchBalance
from tests.actors.gateway.exchange_memory import NOW_MS, fill
from tests.actors.pair_keeper.bench import at, done, kinds, new_state, open_state, sent
from tests.persistence.lots import lot, order

ID = "lk1-7-1"
UNKNOWN = order(7, state=OrderState.UNKNOWN, order_id=None, sent_ms=NOW_MS, updated_ms=NOW_MS)
ARRIVES_BY, LATER = at(15).wall_ms, at(16).wall_ms


@pytest.fixture
def state():
    return open_state(lot(7, orders=(UNKNOWN,)))


@pytest.fixture
def witness(state):
    return SecondWitness(state, Requests())


def hold(state, witness, balance, at_ms=NOW_MS):
    """The account's stream tells the balance."""
    state.book.balance_check.note_moment(D(balance), D(0), at_ms)
    done(witness.on_balance_moved(BalanceMoved("BTC", D(balance)), at(0)))


def is_unsold(witness, free, locked="0"):
    """Whether this balance, asked for when the SELL could no longer arrive, shows that it is not there."""
    witness.learn_balance(WitnessTag(LATER), BalanceFetched(1, "BTC", D(free), D(locked)))
    return witness.is_absent(ID, ARRIVES_BY, LATER)


def test_it_asks_once_for_all_unresolved_sells(witness):
    balance, orders = sent(done(witness.ask(at(16)))[0])
    assert (type(balance), balance.asset, balance.at_most_old_ms) == (FetchBalance, "BTC", 0)
    assert orders.question == NewestOrders()
    assert done(witness.ask(at(19)))[0] == []
    assert kinds(done(witness.ask(at(21)))[0]) == ["FetchBalance", "AskExchange"]
    assert done(SecondWitness(new_state(), Requests()).ask(at(0)))[0] == []


def test_a_balance_as_it_was_before_shows_that_it_is_not_there(state, witness):
    hold(state, witness, "3")
    witness.note_sent(ID)
    assert is_unsold(witness, "3")


def test_a_balance_that_lacks_its_coins_does_not(state, witness):
    hold(state, witness, "3")
    witness.note_sent(ID)
    assert not is_unsold(witness, "2.999")


def test_nor_one_of_which_more_is_locked_than_is_known(state, witness):
    hold(state, witness, "3")
    witness.note_sent(ID)
    assert not is_unsold(witness, "2.999", "0.001")


def test_nor_one_of_a_moment_at_which_it_might_still_arrive(state, witness):
    hold(state, witness, "3")
    witness.note_sent(ID)
    witness.learn_balance(WitnessTag(ARRIVES_BY), BalanceFetched(1, "BTC", D(3), D(0)))
    assert not witness.is_absent(ID, ARRIVES_BY, LATER)


def test_what_trades_moved_since_is_counted(state, witness):
    hold(state, witness, "3")
    witness.note_sent(ID)
    state.book.apply_fill(fill(7002, 102, Side.BUY, "0.5", "60000", "0", "BTC"))
    assert not is_unsold(witness, "3")


def test_without_the_balance_from_before_nothing_is_shown(witness):
    witness.note_sent(ID)
    assert not is_unsold(witness, "3")


def test_the_balance_after_the_buy_may_come_after_the_sell_was_sent(state, witness):
    state.book.apply_fill(fill(7002, 102, Side.BUY, "0.5", "60000", "0", "BTC"))
    witness.note_sent(ID)
    hold(state, witness, "3.5")
    assert is_unsold(witness, "3.5")


def test_one_from_after_it_was_sent_may_lack_its_coins_already(state, witness):
    witness.note_sent(ID)
    hold(state, witness, "3", NOW_MS + 1)
    assert not is_unsold(witness, "3")


def test_a_trade_from_before_it_that_is_heard_of_later_ends_a_baseline(state, witness):
    """The balance had it and the trades had not: a sale of the same size now would not be seen."""
    hold(state, witness, "3", NOW_MS + 5)
    witness.note_sent(ID)
    state.book.apply_fill(fill(7002, 102, Side.SELL, "0.5", "60000", "0", "USDT"))
    assert not is_unsold(witness, "2.5")


def test_what_is_known_of_an_earlier_copy_says_nothing_of_the_next(state, witness):
    hold(state, witness, "3")
    witness.note_sent(ID)
    assert is_unsold(witness, "3")
    witness.note_sent(ID)
    assert not witness.is_absent(ID, ARRIVES_BY, LATER)
    witness.forget([ID])
    assert not is_unsold(witness, "3")

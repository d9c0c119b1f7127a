from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.recovery.questions import OlderTrades, TradesFrom, TradesOfOrder
from messages.control import CommandDone, CommandRefused
from messages.health import HoldingsReported
from messages.orders import PlaceSellOrder
from messages.pair_commands import AdoptCoins, AdoptOrder, AdoptSince
from messages.queries import BalanceFetched, FetchBalance, FetchTop, OrdersFetched, TopFetched, TradesFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL
from tests.actors.pair_keeper.bench import at, open_core, replies, sent
from tests.persistence.lots import buy, lot

OLD = buy(5, 50)  # before the cursor
COINS = AdoptCoins(SYMBOL, NOW_MS, D("0.1"), D(6000), is_dry_run=False)


@pytest.fixture
def core():
    return open_core(lot(7))


def tell(core, message):
    return list(core.handle(message, "a person", at(0)))


def compare(core, command, held="1"):
    """Tells the command and answers all that is asked; what is replied in the end."""
    asked, told = sent(tell(core, command)), []
    while asked:
        effects = tell(core, answer(asked.pop(0), held))
        asked += [each for each in sent(effects) if not isinstance(each, PlaceSellOrder)]
        told += replies(effects)
        if not asked and not told:
            effects = tell(core, HoldingsReported(1, ()))
            asked += [each for each in sent(effects) if not isinstance(each, PlaceSellOrder)]
    return told


def answer(asked, held):
    number = asked.request_id
    if isinstance(asked, FetchBalance):
        return BalanceFetched(number, "BTC", D(held), D(0))
    if isinstance(asked, FetchTop):
        return TopFetched(number, SYMBOL, None)
    if isinstance(asked.question, TradesOfOrder | OlderTrades):
        return TradesFetched(number, (OLD,))
    return TradesFetched(number, ()) if isinstance(asked.question, TradesFrom) else OrdersFetched(number, ())


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (AdoptOrder(SYMBOL, 7, is_dry_run=False), "order 7 is lot BTCUSDT-7 already"),
        (AdoptCoins(SYMBOL, NOW_MS, D(0), D(1), is_dry_run=False), ""),
    ],
)
def test_what_needs_no_comparison_to_be_refused(core, command, reason):
    (told,) = replies(tell(core, command))
    assert isinstance(told, CommandRefused)
    assert told.text.startswith(reason)


def test_a_dry_run_changes_nothing(core):
    (told,) = compare(core, AdoptOrder(SYMBOL, 5, is_dry_run=True))
    assert isinstance(told, CommandDone)
    assert told.text.startswith("lot BTCUSDT-5: bought 0.4995 BTC")
    assert list(core.state.book.lots) == [7]
    assert not core.collaborators.reconciler.is_under_way


def test_a_buy_is_a_lot_after_the_reconciliation_that_follows(core):
    (told,) = compare(core, AdoptOrder(SYMBOL, 5, is_dry_run=False))
    assert isinstance(told, CommandDone)
    assert sorted(core.state.book.lots) == [5, 7]


def test_without_the_coins_it_is_refused(core):
    (told,) = compare(core, AdoptOrder(SYMBOL, 5, is_dry_run=False), held="0.4995")
    assert isinstance(told, CommandRefused)
    assert list(core.state.book.lots) == [7]


def test_all_since_a_moment(core):
    (told,) = compare(core, AdoptSince(SYMBOL, OLD.time_ms, is_dry_run=False))
    assert told.text.endswith("their SELLs are placed like any other's")
    assert sorted(core.state.book.lots) == [5, 7]


def test_coins_are_a_lot_at_once(core):
    (told,) = compare(core, COINS)
    assert isinstance(told, CommandDone)
    assert len(core.state.book.lots) == 2
    assert "is adopted already" in replies(tell(core, COINS))[0].text


@pytest.mark.parametrize("command", [AdoptOrder(SYMBOL, 5, False), AdoptSince(SYMBOL, OLD.time_ms, False), COINS])
def test_what_is_not_as_it_was_shown_is_not_adopted(core, command):
    (told,) = compare(core, replace(command, shown="lot BTCUSDT-5: bought 1 BTC"))
    assert isinstance(told, CommandRefused)
    assert told.text.startswith("nothing was done, because what was shown has changed; now: lot BTCUSDT-")
    assert list(core.state.book.lots) == [7]

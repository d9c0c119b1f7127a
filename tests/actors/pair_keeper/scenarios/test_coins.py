"""Coins that came without a trade stand until a person settles them; dust that left the account is written off."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.holdings import PairHolding
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.policy import Adoption, Dust, ExitPolicy
from messages.account import BalanceMoved
from messages.control import CommandDone, CommandRefused
from messages.ledger import RecordCoins
from messages.pair_commands import AdoptCoins, DismissCoins, ReleaseLot
from messages.queries import BalanceFetched, FetchBalance
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.stage import BUY_ID, FIRST_TRADE, Stage, starting_keeper
from tests.persistence.lots import lot

AFTER_START_S, CONFIRMED_AFTER_S = 15.0, 6.0


def checks(stage: Stage, held: str, *others: PairHolding, is_quote_too: bool = False) -> None:
    """The account is asked about twice, and holds so much each time."""
    for _ in range(2):
        stage._has(held)
        stage.others_hold(*others, is_quote_too=is_quote_too)
        stage.desk.advance(CONFIRMED_AFTER_S)


def started(*, own: str | None = None, **more: object) -> Stage:
    """A keeper whose first check is due."""
    stage = starting_keeper(**more)
    stage.loaded(own_coins=None if own is None else D(own))
    stage.market()
    stage.answers()
    stage.desk.advance(AFTER_START_S)
    stage.answers()
    return stage


def moved(stage: Stage, balance: str) -> None:
    """The balance moves, and no trade did it: all is compared."""
    stage.desk.tell(BalanceMoved("BTC", D(balance)), stage.probes["user_stream"])
    stage.desk.advance(31.0)
    stage.answers()
    stage.desk.advance(0.2)


def came(stage: Stage) -> D:
    return stage.last_report().came


@pytest.fixture
def stage():
    """The account holds one coin of the owner's own."""
    found = started()
    found.desk.tell(BalanceMoved("BTC", D(1)), found.probes["user_stream"])
    found.desk.advance(5.0)
    checks(found, "1")
    return found


def test_keepers_without_open_lots_share_the_answer_but_no_two_checks_of_one_do():
    stage = starting_keeper()
    stage.loaded(own_coins=None)
    stage.market()
    stage.answers()
    stage.desk.advance(AFTER_START_S)
    asked = stage.gateway.pop(FetchBalance)
    assert 0 < asked.at_most_old_ms < CONFIRMED_AFTER_S * 1000
    stage.buys("0.001", at="60000", order_id=7001, trade_id=101)
    stage.desk.tell(BalanceMoved("BTC", D(1)), stage.probes["user_stream"])
    stage.desk.advance(5.0)
    assert stage.gateway.pop(FetchBalance).at_most_old_ms == 0


def test_what_is_there_at_first_is_the_owners_own(stage):
    assert came(stage) == 0
    assert stage.ledger.pop(RecordCoins) == RecordCoins(SYMBOL, D(1))
    stage.desk.advance(60.0)
    assert not [each for each in stage.gateway.received if isinstance(each, FetchBalance)]


def test_coins_that_come_later_stand(stage, caplog):
    moved(stage, "1.01")
    checks(stage, "1.01")
    assert came(stage) == D("0.01")
    assert stage.last_report().came_since_ms > NOW_MS
    assert "0.01 BTC came without a trade" in caplog.text
    stage.desk.advance(600.0)
    stage.answers()
    assert came(stage) == D("0.01")


def test_the_first_balance_that_is_told_is_looked_into():
    """No balance before it tells that it moved."""
    stage = started(own="1")
    checks(stage, "1")
    stage.desk.tell(BalanceMoved("BTC", D("1.01")), stage.probes["user_stream"])
    stage.desk.advance(5.0)
    checks(stage, "1.01")
    assert came(stage) == D("0.01")


def test_coins_that_came_while_the_service_was_down_stand_too():
    stage = started(own="1")
    checks(stage, "1.05")
    assert came(stage) == D("0.05")
    assert not [each for each in stage.ledger.received if isinstance(each, RecordCoins) and each.own != 1]


def test_what_only_one_look_shows_proves_nothing():
    stage = started(own="1")
    for held in ("1.05", "1", "1.07", "1"):
        stage._has(held)
        stage.others_hold()
        stage.desk.advance(CONFIRMED_AFTER_S)
    assert came(stage) == 0


def test_a_buy_is_a_lot_and_no_coins_that_came(stage):
    stage.selling()
    moved(stage, "1.01")
    checks(stage, "1.001")
    assert came(stage) == 0


def test_dismissed_coins_are_not_named_again(stage):
    moved(stage, "1.01")
    checks(stage, "1.01")
    person = stage.desk.probe("a person")
    stage.desk.tell(DismissCoins(SYMBOL, True), person)
    assert came(stage) == D("0.01")
    stage.desk.tell(DismissCoins(SYMBOL, False, shown="0.02 BTC stay yours"), person)
    assert "what was shown has changed" in person.pop(CommandRefused).text
    assert came(stage) == D("0.01")
    stage.desk.tell(DismissCoins(SYMBOL, False), person)
    said = [person.pop(CommandDone).text for _ in range(2)]
    assert said == ["0.01 BTC stay yours: they are in no lot, and not sold"] * 2
    assert came(stage) == 0
    assert [each.own for each in stage.ledger.received if isinstance(each, RecordCoins)][-1] == D("1.01")
    stage.desk.tell(DismissCoins(SYMBOL, False), person)
    assert "no coins are known to have come" in person.pop(CommandRefused).text


def test_adopted_coins_are_settled(stage):
    moved(stage, "1.01")
    checks(stage, "1.01")
    stage.desk.tell(AdoptCoins(SYMBOL, NOW_MS + 1, D("0.01"), D(600), False), stage.desk.probe("a person"))
    stage.comparing("1.01")
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    stage.desk.advance(2.0)
    checks(stage, "1.01")
    assert came(stage) == 0


def test_coins_that_became_a_lot_in_another_way_are_settled_by_the_next_comparison(stage):
    moved(stage, "1.001")
    checks(stage, "1.001")
    assert came(stage) == D("0.001")
    stage.selling()  # an adopted BUY, say
    stage.desk.advance(121.0)
    stage.answers()
    stage.desk.advance(0.2)
    checks(stage, "1.001")
    assert came(stage) == 0


def test_coins_that_go_again_are_forgotten(stage):
    moved(stage, "1.01")
    checks(stage, "1.01")
    moved(stage, "0.5")
    checks(stage, "0.5")
    assert came(stage) == 0
    moved(stage, "0.6")
    checks(stage, "0.6")
    assert came(stage) == D("0.1")


def test_what_a_release_leaves_is_the_owners_own(stage):
    stage.buys()
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    stage.desk.tell(ReleaseLot(SYMBOL, f"{SYMBOL}-{BUY_ID}", False), stage.desk.probe("a person"))
    canceled = stage.memory.turned(9001, "CANCELED")
    stage.memory.orders[9001] = canceled
    stage.desk.advance(40.0)
    stage.answers()
    moved(stage, "1.001")
    checks(stage, "1.001")
    assert stage.book.lots[BUY_ID].state is LotState.CLOSED
    assert came(stage) == 0


@pytest.mark.parametrize("is_quote_too", [True, False])
def test_only_one_pair_tells_of_a_coin_and_none_where_other_trades_move_it(stage, is_quote_too):
    moved(stage, "1.01")
    others = () if is_quote_too else (PairHolding("BTCEUR", D(0), NOW_MS + 10**6, NOW_MS + 10**6),)
    checks(stage, "1.01", *others, is_quote_too=is_quote_too)
    assert came(stage) == 0


# Dust that is not on the account any more


@pytest.fixture
def dusty():
    """All but 0.000006 BTC of a lot is sold."""
    found = started(own="0")
    found.desk.tell(found.bought("0.001006", executed="0.001006"))
    found.desk.tell(found.accepts(found.order()), found.gateway)
    found.desk.tell(found.sold())
    assert found.book.lots[BUY_ID].remainder == D("0.000006")
    return found


def test_dust_that_was_converted_is_written_off(dusty, caplog):
    checks(dusty, "0")
    lot = dusty.book.lots[BUY_ID]
    assert [(each.kind, each.quantity) for each in lot.disposals] == [(DisposalKind.LEFT, D("0.000006"))]
    assert (lot.remainder, lot.state) == (0, LotState.CLOSED)
    assert "left the account without a trade, and is written off" in caplog.text
    dusty.buys("0.000994", order_id=7002, trade_id=102, executed="0.000994")
    assert dusty.order().quantity == D("0.00099")  # without the dust it would have made a whole step of


def test_a_refusal_for_want_of_coins_is_looked_into(dusty):
    checks(dusty, "0.000006")
    assert dusty.book.lots[BUY_ID].remainder == D("0.000006")
    dusty.buys("0.000994", order_id=7002, trade_id=102, executed="0.000994")
    order = dusty.order()
    assert order.quantity == D("0.001")
    text = "Account has insufficient balance for requested action."
    dusty.desk.tell(dusty.refuses(order, -2010, text), dusty.gateway)
    asked = dusty.gateway.pop(FetchBalance)
    dusty.answers()
    dusty.desk.tell(BalanceFetched(asked.request_id, "BTC", D("0.000994"), D(0)), dusty.gateway)
    dusty.desk.advance(1.0)
    order = dusty.order()
    assert order.quantity == D("0.00099")
    dusty.desk.tell(dusty.accepts(order, 9002), dusty.gateway)
    dusty.desk.advance(0.2)
    checks(dusty, "0.000994")
    assert sum((lot.stock - lot.sold for lot in dusty.book.lots.values()), D(0)) == D("0.000994")
    assert dusty.book.lots[7002].open_quantity == D("0.00099")


def test_a_person_can_release_the_dust_of_a_closed_lot(dusty):
    person = dusty.desk.probe("a person")
    dusty.desk.tell(ReleaseLot(SYMBOL, f"{SYMBOL}-{BUY_ID}", False), person)
    assert "0.000006 BTC is no longer kept" in person.pop(CommandDone).text
    lot = dusty.book.lots[BUY_ID]
    assert [(each.kind, each.quantity) for each in lot.disposals] == [(DisposalKind.RELEASED, D("0.000006"))]
    assert (lot.remainder, lot.state) == (0, LotState.CLOSED)
    dusty.desk.tell(ReleaseLot(SYMBOL, f"{SYMBOL}-{BUY_ID}", False), person)
    assert "is no open lot" in person.pop(CommandRefused).text


def test_more_than_all_dust_is_not_written_off(dusty):
    """The coins of a lot were moved away; they may come back."""
    dusty.buys("0.001", order_id=7002, trade_id=102)
    dusty.desk.tell(dusty.accepts(dusty.order(), 9002), dusty.gateway)
    checks(dusty, "0.0000005")
    assert not any(lot.disposals for lot in dusty.book.lots.values())


# Where BUYs are no lots, or lots leave their dust behind


NAMED, WRITE_OFF = {"adoption": Adoption(takes_all=False)}, {"policy": ExitPolicy(D("0.5"), dust=Dust.WRITE_OFF)}


@pytest.mark.parametrize("more", [NAMED, WRITE_OFF])
def test_of_more_coins_nothing_follows_there(more):
    stage = started(own="1", **more)
    checks(stage, "1.5")
    moved(stage, "2")
    checks(stage, "2")
    assert came(stage) == 0
    assert not [each for each in stage.ledger.received if isinstance(each, RecordCoins)]  # for the other settings


def test_dust_of_adopted_lots_that_was_converted_is_written_off_there_too():
    bought = Stage().bought("0.001006", executed="0.001006").fill
    adopted = lot(BUY_ID, buys=(bought,), orders=(), state=LotState.OPEN, buy_ended=True)
    stage = starting_keeper(**NAMED)
    stage.memory.keep(report(BUY_ID, "web", Side.BUY, "FILLED", "0.001006", "0.001006", "60000"), bought)
    stage.loaded(adopted, cursor=FIRST_TRADE, own_coins=D(0))
    stage.market()
    stage.answers()
    stage.desk.tell(stage.accepts(stage.order()), stage.gateway)
    stage.desk.tell(stage.sold())
    assert stage.book.lots[BUY_ID].remainder == D("0.000006")
    stage.desk.advance(AFTER_START_S)
    stage.answers()
    checks(stage, "0")
    assert (stage.book.lots[BUY_ID].remainder, stage.book.lots[BUY_ID].state) == (0, LotState.CLOSED)

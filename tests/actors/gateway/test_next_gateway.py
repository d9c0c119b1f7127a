"""A Gateway dies at any moment of an order; what the next one lets keepers send, and what it tells them."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from actors.gateway.actor import Gateway
from actors.gateway.in_flight_journal import MappedJournal
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.exchange.rest.outcomes import Answered, Refused, Unknown
from lotkeeper.exchange.shapes import PlacedOrder
from lotkeeper.logging.lines import lot_of
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.in_flight import BEHIND_MS, decode_row, may_arrive_for_ms
from lotkeeper.trading.recovery.questions import OpenOrders
from messages.health import GatewayReported
from messages.lifecycle import FencePair, JournalPlace, LeaseChecked, StartGateway
from messages.orders import (
    EarlierSell,
    IntroduceKeeper,
    KeeperIntroduced,
    PlaceSellOrder,
    SellBlocked,
    SellFenced,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
    UnansweredSell,
)
from messages.queries import AskExchange, OrdersFetched
from tests.actors.gateway.bench import KEY, SYMBOL
from tests.actors.gateway.exchange_memory import report
from tests.actors.gateway.links import ScriptedLink

REFUSAL = Refused(-2010, "Account has insufficient balance", RefusalKind.INSUFFICIENT_BALANCE)
NAME = "lk1-5eh-1"


class Life:
    """One life of the Gateway, with a link that answers when the test says so."""

    def __init__(self, path: Path, *, at_s: float = 0.0, is_leased: bool = True, has_key: bool = True) -> None:
        self.desk = ActorBench(Gateway, start_ms=1_700_000_000_000 + int(at_s * 1000))
        self.desk.actor.link_factory = ScriptedLink
        self.desk.actor.machine_began_ms = lambda: 0
        self.desk._clock.now += at_s  # all processes of a machine share the monotonic clock
        self.desk._clock._wall_at_zero -= int(at_s * 1e9)
        self.keeper, self.monitor = self.desk.probe("keeper"), self.desk.probe("monitor")
        start = StartGateway("http://nowhere", 5000, self.desk.probe("launcher").address, self.monitor.address)
        self.desk.tell(replace(start, in_flight=JournalPlace(str(path), is_memory=True)))
        if is_leased:
            self.desk.tell(LeaseChecked())
        if has_key:
            self.desk.tell(KEY)

    @property
    def link(self) -> ScriptedLink:
        link: Any = self.desk.actor._link
        return link

    def kill(self) -> None:
        """By SIGKILL: the kernel closes its files, and nothing more is sent."""
        self.desk.actor._order_entry.guard.close()

    def order(self, client_id: str = NAME, incarnation: int = 1, **more: Any) -> PlaceSellOrder:
        return PlaceSellOrder(SYMBOL, incarnation, client_id, D(60360), D("0.001"), self.desk.actor.wall_ms(), **more)

    def send(self, *args: Any, **more: Any) -> None:
        self.desk.tell(self.order(*args, **more), self.keeper)

    def settle(self, outcome: Any, client_id: str = NAME) -> None:
        self.link.settle(self.desk, self.link.find("order", newClientOrderId=client_id), outcome)

    def ask(self, *args: Any, **more: Any) -> Any:
        """The reply to an order that needs no exchange."""
        self.send(*args, **more)
        return self.keeper.received.pop()

    def introduce(self, *unanswered: str, incarnation: int = 1, sent_s: float = 1000.5) -> KeeperIntroduced:
        sells = tuple(UnansweredSell(client_id, sent_s) for client_id in unanswered)
        self.desk.tell(IntroduceKeeper(SYMBOL, incarnation, 9, unanswered=sells), self.keeper)
        return self.keeper.pop(KeeperIntroduced)


def placed(client_id: str = NAME, order_id: int = 9001) -> Answered:
    return Answered(PlacedOrder(report(order_id, client_id, Side.SELL, "NEW", "0.001", "0", "60360"), ()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "private" / "in-flight"


Begin = Callable[..., Life]


@pytest.fixture
def begin(path: Path):
    """Begins the next life of the Gateway; the one before is killed."""
    lives: list[Life] = []

    def begin_life(**more: Any) -> Life:
        if lives:
            lives[-1].kill()
        lives.append(Life(path, **more))
        return lives[-1]

    yield begin_life
    lives[-1].kill()


def noted(path: Path) -> list[str]:
    """The client ids in the journal of a Gateway that lives or is dead."""
    rows = path.read_bytes()
    found = (decode_row(rows[start : start + 256], 0, 5000) for start in range(0, len(rows) - 256, 256))
    return [note.client_id for note in found if note is not None]


# The moments at which a Gateway can die


def test_before_it_has_handled_the_order(begin, path):
    begin()
    assert begin(at_s=1.0).introduce(NAME).off_the_book == (NAME,)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("is_noted", [False, True], ids=["before the note", "after the note"])
def test_while_the_order_is_signed_and_written(begin, path, monkeypatch, is_noted):
    def killed(request: object, timeout_s: float, on_outcome: object, may_leave: Callable[[], bool]) -> None:
        assert noted(path) == []
        if is_noted:
            assert may_leave()
        assert noted(path) == [NAME] * is_noted  # in the journal before it leaves
        raise Killed

    life = begin()
    monkeypatch.setattr(life.link, "submit", killed)
    with pytest.raises(Killed):
        life.send()
    assert begin(at_s=1.0).introduce(NAME).off_the_book == (NAME,) * (not is_noted)


def test_after_the_order_has_left(begin, path):
    begin().send()
    assert begin(at_s=1.0).introduce(NAME).off_the_book == ()


@pytest.mark.parametrize("outcome", [placed(), Unknown("no answer")], ids=["placed", "unknown"])
def test_after_it_has_read_the_reply_and_before_the_keeper_has_it(begin, outcome):
    life = begin()
    life.send()
    life.settle(outcome)
    assert begin(at_s=1.0).introduce(NAME).off_the_book == ()


def test_after_it_has_read_a_refusal_and_before_the_keeper_has_it(begin):
    life = begin()
    life.send()
    life.settle(REFUSAL)
    assert begin(at_s=1.0).introduce(NAME).off_the_book == (NAME,)


def test_the_log_names_the_lot_of_what_its_predecessor_left(begin, caplog):
    begin().send()
    begin(at_s=1.0)
    (line,) = [each for each in caplog.records if "was in flight when its sender ended" in each.getMessage()]
    assert (line.symbol, lot_of(line.symbol, line.order)) == (SYMBOL, f"{SYMBOL}-7001")


def test_two_gateways_after_the_order(begin):
    begin().send()
    begin(at_s=1.0)
    assert begin(at_s=2.0).introduce(NAME).off_the_book == ()


def test_a_reply_of_long_ago_may_be_on_the_book_though_its_note_is_forgotten(begin):
    life = begin()
    life.send()
    life.settle(placed())
    life.desk.advance(100.0)
    assert begin(at_s=100.0).introduce(NAME).off_the_book == ()


# What the next Gateway does


def test_it_answers_keepers_only_when_it_can_send_their_orders(begin):
    life = begin(is_leased=False, has_key=False)
    life.desk.tell(IntroduceKeeper(SYMBOL, 1, 9), life.keeper)
    life.desk.tell(LeaseChecked())
    assert life.keeper.received == []
    life.desk.tell(KEY)
    assert life.keeper.pop(KeeperIntroduced).number == 9


def test_it_waits_for_a_gateway_that_has_not_ended(begin, path):
    before = begin()
    life = Life(path)
    life.desk.tell(IntroduceKeeper(SYMBOL, 1, 9), life.keeper)
    refused = life.ask()
    assert isinstance(refused, SellRefused)
    assert "has not ended yet" in refused.text
    life.monitor.received.clear()
    life.desk.advance(1.0)
    assert "has not ended yet" in life.monitor.pop(GatewayReported).trouble
    before.kill()
    life.desk.advance(0.2)
    assert life.keeper.pop(KeeperIntroduced).number == 9
    life.kill()


@pytest.mark.parametrize("client_id", [NAME, "lk1-5eh-2", "lk1-5ei-1"])
def test_a_keeper_that_was_not_told_sells_nothing_of_the_pair(begin, client_id):
    begin().send()
    told = begin(at_s=1.0).ask(client_id, incarnation=2)
    assert isinstance(told, SellBlocked)
    assert told.client_id == client_id
    assert 0 < told.for_s <= 15


def test_a_keeper_that_was_told_sells_its_other_lots_at_once(begin):
    begin().send()
    life = begin(at_s=1.0)
    told = life.introduce(incarnation=2)
    assert told.earlier == (EarlierSell(NAME, pytest.approx(15.0, abs=0.1)),)
    life.send("lk1-5ei-1", incarnation=2, introduced_to=told.gateway)
    life.link.find("order", newClientOrderId="lk1-5ei-1")


def test_that_another_gateway_told_it_is_not_enough(begin):
    life = begin()
    told = life.introduce(incarnation=2)
    life.kill()
    begin(at_s=0.5).send()  # an older keeper gets in first
    assert isinstance(begin(at_s=1.0).ask("lk1-5ei-1", incarnation=2, introduced_to=told.gateway), SellBlocked)


def test_the_keeper_that_sent_it_sends_no_copy(begin):
    begin().send()
    life = begin(at_s=1.0)
    told = life.introduce(NAME)
    assert isinstance(life.ask(introduced_to=told.gateway), SellOutcomeUnknown)
    life.send("lk1-5ei-1", introduced_to=told.gateway)
    life.link.find("order", newClientOrderId="lk1-5ei-1")


def test_an_older_keeper_is_fenced_off_by_an_introduction(begin):
    life = begin()
    life.introduce(incarnation=2)
    assert life.ask(incarnation=1) == SellFenced(SYMBOL, NAME, 2)
    life.desk.tell(IntroduceKeeper(SYMBOL, 1, 3), life.keeper)
    assert life.keeper.pop(SellFenced).newest == 2


def found(life: Life, order: OrderReport) -> None:
    """A keeper asked for its open orders, and this one is there."""
    life.desk.tell(AskExchange(5, SYMBOL, OpenOrders()), life.keeper)
    life.link.settle(life.desk, life.link.find("openOrders"), Answered((order,)))
    assert life.keeper.pop(OrdersFetched).reports == (order,)


@pytest.mark.parametrize("status", ["NEW", "CANCELED"])
def test_what_a_keeper_found_on_the_book_is_not_named_to_those_after_it(begin, status):
    """One that has ended may be an earlier order of that name."""
    begin().send()
    found(begin(at_s=1.0), report(9001, NAME, Side.SELL, status, "0.001", "0", "60360"))
    assert [each.client_id for each in begin(at_s=2.0).introduce(incarnation=3).earlier] == [NAME]
    later = begin(at_s=100.0).introduce(incarnation=4).earlier
    assert [each.client_id for each in later] == ([] if status == "NEW" else [NAME])


def test_what_a_keeper_found_on_the_book_is_not_sent_twice(begin):
    begin().send()
    life = begin(at_s=1.0)
    found(life, report(9001, NAME, Side.SELL, "NEW", "0.001", "0", "60360"))
    assert isinstance(life.ask(introduced_to=life.introduce(NAME).gateway), SellOutcomeUnknown)


# The Gateway lives on, and the keeper is new


def test_the_reply_to_an_order_of_a_dead_keeper_goes_to_its_successor(begin):
    life = begin()
    life.send()
    life.desk.tell(FencePair(SYMBOL, 2))
    successor = life.desk.probe("successor")
    life.desk.tell(IntroduceKeeper(SYMBOL, 2, 1), successor)
    assert successor.pop(KeeperIntroduced).earlier[0].client_id == NAME
    life.settle(placed())
    assert successor.pop(SellPlaced).client_id == NAME
    life.keeper.nothing()


def test_a_successor_is_told_of_replies_that_it_may_not_find(begin):
    life = begin()
    life.send()
    life.settle(placed())
    told = life.introduce(incarnation=2)
    assert [each.client_id for each in told.placed] == [NAME]
    assert told.earlier == ()


# The journal


def test_an_answered_order_is_noted_as_if_it_could_arrive_for_a_moment(begin, path):
    life = begin()
    life.send()
    life.settle(placed())
    (row,) = [row for row in rows_of(path) if decode_row(row, 0, 5000)]
    note = decode_row(row, 0, 5000)
    assert note is not None
    assert may_arrive_for_ms(note, int(life.desk.now * 1000)) == BEHIND_MS


def rows_of(path: Path) -> list[bytes]:
    content = path.read_bytes()
    return [content[start : start + 256] for start in range(0, len(content) - 256, 256)]


def test_where_orders_cannot_be_noted_none_is_sent_and_the_status_says_why(begin, path):
    path.parent.mkdir(mode=0o700)
    path.mkdir()
    life = begin()
    refused = life.ask()
    assert isinstance(refused, SellRefused)
    assert (refused.code, refused.retry_s) == (0, 1.0)
    assert "Is a directory" in refused.text
    path.rmdir()
    life.desk.advance(1.0)
    life.send()
    life.settle(placed())
    assert isinstance(life.keeper.received.pop(), SellPlaced)


def test_the_status_says_where_orders_are_noted(begin, path):
    life = begin()
    life.monitor.received.clear()
    life.desk.advance(1.0)
    told = life.monitor.pop(GatewayReported)
    assert (told.journal, told.is_journal_memory) == (str(path), True)
    assert told.trouble == ""


def test_a_journal_that_somebody_deleted_is_there_again_within_a_second(begin, path):
    life = begin()
    life.send()
    path.unlink()
    life.desk.advance(1.0)
    assert noted(path) == [NAME]
    life.kill()
    MappedJournal(path, 5_000_000).close()

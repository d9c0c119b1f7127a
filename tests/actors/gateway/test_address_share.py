"""The Gateway at the budget broker: questions wait for their share, orders never do, and a broker may be away."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.exchange.rest.outcomes import Answered
from lotkeeper.exchange.sharing.broker_link import BrokerLink
from lotkeeper.exchange.sharing.lines import Hello, Report, WindowReport
from lotkeeper.trading.recovery.questions import NewestTrades
from messages.health import BrokerState
from messages.lifecycle import BrokerPlace, StartGateway
from messages.queries import AskExchange, FetchFailed, TradesFetched
from tests.actors.gateway.bench import SYMBOL
from tests.actors.gateway.test_questions import Desk
from tests.lotkeeper.exchange.sharing.served import ServedBroker, SilentBroker

WITHIN_S = 20.0  # however busy the machine is
MINUTE = 60_000
TRADES = AskExchange("1", SYMBOL, NewestTrades())


@pytest.fixture
def socket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("b") / "budget.sock"


@pytest.fixture
def broker(socket: Path) -> Iterator[ServedBroker]:
    with ServedBroker(socket) as served:
        yield served


class SharingDesk(Desk):
    """A Gateway whose configuration names a broker."""

    def __init__(self, socket: Path) -> None:
        super().__init__()
        place = BrokerPlace(str(socket), "alice", "api.binance.com")
        launcher = self.bench.probe("launcher").address
        self.bench.tell(StartGateway("http://nowhere", 5000, launcher, self.monitor.address, broker=place))

    def take_answer(self) -> None:
        """The broker's answer to what it was sent has come and is handled."""
        share = self.bench.actor._share
        deadline = time.monotonic() + WITHIN_S
        while share._asked_s is not None:
            assert time.monotonic() < deadline
            self.bench.make_readable(*share.filenos)

    def use_up(self) -> None:
        """All that was granted ahead is spent."""
        throttle = self.bench.actor._throttle
        share = throttle.budget.shares.share(LimitKind.WEIGHT, throttle.now_ms)
        throttle.budget.spend(Cost(weight=share), throttle.now_ms)

    def state(self) -> BrokerState:
        found = self.report().broker
        assert found is not None
        return found


def take_all(socket: Path, now_ms: int) -> BrokerLink:
    """Another service has whatever there is to have, and what is kept for nobody."""
    link = BrokerLink(socket)
    link.send(Hello("bob", "api.binance.com"))
    windows = [
        WindowReport(LimitKind.WEIGHT, MINUTE, now_ms // MINUTE + later, 6_000, 5_400, 0, 0, 0) for later in (-1, 0, 1)
    ]
    link.send(Report(now_ms, tuple(windows)))
    deadline = time.monotonic() + WITHIN_S
    while not link.receive():
        assert time.monotonic() < deadline
    return link


def test_without_a_broker_in_the_configuration_there_is_none() -> None:
    desk = Desk()
    assert desk.report().broker is None
    desk.ask(TRADES)
    assert desk.waiting("myTrades") == 1


def test_a_question_is_sent_once_its_share_is_granted(broker: ServedBroker) -> None:
    desk = SharingDesk(broker.path)
    desk.take_answer()
    assert desk.state().is_connected
    desk.take_answer()
    desk.use_up()
    desk.ask(TRADES)
    assert desk.waiting("myTrades") == 0
    desk.take_answer()
    assert desk.waiting("myTrades") == 1
    desk.settle("myTrades", Answered(()))
    assert isinstance(desk.keeper.received.pop(), TradesFetched)
    (mine,) = (use for use in desk.state().usage if use.name == "REQUEST_WEIGHT")
    assert mine.service == "alice"
    desk.bench.actor.on_exit()


def test_where_the_share_is_used_up_the_keeper_is_told_by_whom(broker: ServedBroker) -> None:
    desk = SharingDesk(broker.path)
    desk.take_answer()
    desk.use_up()
    other = take_all(broker.path, desk.bench.actor._throttle.now_ms)
    desk.ask(TRADES)
    desk.take_answer()
    failed = desk.keeper.received.pop()
    assert isinstance(failed, FetchFailed)
    assert failed.reason.startswith("its share of 6000 request weight a minute is used up: ")
    assert failed.reason.endswith("2 services share it; the most has bob: 5400")
    assert desk.state().waits == failed.reason
    desk.order(1)
    assert desk.waiting("order") == 1  # an order asks nobody
    other.close()
    desk.bench.actor.on_exit()


def test_a_broker_that_is_not_there_costs_nothing(socket: Path) -> None:
    desk = SharingDesk(socket)
    desk.ask(TRADES)
    assert desk.waiting("myTrades") == 1
    state = desk.state()
    assert (state.is_connected, state.trouble) == (False, f"{socket}: No such file or directory")
    with ServedBroker(socket):
        desk.bench.advance(1.0)
        desk.take_answer()
        assert desk.state().is_connected
    desk.bench.actor.on_exit()


def test_a_broker_that_ends_lets_questions_go_on(broker: ServedBroker) -> None:
    desk = SharingDesk(broker.path)
    desk.take_answer()
    descriptors = desk.bench.actor._share.filenos
    broker.stop()
    deadline = time.monotonic() + WITHIN_S
    while desk.bench.actor._share.filenos:
        assert time.monotonic() < deadline
        desk.bench.make_readable(*descriptors)
    desk.ask(TRADES)
    assert desk.waiting("myTrades") == 1
    assert not desk.state().is_connected
    desk.bench.actor.on_exit()


def test_a_broker_that_hangs_is_given_up(socket: Path) -> None:
    silent = SilentBroker(socket)
    desk = SharingDesk(socket)
    desk.ask(TRADES)
    assert desk.waiting("myTrades") == 1  # it has never answered: nothing waits for it
    desk.bench.actor._throttle.budget.shares.begin()  # as if it had answered, and hung from now on
    desk.ask(AskExchange("2", SYMBOL, NewestTrades()))
    desk.order(1)
    assert (desk.waiting("myTrades"), desk.waiting("order")) == (1, 1)
    desk.bench.advance(2.1)
    assert desk.waiting("myTrades") == 2
    assert desk.state().trouble == "it does not answer"
    silent.close()
    desk.bench.actor.on_exit()

"""The distance of the simulation: how long things travel, what stays in order, and which schedules have one."""

from decimal import Decimal as D
from random import Random

import pytest
from thespian.actors import ActorAddress

from lotkeeper.exchange.observer import NoObserver
from lotkeeper.exchange.requests import open_orders
from messages.account import OrderReported, StreamProven, WatchOrders
from tests.simulation.distance import ROUND_TRIPS_S, Distance, draw_distance
from tests.simulation.exchange_link import READY, SimulatedLink
from tests.simulation.user_stream import CONNECTS_S, SimulatedUserStream
from tests.simulation.venue import SYMBOL
from tests.simulation.world import World

SEED = 3
ROUND_TRIP_S = 0.25


class Process:
    """An actor's process that notes what it gets, and when. `on_message` is called with each message."""

    def __init__(self, world, role, on_message=lambda _: None):
        self.name = self.role = role
        self.address = ActorAddress(role)
        self.world, self.is_alive = world, True
        self.on_message = on_message
        self.received = []
        world.actors[role] = self

    def handle(self, message, sender):
        self.received.append((self.world.now, message))
        self.on_message(message)
        return []


@pytest.fixture
def world():
    """Without faults; messages between actors take next to no time."""
    world = World(SEED, is_distant=True)
    world.fault_mix.end_all()
    world.distance = Distance(Random(1), ROUND_TRIP_S, ROUND_TRIP_S / 2)
    return world


def submit(link, found, world):
    link.submit(open_orders(SYMBOL), 10.0, lambda _: found.append(world.now))


def test_a_request_and_its_answer_take_a_round_trip_and_the_first_one_waits_for_the_connection(world):
    gateway, answered = Process(world, "gateway"), []
    link = SimulatedLink(world, gateway, NoObserver())
    gateway.on_message = lambda _: link.on_ready(READY)
    submit(link, answered, world)
    world.run(2.0)
    submit(link, answered, world)
    world.run(2.0)
    first, second = answered
    assert 3 * ROUND_TRIP_S <= first <= 3.5 * ROUND_TRIP_S
    assert 2.0 + ROUND_TRIP_S <= second <= 2.0 + 1.5 * ROUND_TRIP_S


def test_answers_may_overtake_each_other(world):
    gateway, order = Process(world, "gateway"), []
    link = SimulatedLink(world, gateway, NoObserver())
    gateway.on_message = lambda _: link.on_ready(READY)
    for number in range(10):
        link.submit(open_orders(SYMBOL), 10.0, lambda _, number=number: order.append(number))
    world.run(2.0)
    assert sorted(order) == list(range(10)) != order


@pytest.fixture
def stream(world):
    stream = SimulatedUserStream("stream", world)
    world.system.stream = world.actors["stream"] = stream
    return stream


@pytest.fixture
def keeper(world, stream):
    keeper = Process(world, "keeper")
    stream.handle(WatchOrders(SYMBOL, 1), keeper.address)
    return keeper


def events(keeper):
    return [(at, message) for at, message in keeper.received if isinstance(message, OrderReported)]


def test_a_stream_is_proven_after_two_round_trips_for_its_connection_and_one_for_its_subscription(world, keeper):
    world.run(3.0)
    ((at, message),) = keeper.received
    assert isinstance(message, StreamProven)
    assert 3 * ROUND_TRIP_S < at < CONNECTS_S + 3.6 * ROUND_TRIP_S


def test_events_travel_half_a_round_trip_and_none_overtakes_another(world, keeper):
    world.run(3.0)
    for name in ("web-1", "web-2", "web-3", "web-4"):
        world.venue.order("BUY", "MARKET", D("0.1"), name=name)
    world.run(1.0)
    fills = [(at, each.report.client_id) for at, each in events(keeper) if each.fill]
    assert [name for _, name in fills] == ["web-1", "web-2", "web-3", "web-4"]
    assert 3.0 + ROUND_TRIP_S / 2 <= fills[0][0] < 3.0 + ROUND_TRIP_S


def test_events_on_their_way_are_lost_with_their_connection(world, stream, keeper):
    world.run(3.0)
    world.venue.order("BUY", "MARKET", D("0.1"))
    world.run(ROUND_TRIP_S / 4)
    stream.cut(20.0)
    world.run(5.0)
    assert events(keeper) == []


def test_two_of_five_schedules_have_a_distance_and_all_round_trips_occur():
    drawn = [each for each in map(draw_distance, range(1000)) if each]
    assert len(drawn) == 400
    assert {each.round_trip_s for each in drawn} == set(ROUND_TRIPS_S)


def test_the_distance_has_dice_of_its_own():
    """Faults, trader and crashes are drawn alike with and without it."""
    near, far = World(SEED, is_distant=False), World(SEED, is_distant=True)
    assert near.fault_mix == far.fault_mix
    assert near.dice.getstate() == far.dice.getstate()

"""Frames without meaning on any connection."""

from binance_sim.faults.garbage import SAMPLES
from tests.binance_sim.support import receive


def test_every_kind_comes_and_the_connection_goes_on(client, controls, user):
    assert controls.fault("garbage", frames=30)["sockets"] == 1
    got = [user.recv() for _ in range(30)]
    assert {each.encode() for each in got} == set(SAMPLES)
    client.order("BUY", quantity="0.001", price="50000", newClientOrderId="heard")
    assert receive(user)["event"]["c"] == "heard"


def test_the_same_seed_sends_the_same(controls, user):
    takes = []
    for seed in (4, 4, 5):
        controls.fault("garbage", frames=40, seed=seed)
        takes.append([user.recv() for _ in range(40)])
    assert takes[0] == takes[1] != takes[2]

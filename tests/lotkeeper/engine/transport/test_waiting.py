import os
import socket
import time
from datetime import timedelta

from lotkeeper.engine.transport.waiting import ACTOR, READ, Poller, Wakeups


def test_wakeups_due_together_come_in_the_order_of_the_requests():
    wakeups = Wakeups()
    for place in range(10):
        wakeups.add(timedelta(0), place)
    wakeups.add(3600, "later")
    moment = time.perf_counter()
    assert [wakeups.pop_due(moment).payload for _ in range(10)] == list(range(10))
    assert wakeups.pop_due(moment) is None
    assert wakeups.next_at() > moment


def test_the_poller_reports_owners_and_forgets_closed_descriptors():
    poller = Poller()
    left, right = socket.socketpair()
    reading, writing = os.pipe()
    poller.add(left.fileno(), "ours", READ)
    assert poller.watch_for_actor([reading]) == []
    os.write(writing, b"x")
    right.send(b"x")
    assert {owner for owner, _, _ in poller.wait(None)} == {"ours", ACTOR}
    assert poller.watch_for_actor([left.fileno(), reading]) == [left.fileno()]
    os.close(reading)
    assert poller.watch_for_actor([]) == []
    left.recv(1)
    assert poller.wait(0.0) == []
    poller.close()
    left.close()
    right.close()
    os.close(writing)


def test_the_poller_survives_a_watched_descriptor_that_a_copy_keeps_alive():
    poller = Poller()
    reading, writing = os.pipe()
    copy = os.dup(reading)
    poller.watch_for_actor([reading])
    os.write(writing, b"x")
    os.close(reading)
    poller.watch_for_actor([])
    assert poller.wait(0.0) == []
    assert poller.wait(0.0) == []
    os.close(copy)
    os.close(writing)
    poller.close()

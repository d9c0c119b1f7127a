"""When a fault happens: what it matches, how often, and by which random numbers."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.catalogue import KINDS, describe_kinds, kind_of
from binance_sim.faults.effects import Seam, SendCopies
from binance_sim.faults.fault import Fault, FaultError, read_fault

LOST = SendCopies(())


class Told(list):
    def __call__(self, kind, **fields):
        self.append((kind, fields))


def armed(seed="1", **fields):
    told = Told()
    faults = ArmedFaults(seed, told)
    faults.arm(faults.take_number(), Fault("lose-event", **fields), Seam.EVENT, LOST)
    return faults, told


def hits(faults, count, **facts):
    return [bool(faults.due(Seam.EVENT, facts)) for _ in range(count)]


def test_once_if_nothing_else_is_said():
    faults, told = armed()
    assert hits(faults, 3) == [True, False, False]
    assert not faults
    assert [kind for kind, _ in told] == ["fault-armed", "fault-fired", "fault-lifted"]


def test_after_so_many_and_so_often():
    faults, _ = armed(after=2, times=3)
    assert hits(faults, 8) == [False, False, True, True, True, False, False, False]


def test_until_it_is_lifted():
    faults, told = armed(times=0)
    assert all(hits(faults, 50))
    (number,) = [each.number for each in faults]
    assert faults.lift(number)
    assert not faults.lift(number)
    assert told[-1] == ("fault-lifted", {"id": number, "name": "lose-event", "fired": 50})


@pytest.mark.parametrize(
    ("where", "met"),
    [
        ({}, True),
        ({"method": "order.place"}, True),
        ({"method": "order.*", "side": "SELL"}, True),
        ({"newClientOrderId": "lk1-*"}, True),
        ({"side": "BUY"}, False),
        ({"method": "ORDER.PLACE"}, False),
        ({"price": "*"}, False),
    ],
)
def test_where_names_facts_by_patterns(where, met):
    faults, _ = armed(where=where)
    assert hits(faults, 1, method="order.place", side="SELL", newClientOrderId="lk1-abc-1") == [met]


def test_another_seam_is_not_met():
    faults, _ = armed()
    assert faults.due("request", {}) == []


@given(seed=st.text(min_size=1, max_size=8), chance=st.floats(0.05, 0.95))
def test_the_same_seed_gives_the_same_hits(seed, chance):
    first, second = (hits(armed(seed, times=0, chance=chance)[0], 40) for _ in range(2))
    assert first == second


def test_chance_is_what_it_says():
    faults, _ = armed("dice", times=0, chance=0.25)
    assert 200 < sum(hits(faults, 1000)) < 300


def test_each_fault_has_dice_of_its_own():
    """A second armed fault does not change the first."""
    alone, _ = armed("x", times=0, chance=0.5)
    pair, told = armed("x", times=0, chance=0.5)
    pair.arm(pair.take_number(), Fault("lose-event", times=0, chance=0.5), Seam.EVENT, LOST)
    wanted = hits(alone, 60)
    for _ in range(60):
        pair.due(Seam.EVENT, {})
    fired = Counter(fields["id"] for kind, fields in told if kind == "fault-fired")
    assert fired[1] == sum(wanted)


def test_what_it_met_is_told():
    faults, told = armed()
    faults.due(Seam.EVENT, {"x": "NEW"})
    assert told[1] == ("fault-fired", {"id": 1, "name": "lose-event", "count": 1, "met": {"x": "NEW"}})


# As JSON


def test_a_fault_goes_there_and_back():
    body = {"name": "delay-event", "where": {"x": "TRADE"}, "times": 3, "chance": 0.5, "for_s": 2.5, "seconds": 1}
    fault = read_fault(body)
    assert (fault.times, fault.params) == (3, {"seconds": 1})
    assert read_fault(fault.as_dict()) == fault


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "name is missing"),
        ({"name": "x", "where": []}, "where is not an object"),
        ({"name": "x", "times": -1}, "times is -1, not a number of zero or more"),
        ({"name": "x", "in_s": True}, "in_s is True"),
        ({"name": "x", "chance": 1.5}, "not between 0 and 1"),
    ],
)
def test_what_is_no_fault_is_told(body, text):
    with pytest.raises(FaultError, match=text):
        read_fault(body)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("break-everything"), "break-everything is not a fault; there are: "),
        (Fault("delay-event"), "delay-event needs seconds"),
        (Fault("cut", params={"sock": "user"}), "cut has no parameter sock; it takes: code, how, socket"),
        (Fault("wipe", params={"now": 1}), "wipe has no parameter now; it takes: none"),
        (Fault("cut", times=2, where={"socket": "user"}), "cut happens at once .* it takes no where, times"),
        (Fault("ban", for_s=2), "it takes no for_s"),
    ],
)
def test_what_cannot_be_set_off_is_told(fault, text):
    with pytest.raises(FaultError, match=text):
        kind_of(fault)


def test_every_kind_is_described():
    names = {name for family in describe_kinds().values() for name in family}
    assert names == set(KINDS)
    for kind in KINDS.values():
        assert (kind.act if kind.seam == Seam.NOW else kind.make) is not None
        assert kind.does

from actors.pair_keeper.in_flight_hold import GatewayPause, InFlightHold


def test_a_pause_becomes_longer_and_never_shorter():
    pause = GatewayPause()
    assert pause.extend(300.0, "banned", 1000.0)
    assert not pause.extend(10.0, "busy", 1000.0)
    assert (pause.until_s, pause.reason) == (1300.0, "banned")
    assert pause.extend(301.0, "banned still", 1000.0)
    pause.end()
    assert pause.until_s < 1000.0


def test_of_an_order_without_a_name_a_reconciliation_tells_that_began_late_enough():
    hold = InFlightHold()
    assert hold.extend(9.5, "in flight", 1000.0)
    assert not hold.is_due(1009.4)
    hold.note_reconciled(1009.4)
    assert hold.is_on
    assert hold.is_due(1009.5)
    hold.note_reconciled(1009.5)
    assert not hold.is_on
    assert not hold.is_due(2000.0)


def test_a_second_order_in_flight_makes_the_hold_longer_and_is_not_new():
    hold = InFlightHold()
    hold.extend(9.5, "one", 1000.0)
    assert not hold.extend(5.0, "another", 1000.0)
    assert not hold.is_due(1009.4)


def test_an_order_with_a_name_is_not_settled_by_a_reconciliation():
    """What it sold in the last moment may not be among the trades yet."""
    hold = InFlightHold()
    hold.extend(9.5, "in flight", 1000.0, "lk1-5eh-1")
    assert not hold.is_due(2000.0)
    hold.note_reconciled(2000.0)
    assert hold.is_on
    assert hold.waits_for("lk1-5eh-1")
    assert hold.settle("lk1-5eh-1")
    assert not hold.is_on


def test_each_order_with_a_name_has_its_own_last_moment_and_is_never_expected_for_a_shorter_time():
    hold = InFlightHold()
    hold.extend(9.5, "in flight", 1000.0, "lk1-5eh-1")
    hold.extend(2.0, "in flight", 1000.0, "lk1-5eh-1")
    hold.extend(20.0, "in flight", 1000.0, "lk1-5ei-1")
    assert hold.client_ids == ("lk1-5eh-1", "lk1-5ei-1")
    assert (hold.arrives_in_s("lk1-5eh-1", 1000.0), hold.arrives_in_s("lk1-5ei-1", 1000.0)) == (9.5, 20.0)
    assert hold.arrives_in_s("lk1-5eh-1", 1010.0) < 0


def test_the_hold_ends_when_the_orders_with_and_without_a_name_are_known():
    hold = InFlightHold()
    hold.extend(9.5, "in flight", 1000.0)
    hold.extend(9.5, "in flight", 1000.0, "lk1-5eh-1")
    assert not hold.settle("lk1-5eh-1")
    assert not hold.settle("lk1-5eh-1")
    hold.note_reconciled(1009.5)
    assert not hold.is_on

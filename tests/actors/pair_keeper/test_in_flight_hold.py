from actors.pair_keeper.in_flight_hold import GatewayPause, InFlightHold


def test_a_pause_becomes_longer_and_never_shorter():
    pause = GatewayPause()
    assert pause.extend(300.0, "banned", 1000.0)
    assert not pause.extend(10.0, "busy", 1000.0)
    assert (pause.until_s, pause.reason) == (1300.0, "banned")
    assert pause.extend(301.0, "banned still", 1000.0)
    pause.end()
    assert pause.until_s < 1000.0


def test_a_hold_ends_with_a_reconciliation_that_began_late_enough():
    hold = InFlightHold()
    assert hold.extend(9.5, "in flight", 1000.0)
    assert not hold.is_due(1009.4)
    hold.end_after(1009.4)
    assert hold.is_on
    assert hold.is_due(1009.5)
    hold.end_after(1009.5)
    assert not hold.is_on
    assert not hold.is_due(2000.0)


def test_a_second_order_in_flight_makes_the_hold_longer_and_is_not_new():
    hold = InFlightHold()
    hold.extend(9.5, "one", 1000.0)
    assert not hold.extend(5.0, "another", 1000.0)
    assert not hold.is_due(1009.4)

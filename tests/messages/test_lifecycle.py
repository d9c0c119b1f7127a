"""Which peers are new to an actor."""

from messages.lifecycle import Peers


def test_a_peer_that_started_or_restarted_is_a_newcomer():
    old = Peers(ledger="ledger 1", gateway="gateway 1", monitor=None)
    new = Peers(ledger="ledger 1", gateway="gateway 2", monitor="monitor 1")
    assert new.newcomers(old) == Peers(gateway="gateway 2", monitor="monitor 1")


def test_a_peer_that_was_lost_is_no_newcomer():
    assert Peers(ledger=None, prices="p").newcomers(Peers(ledger="ledger 1", prices="p")) == Peers()


def test_to_an_actor_that_knows_nobody_all_are_newcomers():
    everybody = Peers("ledger", "gateway", "user stream", "prices", "monitor", "alerts")
    assert everybody.newcomers(Peers()) == everybody

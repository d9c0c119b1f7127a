from actors.gateway.keepers import Keepers
from messages.orders import IntroduceKeeper

SYMBOL = "BTCUSDT"


def test_the_newest_incarnation_stays_the_newest():
    keepers = Keepers()
    assert keepers.fence(SYMBOL, 5) == 5
    assert keepers.note(SYMBOL, 4, "the older") == 5
    assert keepers.note(SYMBOL, 6, "the newer") == 6
    assert keepers.fence(SYMBOL, 3) == 6
    assert keepers.fence("ETHUSDT", 1) == 1


def test_a_reply_goes_to_the_keeper_that_works_now():
    keepers = Keepers()
    assert keepers.receiver(SYMBOL, "the older") == "the older"
    keepers.note(SYMBOL, 1, "the older")
    keepers.fence(SYMBOL, 2)
    assert keepers.receiver(SYMBOL, "the older") == "the older"  # where the newer one is, is not known yet
    keepers.note(SYMBOL, 2, "the newer")
    keepers.note(SYMBOL, 1, "the older")
    assert keepers.receiver(SYMBOL, "the older") == "the newer"


def test_of_several_introductions_the_newest_is_answered_once():
    keepers = Keepers()
    first, again = IntroduceKeeper(SYMBOL, 1, 1), IntroduceKeeper(SYMBOL, 1, 2)
    for each in (first, again):
        keepers.note(SYMBOL, 1, "keeper")
        keepers.let_wait(each, "keeper")
    assert keepers.pop_waiting() == [(again, "keeper")]
    assert keepers.pop_waiting() == []


def test_a_keeper_that_was_fenced_off_while_it_waited_is_not_introduced():
    keepers = Keepers()
    keepers.note(SYMBOL, 1, "keeper")
    keepers.let_wait(IntroduceKeeper(SYMBOL, 1, 1), "keeper")
    keepers.fence(SYMBOL, 2)
    assert keepers.pop_waiting() == []

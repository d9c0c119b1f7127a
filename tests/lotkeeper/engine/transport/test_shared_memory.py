import os

from lotkeeper.engine.transport.shared_memory import AckPage, CurrentMessageSlot, SlotPool, create_ack_page


def test_an_ack_page_is_seen_at_the_other_end_and_outlives_it():
    page = create_ack_page()
    mine, theirs = AckPage(page), AckPage(page)
    os.close(page)
    for _ in range(3):
        theirs.count_handled()
    theirs.close()
    assert mine.handled == 3
    mine.close()


def test_the_parent_sees_what_its_child_was_handling_when_it_died():
    slot = SlotPool().lend()
    child = os.fork()
    if child == 0:
        slot.set_message(b"first")
        slot.clear_message()
        slot.count_handled()
        slot.set_message(b"second")
        slot.mark_waiting()
        os._exit(9)
    os.waitpid(child, 0)
    assert (slot.message, slot.handled_count, slot.is_waiting) == (b"second", 1, True)


def test_a_message_that_is_too_large_for_the_slot_is_not_noted():
    slot = SlotPool().lend()
    slot.set_message(b"x" * (1 << 20))
    assert slot.message is None


def test_a_slot_is_empty_for_the_next_child():
    pool = SlotPool()
    first = pool.lend()
    first.set_failure("no room")
    first.count_handled()
    pool.give_back(first)
    second = pool.lend()
    assert isinstance(second, CurrentMessageSlot)
    assert (second.message, second.handled_count, second.is_waiting) == (None, 0, False)

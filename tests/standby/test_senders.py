"""The check of who sent what can fail."""

from tests.standby.senders import Sent, Term, find_second_senders

HELD = [Term("a", 1, 1_000), Term("b", 2, 20_000), Term("a", 3, 40_000)]


def found(*sent: Sent) -> list[str]:
    return list(find_second_senders(list(sent), HELD))


def test_each_host_may_send_in_its_terms():
    assert found(Sent("a", 1_500, 1_600, "1"), Sent("b", 20_500, 20_600, "2"), Sent("a", 41_000, 41_100, "3")) == []


def test_what_was_on_its_way_at_the_change_may_arrive_before_the_first_order_of_the_next_host():
    late = Sent("a", 12_000, 20_500, "1")
    assert found(late, Sent("b", 21_000, 21_100, "2")) == []
    assert "of a newer term" in found(Sent("b", 20_100, 20_200, "2"), late)[0]


def test_an_order_of_a_host_without_the_lease_is_found():
    assert "was dated while" in found(Sent("a", 20_500, 20_600, "1"))[0]
    assert "was dated while None" in found(Sent("a", 500, 600, "1"))[0]

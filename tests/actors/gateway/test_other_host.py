"""Orders in flight of another host, which had the lease before this one and noted its orders elsewhere."""

import pytest

from actors.gateway.in_flight_guard import Admission
from messages.host_lease import HostTerm
from messages.orders import SellBlocked
from tests.actors.gateway.journals import RECV_WINDOW_MS, at
from tests.actors.gateway.test_in_flight_guard import introduced, rows, start, successors

__all__ = ["rows"]


def term(arrive_until_s: float | None, taken: float = 0.0, *, is_from_another: bool = True) -> HostTerm:
    until_s = None if arrive_until_s is None else at(arrive_until_s).monotonic_s
    return HostTerm(2, "b", "host-b", None, at(taken).monotonic_s, until_s, RECV_WINDOW_MS, is_from_another)


def test_nothing_is_sold_before_a_comparison_after_the_orders_of_the_other_host_can_have_arrived(rows):
    guard = start(rows)
    guard.begin_term(term(9.0), at(0))
    blocked = guard.admit(successors(1.0), at(1.0))
    assert isinstance(blocked, SellBlocked)
    assert blocked.for_s == pytest.approx(8.0)
    assert isinstance(guard.admit(successors(9.5, compared_s=8.0), at(9.5)), SellBlocked)
    assert isinstance(guard.admit(successors(10.0, compared_s=9.5), at(10.0)), Admission)


def test_that_there_is_no_note_says_nothing_of_orders_of_the_other_host(rows):
    """This host had the lease before, and its journal is old."""
    rows.since_ms = 1
    guard = start(rows, 0.5)
    assert introduced(guard, 0.5, "lk1-5eh-1").off_the_book == ("lk1-5eh-1",)
    guard.begin_term(term(None, taken=0.5), at(0.5))
    assert introduced(guard, 0.5, "lk1-5eh-1").off_the_book == ()


def test_a_gateway_that_is_started_again_in_the_same_term_takes_in_what_is_left(rows):
    start(rows).begin_term(term(9.0), at(0))
    again = start(rows, 5.0)
    again.begin_term(term(9.0), at(5.0))
    assert isinstance(again.admit(successors(6.0), at(6.0)), SellBlocked)
    assert isinstance(again.admit(successors(10.0, compared_s=9.5), at(10.0)), Admission)


def test_of_a_term_after_our_own_nothing_is_taken_in(rows):
    guard = start(rows)
    guard.begin_term(term(9.0, is_from_another=False), at(0))
    assert isinstance(guard.admit(successors(1.0), at(1.0)), Admission)

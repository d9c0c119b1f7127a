"""What a Gateway sent without an answer holds back what the next one is asked to send."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from actors.gateway.in_flight_journal import NotesFile
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.trading.recovery.in_flight import BEHIND_MS, FREE_ROW, decode_row, may_arrive_for_ms
from messages.orders import PlaceSellOrder, SellBlocked, SellOutcomeUnknown, SellPlaced, SellRefused
from tests.actors.gateway.bench import ORDER, Bench, error
from tests.actors.gateway.exchange_memory import NOW_MS
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer

Lives = Callable[[], Bench]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".lots.sqlite.in-flight"


@pytest.fixture
def lives(path):
    """Begins the next life of the Gateway; the one before is not told of its end."""
    with HttpPeer() as peer:
        begun = []

        def begin() -> Bench:
            begun.append(Bench(peer, in_flight=str(path)))
            begun[-1].unlock()
            return begun[-1]

        yield begin
        for bench in begun:
            bench.desk.actor.on_exit()


def rows(path: Path) -> list[bytes]:
    notes = NotesFile(path)
    found = notes.rows()
    notes.close()
    return found


def in_flight(path: Path) -> list[str]:
    return [note.client_id for row in rows(path) if (note := decode_row(row, 0, 5000))]


def successors(bench: Bench, client_id: str = "lk1-5ei-1") -> PlaceSellOrder:
    """An order of the keeper's next life, which has just compared its book."""
    order = bench.order(incarnation=2, client_id=client_id)
    return replace(order, complete_as_of_ms=order.sent_ms)


def test_an_order_is_noted_before_the_wire_and_as_answered_afterwards(lives, path, monkeypatch):
    seen = []
    place_sell = RestClient.place_sell

    def watched(self, *args):
        seen.append(in_flight(path))
        return place_sell(self, *args)

    monkeypatch.setattr(RestClient, "place_sell", watched)
    assert isinstance(lives().place(answer(ORDER)), SellPlaced)
    assert seen == [["lk1-5eh-1"]]
    (row,) = [each for each in rows(path) if each != FREE_ROW]
    assert may_arrive_for_ms(decode_row(row, 0, 5000), NOW_MS) == BEHIND_MS


def test_a_refused_order_frees_its_row(lives, path):
    assert isinstance(lives().place(error(-1013, "Filter failure: NOTIONAL")), SellRefused)
    assert in_flight(path) == []


def test_the_next_keeper_waits_until_a_comparison_sees_what_was_just_sold(lives):
    """Trades are answered by a database that may be behind."""
    bench = lives()
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    bench.desk.tell(successors(bench), bench.keeper)
    assert bench.keeper.pop(SellBlocked).for_s == pytest.approx(3.0)
    bench.desk.advance(3.1)
    bench.peer.replies.append(answer(ORDER))
    bench.desk.tell(successors(bench), bench.keeper)
    assert isinstance(bench.keeper.received.pop(), SellPlaced)


def test_a_name_that_the_exchange_has_taken_is_asked_about_before_it_is_sent_again(lives):
    bench = lives()
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    bench.desk.advance(3.5)
    bench.peer.replies.append(answer({**ORDER, "symbol": "ETHUSDT"}))
    bench.desk.tell(replace(bench.order(client_id="lk1-5eh-1"), symbol="ETHUSDT"), bench.keeper)
    assert isinstance(bench.keeper.received.pop(), SellPlaced)  # order ids, and so names, are those of a pair
    for _ in range(2):
        bench.desk.tell(successors(bench, "lk1-5eh-1"), bench.keeper)
        assert "placed before" in bench.keeper.pop(SellOutcomeUnknown).reason
        bench.desk.advance(7.0)
    bench.desk.advance(1.0)  # nobody found it: it was cancelled by hand, and its name is gone
    bench.peer.replies.append(answer(ORDER))
    bench.desk.tell(successors(bench, "lk1-5eh-1"), bench.keeper)
    assert isinstance(bench.keeper.received.pop(), SellPlaced)


@pytest.mark.parametrize("client_id", ["lk1-5eh-1", "lk1-5eh-2", "lk1-5ei-1"])
def test_the_next_keeper_sells_nothing_through_the_next_gateway(lives, client_id):
    lives().place(CUT)
    bench = lives()
    told = bench.ask(successors(bench, client_id))
    assert isinstance(told, SellBlocked)
    assert told.client_id == client_id
    assert 0 < told.for_s <= 15
    assert bench.paths().count("order") == 1


def test_once_it_cannot_arrive_and_a_comparison_has_shown_so_the_next_keeper_sells(lives):
    lives().place(CUT)
    bench = lives()
    compared_too_early = successors(bench)
    bench.desk.advance(15.1)
    late = replace(compared_too_early, sent_ms=bench.desk.actor.wall_ms())
    assert bench.ask(late) == SellBlocked(late.symbol, late.client_id, bench.ask(late).reason, 0.0)
    assert isinstance(bench.ask(successors(bench), answer(ORDER)), SellPlaced)


def test_the_keeper_that_sent_it_sells_its_other_lots_through_the_next_gateway(lives):
    lives().place(CUT)
    bench = lives()
    assert isinstance(bench.place(), SellOutcomeUnknown)
    assert isinstance(bench.place(answer(ORDER), client_id="lk1-5ei-1"), SellPlaced)


def test_one_that_died_on_the_wire_counts_too(lives, monkeypatch):
    """What is between the note and the answer is cut off, as SIGKILL does."""

    class Killed(BaseException):
        pass

    def killed(self, *args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(RestClient, "place_sell", killed)
        before = lives()
        with pytest.raises(Killed):
            before.place()
        before.desk.actor._rest.close()  # as the kernel does
    bench = lives()
    assert isinstance(bench.ask(successors(bench)), SellBlocked)


def test_where_orders_cannot_be_noted_none_leaves_and_the_status_says_why(lives, path):
    path.mkdir()
    bench = lives()
    refused = bench.place()
    assert isinstance(refused, SellRefused)
    assert (refused.code, refused.retry_s) == (0, 1.0)
    assert "Is a directory" in refused.text
    assert "Is a directory" in bench.report().trouble
    path.rmdir()
    assert bench.report().trouble == ""
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)

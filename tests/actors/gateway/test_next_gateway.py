"""What a Gateway sent without an answer blocks orders in the next Gateway."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from actors.gateway.in_flight_journal import FileJournal
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.trading.recovery.in_flight import BEHIND_MS, FREE_ROW, decode_row, may_arrive_for_ms
from messages.orders import PlaceSellOrder, SellBlocked, SellOutcomeUnknown, SellPlaced, SellRefused
from tests.actors.gateway.bench import ORDER, Bench, error
from tests.actors.gateway.exchange_memory import NOW_MS
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer

NextGateway = Callable[[], Bench]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".lots.sqlite.in-flight"


@pytest.fixture
def next_gateway(path):
    """Starts the next Gateway; the previous one is killed without notice."""
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
    journal = FileJournal(path)
    found = journal.rows()
    journal.close()
    return found


def in_flight(path: Path) -> list[str]:
    return [note.client_id for row in rows(path) if (note := decode_row(row, 0, 5000))]


def successors(bench: Bench, client_id: str = "lk1-5ei-1") -> PlaceSellOrder:
    """An order of the next keeper, which has just compared its book."""
    order = bench.order(incarnation=2, client_id=client_id)
    return replace(order, complete_as_of_ms=order.sent_ms)


def test_an_order_is_recorded_before_it_is_sent_and_as_answered_afterwards(next_gateway, path, monkeypatch):
    seen = []
    place_sell = RestClient.place_sell

    def recording(self, *args):
        seen.append(in_flight(path))
        return place_sell(self, *args)

    monkeypatch.setattr(RestClient, "place_sell", recording)
    assert isinstance(next_gateway().place(answer(ORDER)), SellPlaced)
    assert seen == [["lk1-5eh-1"]]
    (row,) = [each for each in rows(path) if each != FREE_ROW]
    assert may_arrive_for_ms(decode_row(row, 0, 5000), NOW_MS) == BEHIND_MS


def test_a_refused_order_frees_its_row(next_gateway, path):
    assert isinstance(next_gateway().place(error(-1013, "Filter failure: NOTIONAL")), SellRefused)
    assert in_flight(path) == []


def test_the_next_keeper_waits_until_a_comparison_sees_what_was_just_sold(next_gateway):
    """Trades come from a database of the exchange that may be behind."""
    bench = next_gateway()
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    bench.desk.tell(successors(bench), bench.keeper)
    assert bench.keeper.pop(SellBlocked).for_s == pytest.approx(3.0)
    bench.desk.advance(3.1)
    bench.peer.replies.append(answer(ORDER))
    bench.desk.tell(successors(bench), bench.keeper)
    assert isinstance(bench.keeper.received.pop(), SellPlaced)


def test_a_client_order_id_that_the_exchange_has_taken_is_asked_about_before_it_is_sent_again(next_gateway):
    bench = next_gateway()
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    bench.desk.advance(3.5)
    bench.peer.replies.append(answer({**ORDER, "symbol": "ETHUSDT"}))
    bench.desk.tell(replace(bench.order(client_id="lk1-5eh-1"), symbol="ETHUSDT"), bench.keeper)
    assert isinstance(bench.keeper.received.pop(), SellPlaced)  # order ids are those of one pair
    for _ in range(2):
        bench.desk.tell(successors(bench, "lk1-5eh-1"), bench.keeper)
        assert "placed before" in bench.keeper.pop(SellOutcomeUnknown).reason
        bench.desk.advance(7.0)
    bench.desk.advance(1.0)  # it was not found: a person cancelled it, and its id is free
    bench.peer.replies.append(answer(ORDER))
    bench.desk.tell(successors(bench, "lk1-5eh-1"), bench.keeper)
    assert isinstance(bench.keeper.received.pop(), SellPlaced)


@pytest.mark.parametrize("client_id", ["lk1-5eh-1", "lk1-5eh-2", "lk1-5ei-1"])
def test_the_next_keeper_sells_nothing_through_the_next_gateway(next_gateway, client_id):
    next_gateway().place(CUT)
    bench = next_gateway()
    told = bench.ask(successors(bench, client_id))
    assert isinstance(told, SellBlocked)
    assert told.client_id == client_id
    assert 0 < told.for_s <= 15
    assert bench.paths().count("order") == 1


def test_the_next_keeper_sells_once_a_comparison_began_after_the_order_could_arrive(next_gateway):
    next_gateway().place(CUT)
    bench = next_gateway()
    compared_too_early = successors(bench)
    bench.desk.advance(15.1)
    late = replace(compared_too_early, sent_ms=bench.desk.actor.wall_ms())
    assert bench.ask(late) == SellBlocked(late.symbol, late.client_id, bench.ask(late).reason, 0.0)
    assert isinstance(bench.ask(successors(bench), answer(ORDER)), SellPlaced)


def test_the_keeper_that_sent_it_sells_its_other_lots_through_the_next_gateway(next_gateway):
    next_gateway().place(CUT)
    bench = next_gateway()
    assert isinstance(bench.place(), SellOutcomeUnknown)
    assert isinstance(bench.place(answer(ORDER), client_id="lk1-5ei-1"), SellPlaced)


def test_an_order_counts_too_whose_gateway_was_killed_while_sending(next_gateway, monkeypatch):
    """The Gateway ends between recording the order and its answer, as by SIGKILL."""

    class Killed(BaseException):
        pass

    def killed(self, *args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(RestClient, "place_sell", killed)
        before = next_gateway()
        with pytest.raises(Killed):
            before.place()
        before.desk.actor._rest.close()  # as the kernel does
    bench = next_gateway()
    assert isinstance(bench.ask(successors(bench)), SellBlocked)


def test_where_orders_cannot_be_recorded_none_is_sent_and_the_status_says_why(next_gateway, path):
    path.mkdir()
    bench = next_gateway()
    refused = bench.place()
    assert isinstance(refused, SellRefused)
    assert (refused.code, refused.retry_s) == (0, 1.0)
    assert "Is a directory" in refused.text
    assert "Is a directory" in bench.report().trouble
    path.rmdir()
    assert bench.report().trouble == ""
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)

"""The Ledger with a real database."""

import sqlite3
from dataclasses import replace
from decimal import Decimal as D
from functools import partial
from types import SimpleNamespace

import orjson
import pytest

from actors.ledger.actor import Ledger
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.trading.fee_reserve.reserve import FeesPaid
from lotkeeper.trading.halts import Halt, Halts
from lotkeeper.trading.recovery.history_start import Clock, HistoryStart, MachineMoment
from lotkeeper.trading.reports.profit import realised_profit
from messages.configuration import AskChanges, ChangesReported
from messages.control import (
    AskLotsChanged,
    AskPositions,
    CommandRefused,
    ExplainLot,
    LotExplained,
    LotsChanged,
    PositionsReported,
)
from messages.fees import AskFeesPaid, FeesPaidFetched
from messages.health import LedgerReported
from messages.ledger import (
    HaltsRead,
    IncidentsRecorded,
    LedgerFailed,
    LoadPair,
    LotsRecorded,
    PairLoaded,
    RecordBuys,
    RecordHalts,
    RecordIncidents,
    RecordLots,
    RecordWatchOnly,
)
from messages.lifecycle import LeaseChecked, Peers, PeersChanged, StartLedger
from messages.pair_rules import AskPairRules, PairRulesReported
from persistence.engines.postgresql import connector
from persistence.errors import StoreError
from persistence.history.database import HistoryDatabase
from persistence.history.incidents import read_incidents
from persistence.history.wanted import Wanted
from persistence.history_starts import HistoryStarts
from persistence.records import StateRecord
from persistence.store import Store
from tests.actors.stage import TERMS
from tests.counting import count_calls
from tests.lotkeeper.trading import make
from tests.persistence import lots
from tests.persistence.incidents import BEGAN_MS, began, over
from tests.postgresql.sharing import new_server

SYMBOL = lots.SYMBOL
STARTED_MS = 1_700_000_000_000


class Bench:
    """A Ledger with a database."""

    def __init__(self, url: str, halts: Halts | None = None, backlog: tuple[str, ...] = ()) -> None:
        self.url = url
        self.desk = ActorBench(Ledger)
        self.keeper, self.monitor = self.desk.probe("keeper"), self.desk.probe("monitor")
        start = StartLedger(url, self.monitor.address, 0, STARTED_MS, halts or Halts(), backlog)
        self.desk.tell(start, self.monitor)

    def load(self, symbol: str = SYMBOL) -> PairLoaded:
        self.desk.tell(LoadPair(symbol), self.keeper)
        return self.keeper.pop(PairLoaded)

    def record(self, *changed: object, number: int = 1, cursor: int | None = None) -> None:
        self.desk.tell(RecordLots(SYMBOL, number, changed, cursor, 1000, TERMS), self.keeper)

    def trouble(self) -> str:
        self.monitor.received.clear()
        self.desk.advance(2.0)
        return self.monitor.pop(LedgerReported).trouble


@pytest.fixture
def bench(database):
    bench = Bench(database)
    yield bench
    bench.desk.actor.on_exit()


@pytest.fixture
def shut(tmp_path):
    """A Ledger whose database cannot be opened: a folder is in its place."""
    place = tmp_path / "lots.sqlite"
    place.mkdir()
    bench = Bench(f"sqlite:///{place}")
    bench.place = place
    yield bench
    bench.desk.actor.on_exit()


def test_a_pair_that_was_never_seen(bench):
    """The launcher notes where its history begins; here the database was replaced since."""
    history = {"history_from_ms": STARTED_MS, "history_shown_ms": STARTED_MS}
    assert bench.load() == PairLoaded(SYMBOL, (), bench.load().closed, None, False, **history)
    assert bench.load().closed.lots == 0


def test_a_history_begins_where_the_launcher_noted_it_to_begin(database):
    starts = HistoryStarts.open(database)
    starts.write({SYMBOL: HistoryStart(17, Clock.EXCHANGE)})
    bench = Bench(database)
    assert (bench.load().history_from_ms, bench.load().history_shown_ms) == (17, 17)
    bench.desk.actor.on_exit()


def test_a_pair_that_an_earlier_version_kept_is_known_from_its_first_trade(bench):
    """No moment was noted: whatever comes after the cursor counts."""
    first = lots.lot(7)
    bench.record(lots.lot(20), first, cursor=999)
    assert (bench.load().history_from_ms, bench.load().history_shown_ms) == (None, first.buys[0].time_ms)


def test_records_are_there_after_a_restart(bench):
    open_lot, closed_lot = lots.lot(7), lots.sold(20)
    bench.record(open_lot, closed_lot, cursor=999)
    assert bench.keeper.pop(LotsRecorded) == LotsRecorded(SYMBOL, 1, is_first_cursor=True)
    later = Bench(bench.url)
    loaded = later.load()
    assert (loaded.lots, loaded.cursor) == ((open_lot,), 999)
    assert (loaded.closed.lots, loaded.closed.realised_profit) == (1, realised_profit(closed_lot))
    later.desk.actor.on_exit()


def test_a_pair_waits_until_its_beginning_is_known_by_the_exchanges_clock(bench):
    """Else a clock of this machine that is an hour off would lose BUYs, or sell a trader's own coins."""
    starts, noted = HistoryStarts.open(bench.url), MachineMoment(1_800_000_000_000, 5_000, "boot")
    starts.write({SYMBOL: HistoryStart(noted.wall_ms, Clock.MACHINE, noted)})
    bench.desk.tell(LoadPair(SYMBOL), bench.keeper)
    bench.desk.advance(10.0)
    assert bench.keeper.received == []
    starts.write({SYMBOL: HistoryStart(STARTED_MS, Clock.EXCHANGE)})
    bench.desk.advance(2.0)
    assert bench.keeper.pop(PairLoaded).history_from_ms == STARTED_MS


def test_the_same_record_twice_changes_nothing(bench):
    lot = lots.lot(7)
    for _ in range(3):
        bench.record(lot, number=4, cursor=70)
        assert bench.keeper.pop(LotsRecorded).number == 4
    assert bench.load().lots == (lot,)


def test_the_first_cursor_of_a_pair_is_said(bench):
    for number, cursor in enumerate((None, 70, 71), start=1):
        bench.record(lots.lot(7), number=number, cursor=cursor)
    assert [each.is_first_cursor for each in bench.keeper.received] == [False, True, False]


def test_the_newest_state_of_a_lot_stays(bench):
    bench.record(lots.lot(7))
    changed = replace(lots.lot(7), reason="below the smallest order")
    bench.record(changed, number=2)
    assert bench.load().lots == (changed,)


def paused(at_ms: int, *, is_on: bool = True, symbol: str = SYMBOL) -> RecordHalts:
    return RecordHalts(Halts(pauses={symbol: Halt(is_on, at_ms, who="kim")}))


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_pause_survives_a_restart(bench, is_paused):
    bench.desk.tell(paused(1, is_on=not is_paused), bench.keeper)
    bench.desk.tell(paused(2, is_on=is_paused), bench.keeper)
    bench.desk.tell(paused(3, is_on=not is_paused, symbol="ETHUSDT"), bench.keeper)
    later = Bench(bench.url)
    loaded = later.load()
    assert (loaded.is_paused, loaded.pause) == (is_paused, Halt(is_paused, 2, who="kim"))
    later.desk.actor.on_exit()


def test_an_older_record_of_a_pause_changes_nothing(bench):
    bench.desk.tell(paused(2), bench.keeper)
    bench.desk.tell(paused(1, is_on=False), bench.keeper)
    assert bench.load().is_paused


def test_a_pause_that_is_over_pauses_no_keeper(bench):
    now_ms = bench.desk.actor.wall_ms()
    bench.desk.tell(RecordHalts(Halts(pauses={SYMBOL: Halt(True, 1, now_ms + 500)})), bench.keeper)
    assert bench.load().is_paused
    bench.desk.advance(1.0)
    assert not bench.load().is_paused


@pytest.mark.parametrize(("text", "is_paused"), [("yes", True), ("no", False)])
def test_a_pause_of_an_earlier_version_is_known_and_told_to_the_guardian(database, text, is_paused):
    store = Store.open(database)
    store.record([StateRecord(f"paused:{SYMBOL}", text)])
    store.close()
    bench = Bench(database)
    assert bench.load().is_paused is is_paused
    told = [each.halts.pause(SYMBOL).is_on for each in bench.monitor.received if isinstance(each, HaltsRead)]
    assert told == ([True] if is_paused else [])
    bench.desk.actor.on_exit()


def test_the_kill_switch_is_recorded_and_told_to_each_gateway(bench):
    on = Halt(True, 7, who="kim", why="maintenance")
    bench.desk.tell(RecordHalts(Halts(on)), bench.keeper)
    later = Bench(bench.url)
    gateway = later.desk.probe("gateway")
    later.desk.tell(PeersChanged(Peers(gateway=gateway.address)))
    assert gateway.pop(LeaseChecked).kill_switch == on
    assert later.monitor.pop(HaltsRead).halts.kill_switch == on  # the Guardian, which sent the start here
    later.desk.actor.on_exit()


def test_the_kill_switch_of_the_guardian_is_told_though_the_database_has_an_older_one(database):
    bench = Bench(database)
    bench.desk.tell(RecordHalts(Halts(Halt(True, 7))), bench.keeper)
    bench.desk.actor.on_exit()
    later = Bench(database, Halts(Halt(False, 8)))
    gateway = later.desk.probe("gateway")
    later.desk.tell(PeersChanged(Peers(gateway=gateway.address)))
    assert gateway.pop(LeaseChecked).kill_switch == Halt(False, 8)
    later.desk.actor.on_exit()
    last = Bench(database)
    assert last.monitor.pop(HaltsRead).halts.kill_switch == Halt(False, 8)  # it was written
    last.desk.actor.on_exit()


def test_what_was_halted_while_the_database_was_away_is_written_when_it_is_there(shut):
    shut.desk.tell(paused(7), shut.keeper)
    shut.place.rmdir()
    shut.desk.advance(3.0)
    assert shut.load().is_paused
    later = Bench(shut.url)
    assert later.load().pause.at_ms == 7
    later.desk.actor.on_exit()


def test_positions_are_plain_values(bench):
    bench.record(lots.lot(7), lots.sold(20))
    answer = bench.desk.ask(AskPositions())
    assert isinstance(answer, PositionsReported)
    assert [each["lot"] for each in answer.positions] == ["BTCUSDT-7"]
    assert orjson.loads(orjson.dumps(answer.positions)) == list(answer.positions)
    both = bench.desk.ask(AskPositions(is_open_only=False)).positions
    assert sorted(each["lot"] for each in both) == ["BTCUSDT-20", "BTCUSDT-7"]
    assert len(bench.desk.ask(AskPositions(is_open_only=False, limit=1)).positions) == 1
    assert bench.desk.ask(AskPositions("ETHUSDT")).positions == ()


def explained(bench, number):
    answer = bench.desk.ask(ExplainLot(lot=f"{SYMBOL}-{number}"))
    assert isinstance(answer, LotExplained)
    return answer.document


def test_a_lot_is_explained_with_the_terms_of_its_pair(bench):
    bench.record(lots.lot(7), lots.sold(20))
    for number in (7, 20):
        document = explained(bench, number)
        assert document["lot"] == f"{SYMBOL}-{number}"
        assert document["terms"]["step"] == "0.00001"
        assert len(document["buys"]) == 1


def test_what_other_exits_would_change_is_listed_lot_by_lot(bench):
    for number in (7, 8):
        order = lots.order(number, profit=D("160.00025"), sell_rate=D("0.001"), order_id=number + 100)
        bench.record(lots.lot(number, orders=(order,)))
    bench.record(lots.sold(20))
    terms = bench.desk.actor._store.terms(SYMBOL)
    dear = replace(terms.policy, net_profit_pct=D(50))
    answer = bench.desk.ask(AskChanges(((SYMBOL, dear), ("ETHUSDT", dear))))
    assert isinstance(answer, ChangesReported)
    assert [each["lot"] for each in answer.changes] == ["BTCUSDT-7", "BTCUSDT-8"]
    assert orjson.loads(orjson.dumps(answer.changes)) == list(answer.changes)
    assert all(D(each["new_price"]) > D(each["price"]) for each in answer.changes)
    assert bench.desk.ask(AskChanges(())).changes == ()


def test_the_rules_of_the_recorded_pairs_are_told(bench):
    assert bench.desk.ask(AskPairRules()) == PairRulesReported(())
    bench.record(lots.lot(7))
    (found,) = bench.desk.ask(AskPairRules()).pairs
    assert (found.symbol, found.tick) == (SYMBOL, D("0.01"))


def test_the_fee_of_a_pair_is_the_last_recorded_one(bench):
    assert bench.load().sell_rate is None
    bench.record(lots.lot(7))
    assert bench.load().sell_rate == D("0.001")


def test_an_unknown_lot_is_refused_with_a_sentence(bench):
    refused = bench.desk.ask(ExplainLot(lot="BTCUSDT-99"))
    assert isinstance(refused, CommandRefused)
    assert refused.text == "there is no lot BTCUSDT-99; `lotkeeper positions --all` lists them"


def test_a_shut_database_explains_nothing(shut):
    refused = shut.desk.ask(ExplainLot(lot="BTCUSDT-7"))
    assert isinstance(refused, CommandRefused)
    assert "lots.sqlite" in refused.text


def test_a_database_that_cannot_be_opened_is_reported_and_tried_again(shut):
    shut.desk.tell(LoadPair(SYMBOL), shut.keeper)
    shut.keeper.nothing()
    assert str(shut.place) in shut.trouble()
    shut.place.rmdir()
    shut.desk.advance(2.0)
    assert shut.keeper.pop(PairLoaded).symbol == SYMBOL
    assert shut.trouble() == ""


def test_a_keeper_that_asks_again_and_again_is_answered_once(shut):
    other: Probe = shut.desk.probe("the keeper of another pair")
    for _ in range(50):
        shut.desk.tell(LoadPair(SYMBOL), shut.keeper)
        shut.desk.tell(LoadPair("ETHUSDT"), other)
    shut.place.rmdir()
    shut.desk.advance(2.0)
    assert [len(each.received) for each in (shut.keeper, other)] == [1, 1]


def test_while_it_is_shut_nothing_is_confirmed(shut):
    shut.record(lots.lot(7))
    failed = shut.keeper.pop(LedgerFailed)
    assert failed.symbol == SYMBOL
    assert str(shut.place) in failed.reason
    shut.keeper.nothing()
    assert isinstance(shut.desk.ask(AskPositions()), CommandRefused)


@pytest.fixture
def hasty(tmp_path, monkeypatch):
    """A Ledger that does not wait for a database that is held."""
    monkeypatch.setattr("actors.ledger.actor.Store", SimpleNamespace(open=partial(Store.open, busy_timeout_s=0.01)))
    bench = Bench(f"sqlite:///{tmp_path}/lots.sqlite")
    yield bench
    bench.desk.actor.on_exit()


def test_a_database_that_another_process_holds(hasty):
    bench = hasty
    holder = sqlite3.connect(bench.url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        bench.record(lots.lot(7), number=3)
        assert "locked" in bench.keeper.pop(LedgerFailed).reason
        assert "another process holds it" in bench.trouble()
        bench.desk.tell(LoadPair(SYMBOL), bench.keeper)
        bench.keeper.nothing(PairLoaded)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    bench.record(lots.lot(7), number=4)
    assert bench.keeper.pop(LotsRecorded).number == 4
    assert bench.trouble() == ""
    assert bench.keeper.pop(PairLoaded).lots == (lots.lot(7),)


def test_it_reports_to_the_present_monitor(bench):
    bench.record(lots.lot(7))
    other = bench.desk.probe("the next monitor")
    bench.desk.tell(PeersChanged(Peers(monitor=other.address)))
    bench.monitor.received.clear()
    bench.desk.advance(10)
    assert bench.monitor.received == []
    assert len(other.received) == 5
    assert other.pop(LedgerReported).records > 0


def test_a_keeper_that_asks_before_the_ledger_was_started_is_answered(tmp_path):
    """Its first message comes from the Guardian, and others may know its address before that has come."""
    desk = ActorBench(Ledger)
    keeper = desk.probe("keeper")
    desk.tell(LoadPair(SYMBOL), keeper)
    desk.tell(StartLedger(f"sqlite:///{tmp_path / 'l.sqlite'}", None))
    assert keeper.pop(PairLoaded).lots == ()


# The lease


def introduce_gateway(bench, name="gateway"):
    """A Gateway is started and its address sent to the Ledger."""
    gateway = bench.desk.probe(name)
    bench.desk.tell(PeersChanged(Peers(gateway=gateway.address, monitor=bench.monitor.address)))
    return gateway


def test_each_gateway_gets_the_state_of_the_lease(bench):
    assert introduce_gateway(bench).pop(LeaseChecked) == LeaseChecked()
    later = introduce_gateway(bench, "gateway, a later life")
    assert later.pop(LeaseChecked) == LeaseChecked()
    bench.desk.advance(2.0)
    assert later.pop(LeaseChecked) == LeaseChecked()


def test_an_overtaken_system_writes_and_loads_nothing_and_the_gateway_gets_the_reason(bench):
    gateway = introduce_gateway(bench)
    bench.record(lots.lot(7))
    assert bench.keeper.pop(LotsRecorded)
    other = Store.open(bench.url)
    other.take_lease()
    bench.record(lots.lot(9), number=2)
    assert "began later with the database" in bench.keeper.pop(LedgerFailed).reason
    said = [each.overtaken for each in gateway.received if isinstance(each, LeaseChecked)]
    assert "(lease 1, ours is 0)" in said[-1]
    assert [lot.buy_order_id for lot in other.lots()] == [7]
    bench.desk.tell(LoadPair(SYMBOL), bench.keeper)
    bench.desk.advance(4.0)
    bench.keeper.nothing(PairLoaded)
    assert "began later" in bench.trouble()
    other.close()


def test_a_system_that_is_overtaken_while_it_writes_nothing_finds_out_within_seconds(bench):
    gateway = introduce_gateway(bench)
    other = Store.open(bench.url)
    other.take_lease()
    other.close()
    bench.desk.advance(2.0)
    assert [bool(each.overtaken) for each in gateway.received if isinstance(each, LeaseChecked)] == [False, True]


def test_a_database_that_fails_for_a_while_changes_nothing_about_the_lease(bench, monkeypatch):
    gateway = introduce_gateway(bench)
    gateway.received.clear()

    def fails(token):
        raise StoreError("the disk reports an error")

    monkeypatch.setattr(bench.desk.actor._store, "check_lease", fails)
    bench.desk.advance(2.0)
    gateway.nothing(LeaseChecked)
    assert bench.trouble() == "the disk reports an error"


# What is remembered of a pair


def test_the_reason_for_watch_only_is_kept_until_the_pair_is_resumed(bench):
    bench.desk.tell(RecordWatchOnly(SYMBOL, "another lotkeeper"), bench.keeper)
    assert bench.load().watch_only == "another lotkeeper"
    bench.desk.tell(paused(1), bench.keeper)
    assert bench.load().watch_only == "another lotkeeper"
    bench.desk.tell(paused(2, is_on=False), bench.keeper)
    assert bench.load().watch_only == ""
    bench.desk.tell(RecordWatchOnly(SYMBOL, "one more"), bench.keeper)
    bench.desk.tell(paused(2, is_on=False), bench.keeper)  # the same resume again says nothing of what came since
    assert bench.load().watch_only == "one more"


def test_records_of_a_keeper_whose_successor_has_loaded_the_pair_are_refused(bench):
    bench.desk.tell(RecordLots(SYMBOL, 1, (lots.lot(7),), 100, 1000, TERMS, incarnation=1), bench.keeper)
    bench.desk.tell(LoadPair(SYMBOL, incarnation=2), bench.keeper)
    bench.keeper.received.clear()
    bench.desk.tell(RecordLots(SYMBOL, 2, (lots.lot(8),), 200, 2000, TERMS, incarnation=1), bench.keeper)
    bench.keeper.nothing(LotsRecorded)
    loaded = bench.load()
    assert ([lot.buy_order_id for lot in loaded.lots], loaded.cursor) == ([7], 100)
    bench.desk.tell(RecordLots(SYMBOL, 1, (lots.lot(8),), 200, 2000, TERMS, incarnation=2), bench.keeper)
    assert [lot.buy_order_id for lot in bench.load().lots] == [7, 8]


def test_a_pair_is_known_since_its_first_cursor(bench):
    bench.record(lots.lot(7))
    assert bench.load().known_since_ms is None
    bench.record(number=2, cursor=100)
    bench.desk.tell(RecordLots(SYMBOL, 3, (), 101, 2000, TERMS), bench.keeper)
    assert bench.load().known_since_ms == 1000
    again = Bench(bench.url)
    again.desk.tell(RecordLots(SYMBOL, 1, (), 102, 3000, TERMS), again.keeper)
    assert again.load().known_since_ms == 1000
    again.desk.actor.on_exit()


def test_what_fees_cost_is_told(bench):
    bench.record(
        lots.lot(7, buys=(lots.buy(7, 1, commission=D("0.1"), commission_asset="BNB", time_ms=5000),), orders=())
    )
    bench.desk.tell(AskFeesPaid(3, "BNB", 1000), bench.keeper)
    assert bench.keeper.pop(FeesPaidFetched) == FeesPaidFetched(3, FeesPaid(D("0.1"), 5000, "BNB"))


def test_without_a_database_nobody_is_told_what_fees_cost(shut):
    shut.desk.tell(AskFeesPaid(3, "BNB", 1000), shut.keeper)
    shut.keeper.nothing()


def test_what_lots_earned_is_counted_beside_the_records(bench):
    """Some lots at once, with pauses for the records."""
    bench.record(*(lots.sold(10 * number) for number in range(1, 251)))
    assert counted(bench) == 0
    bench.desk.advance(2.0)
    assert counted(bench) == 100
    bench.desk.advance(0.3)
    assert counted(bench) == 250
    bench.record(lots.sold(10), number=2)
    bench.desk.advance(2.0)
    assert counted(bench) == 250


def counted(bench) -> int:
    with HistoryDatabase.open(bench.url) as database:
        return len(database.rows("SELECT id FROM lots WHERE is_counted"))


def test_an_overtaken_ledger_counts_nothing(bench):
    bench.record(lots.sold(10))
    store = Store.open(bench.url)
    store.take_lease()
    store.close()
    bench.desk.advance(2.0)
    assert counted(bench) == 0


# A server that is gone for a while


@pytest.fixture
def server():
    made = new_server()
    made.start()
    yield made
    made.remove()


def test_nothing_is_confirmed_while_the_server_is_gone_and_each_record_is_answered_soon(server, monkeypatch):
    """The keepers send their records again; none of them waits here for a connection."""
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 600.0)
    bench = Bench(server.url("postgres"))
    bench.record(lots.lot(7), cursor=70)
    assert bench.keeper.pop(LotsRecorded)
    server.stop()
    tried = count_calls(monkeypatch, connector.psycopg2, "connect")
    for number in range(2, 12):
        bench.record(lots.lot(8), number=number, cursor=80)
        assert "the server cannot be reached" in bench.keeper.pop(LedgerFailed).reason
    assert len(tried) <= 1
    assert "the server cannot be reached" in bench.trouble()
    server.start()
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 0.0)
    bench.record(lots.lot(8), number=12, cursor=80)
    assert bench.keeper.pop(LotsRecorded) == LotsRecorded(SYMBOL, 12)
    assert bench.trouble() == ""
    assert [lot.buy_order_id for lot in bench.load().lots] == [7, 8]
    bench.desk.actor.on_exit()


def test_buys_are_recorded_from_the_newest_keeper_alone(bench):
    """Nobody waits for an answer, and what does not stand on the book any more has ended."""
    bench.desk.tell(LoadPair(SYMBOL, incarnation=2), bench.keeper)
    placed = replace(make.buy_report(7, "0", "NEW"), quantity=D(1))
    bench.desk.tell(RecordBuys(SYMBOL, (placed,), False, 2), bench.keeper)
    assert states_of_buys(bench) == ["NEW"]
    bench.desk.tell(RecordBuys(SYMBOL, (), True, 1), bench.keeper)
    assert states_of_buys(bench) == ["NEW"]
    bench.desk.tell(RecordBuys(SYMBOL, (), True, 2), bench.keeper)
    assert states_of_buys(bench) == ["ENDED"]
    assert [each for each in bench.keeper.received if not isinstance(each, PairLoaded)] == []


def states_of_buys(bench) -> list[str]:
    with HistoryDatabase.open(bench.url) as database:
        return [row.state for row in database.rows("SELECT state FROM buy_orders ORDER BY order_id")]


def incidents(url):
    with HistoryDatabase.open(url) as database:
        return read_incidents(database, Wanted())


def test_incidents_are_recorded_and_confirmed(bench):
    bench.desk.tell(RecordIncidents(3, (began(),), False, 1), bench.monitor)
    assert bench.monitor.pop(IncidentsRecorded).number == 3
    bench.desk.tell(RecordIncidents(4, (), True, BEGAN_MS + 5), bench.monitor)
    assert [each.ended_ms for each in incidents(bench.url)] == [BEGAN_MS + 5]


def test_incidents_wait_on_disk_while_the_database_is_away_and_repetitions_do_not(shut, tmp_path):
    bench = Bench(shut.url, backlog=(str(tmp_path / "backlog"),))
    bench.desk.tell(RecordIncidents(1, (began(),), True, 1), bench.monitor)
    assert not any(isinstance(each, IncidentsRecorded) for each in bench.monitor.received)
    bench.desk.tell(RecordIncidents(2, (over(),), False, 1), bench.monitor)
    assert bench.monitor.pop(IncidentsRecorded).number == 2
    (tmp_path / "lots.sqlite").rmdir()
    bench.desk.advance(5)
    assert incidents(shut.url) == [over()]
    bench.desk.actor.on_exit()


def test_who_shows_lots_is_told_which_were_recorded(bench):
    asker = bench.desk.probe("page")

    def ask(series: int, number: int) -> LotsChanged:
        bench.desk.tell(AskLotsChanged(series, number), asker)
        return asker.pop(LotsChanged)

    begun = ask(0, 0)
    assert begun.lots is None
    bench.record(lots.lot(7))
    found = ask(begun.series, begun.number)
    assert (found.lots, found.pairs) == ((lots.lot(7).lot_id,), (SYMBOL,))
    assert ask(found.series, found.number).lots == ()


def test_a_database_that_cannot_be_opened_tells_no_changes(shut):
    asker = shut.desk.probe("page")
    shut.desk.tell(AskLotsChanged(), asker)
    assert "is a folder" in asker.pop(CommandRefused).text

"""The Ledger with a real database."""

from dataclasses import replace
from decimal import Decimal as D

import orjson

from actors.ledger.actor import Ledger
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.trading.fee_reserve.reserve import FeesPaid
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
    IncidentsRecorded,
    LoadPair,
    LotsRecorded,
    PairLoaded,
    RecordBuys,
    RecordIncidents,
    RecordLots,
    RecordWatchOnly,
)
from messages.lifecycle import Peers, PeersChanged, StartLedger
from messages.pair_rules import AskPairRules, PairRulesReported
from persistence.history.database import HistoryDatabase
from persistence.history.incidents import read_incidents
from persistence.history.wanted import Wanted
from persistence.history_starts import HistoryStarts
from persistence.store import Store
from tests.actors.ledger.bench import STARTED_MS, SYMBOL, Bench, paused
from tests.actors.stage import TERMS
from tests.lotkeeper.trading import make
from tests.persistence import lots
from tests.persistence.incidents import BEGAN_MS, began, over


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
    terms = bench.desk.actor._database.store.terms(SYMBOL)
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

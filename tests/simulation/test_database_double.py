"""The database double against the real store: both return the same, whatever was written in which order."""

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.recovery.history_start import Clock, HistoryStart
from messages.ledger import RecordLots
from persistence.records import CursorRecord, lot_entries
from persistence.store import Store
from tests.simulation.actor_process import ActorProcess
from tests.simulation.database_double import DatabaseDouble
from tests.simulation.schedule import Schedule
from tests.simulation.venue import SYMBOL
from tests.simulation.world import World


def records_of(seed: int) -> list[RecordLots]:
    """All records that the keepers of one schedule sent to the Ledger."""
    world, found = World(seed), []
    post = world.post

    def noting(sender: object, to: object, message: object) -> None:
        if isinstance(message, RecordLots) and isinstance(sender, ActorProcess):
            found.append(message)
        post(sender, to, message)

    world.post = noting  # type: ignore[method-assign]
    Schedule(world).run()
    return found


def entries(message: RecordLots, with_cursor: bool) -> list[object]:
    found = [entry for lot in message.lots for entry in lot_entries(lot)]
    more = [CursorRecord(SYMBOL, message.cursor, message.at_ms)] if with_cursor and message.cursor is not None else []
    return [*found, *more]


def by_number(lots: tuple[Lot, ...]) -> dict[int, Lot]:
    return {lot.buy_order_id: lot for lot in lots}


def test_it_keeps_what_the_store_keeps(tmp_path):
    for seed in (1, 2, 5):
        store = Store.open(f"sqlite:///{tmp_path / str(seed)}.sqlite")
        double = DatabaseDouble()
        records = records_of(seed)
        assert records
        for number, message in enumerate((*records, *records[::-3])):  # the newest, and some old ones late
            written = entries(message, with_cursor=number % 2 == 0)
            store.record(written)
            double.record(written)
            if number % 5 == 0:
                real, simulated = store.load_pair(SYMBOL), double.load_pair(SYMBOL)
                assert by_number(simulated.lots) == by_number(real.lots)
                assert simulated.cursor == real.cursor
                assert simulated.finished == real.finished
                assert simulated.finished_disposals == real.finished_disposals
        store.close()


def test_no_history_is_known_between_a_loss_and_the_next_start():
    double = DatabaseDouble()
    double.begin_history(SYMBOL, HistoryStart(7, Clock.EXCHANGE))
    assert double.history_from_ms(SYMBOL) == 7
    double.restore(None)
    assert double.history_from_ms(SYMBOL) is None

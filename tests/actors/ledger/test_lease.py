"""The lease in the database: an overtaken system writes nothing, and its Gateway learns why."""

from messages.ledger import (
    LedgerFailed,
    LoadPair,
    LotsRecorded,
    PairLoaded,
)
from messages.lifecycle import LeaseChecked, Peers, PeersChanged
from persistence.errors import StoreError
from persistence.store import Store
from tests.actors.ledger.bench import SYMBOL
from tests.persistence import lots

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

    monkeypatch.setattr(bench.desk.actor._database.store, "check_lease", fails)
    bench.desk.advance(2.0)
    gateway.nothing(LeaseChecked)
    assert bench.trouble() == "the disk reports an error"

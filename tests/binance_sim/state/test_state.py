"""The restored state is exact, to the last digit and the last place in the queue."""

import os
import sqlite3
import stat

import pytest

from binance_sim.api.keys import KeyStore, hmac_key
from binance_sim.clock import FixedClock
from binance_sim.matching.exchange import Exchange, wipe
from binance_sim.state.restore import restore
from binance_sim.state.snapshotter import Snapshotter
from binance_sim.state.state_file import StateError, StateFile
from tests.binance_sim.matching.crowd import CENTRES, Crowd, roomy_rules
from tests.binance_sim.matching.invariants import check
from tests.binance_sim.state.snapshot import take_snapshot


def kept(crowd, path):
    """Save everything that the crowd does."""
    keys = KeyStore()
    snapshotter = Snapshotter(StateFile(path), crowd.exchange, keys, lambda: lambda: None)
    crowd.exchange.sink = snapshotter
    snapshotter.save_all()
    return snapshotter


def taken_up(path):
    exchange, keys = Exchange({name: roomy_rules(name) for name in CENTRES}, FixedClock()), KeyStore()
    state_file = StateFile(path)
    restore(state_file, exchange, keys)
    state_file.close()
    return exchange


@pytest.mark.parametrize("seed", range(6))
def test_a_crowds_exchange_comes_back_as_it_was(tmp_path, seed):
    path = tmp_path / "state"
    crowd = Crowd(seed)
    snapshotter = kept(crowd, path)
    for _ in range(400):
        crowd.order_something()
        crowd.stir()
    snapshotter.close()
    exchange = taken_up(path)
    assert take_snapshot(exchange) == take_snapshot(crowd.exchange)
    assert exchange.ledger.surplus(exchange.accounts.values()) == {}
    assert sum(market.open_orders for market in exchange.markets.values()) > 5


def test_the_wallet_comes_back(tmp_path):
    path = tmp_path / "state"
    crowd = Crowd(3)
    snapshotter, wallet = kept(crowd, path), crowd.exchange.wallet
    wallet.tags, wallet.restrictions = {"BTC": ["Seed"]}, {"ipRestrict": True}
    snapshotter.save_changes()
    wallet.conversions.append({"account": "main", "totalTransfered": "1.00000000"})
    wallet.take_transfer_id()
    snapshotter.close()
    assert taken_up(path).wallet == wallet


def test_it_goes_on_from_there(tmp_path):
    """The same crowd continues, keeps every asset, and is saved again."""
    path = tmp_path / "state"
    crowd = Crowd(11)
    snapshotter = kept(crowd, path)
    for _ in range(6):
        for _ in range(60):
            crowd.order_something()
            crowd.stir()
        snapshotter.close()
        keys = KeyStore()
        state_file = StateFile(path)
        crowd.exchange = Exchange({name: roomy_rules(name) for name in CENTRES}, crowd.clock)
        restore(state_file, crowd.exchange, keys)
        snapshotter = Snapshotter(state_file, crowd.exchange, keys, lambda: lambda: None)
        crowd.exchange.sink = snapshotter
        for symbol in CENTRES:
            crowd.do_quote(symbol)
        check(crowd.exchange)
    assert sum(len(market.orders) for market in crowd.exchange.markets.values()) > 250
    snapshotter.close()


def test_a_wipe_is_kept(tmp_path):
    path = tmp_path / "state"
    crowd = Crowd(3)
    snapshotter = kept(crowd, path)
    for _ in range(50):
        crowd.order_something()
    wipe(crowd.exchange)
    snapshotter.close()
    exchange = taken_up(path)
    assert take_snapshot(exchange) == take_snapshot(crowd.exchange)
    assert all(not market.orders for market in exchange.markets.values())


def test_keys_commissions_and_statuses_are_looked_at_by_themselves(tmp_path):
    path = tmp_path / "state"
    crowd = Crowd(3)
    keys, state_file = KeyStore(), StateFile(path)
    snapshotter = Snapshotter(state_file, crowd.exchange, keys, lambda: lambda: None)
    snapshotter.save_all()
    first, second = (hmac_key(name, crowd.exchange.accounts["a"], f"secret of {name}") for name in "xy")
    keys.add(first)
    keys.add(second)
    snapshotter.save_changes()
    keys.revoke("x")
    second.permissions = frozenset({"USER_DATA"})
    crowd.exchange.accounts["b"].fees.in_bnb = True
    crowd.exchange.markets["ETHBTC"].status = "HALT"
    snapshotter.close()
    back, found, state_file = (
        Exchange({name: roomy_rules(name) for name in CENTRES}, FixedClock()),
        KeyStore(),
        StateFile(path),
    )
    restore(state_file, back, found)
    state_file.close()
    assert [(key.api_key, key.material, key.permissions, key.account.name) for key in found] == [
        ("y", "secret of y", frozenset({"USER_DATA"}), "a")
    ]
    assert back.accounts["b"].fees.in_bnb
    assert back.markets["ETHBTC"].status == "HALT"


# The file


def test_the_file_is_for_this_user_alone(tmp_path):
    path = tmp_path / "state"
    state_file = StateFile(path)
    assert state_file.is_new
    state_file.put([("kind", "key", {"a": 1})])
    for each in tmp_path.iterdir():
        assert stat.S_IMODE(os.stat(each).st_mode) == 0o600, each
    state_file.close()
    assert not StateFile(path).is_new


def test_two_exchanges_cannot_share_it(tmp_path):
    path = tmp_path / "state"
    state_file = StateFile(path)
    state_file.put([])
    with pytest.raises(StateError, match="is another exchange running on it"):
        StateFile(path)
    state_file.close()


def test_what_is_no_state_is_told(tmp_path):
    text, other = tmp_path / "text", tmp_path / "other"
    text.write_text("hello, I am no database at all\n" * 50)
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE mine (x)")
    for path in (text, other):
        with pytest.raises(StateError, match=f"{path} is not a state file of the exchange simulator"):
            StateFile(path)
    assert text.read_text().startswith("hello")
    assert sqlite3.connect(other).execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]
    with pytest.raises(StateError, match="No such file or directory"):
        StateFile(tmp_path / "no" / "folder")


def test_what_cannot_be_taken_up_is_told(tmp_path):
    state_file = StateFile(tmp_path / "state")
    state_file.put([("account", "main", {"uid": 1})])
    with pytest.raises(StateError, match="cannot be restored"):
        restore(state_file, Exchange({}, FixedClock()), KeyStore())

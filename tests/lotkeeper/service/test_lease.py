"""One service to an account and to a database: locks that live as long as any process of the service."""

import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from lotkeeper.config import Config, Secrets, load_config, load_secrets
from lotkeeper.exchange.shapes import Balance
from lotkeeper.service import lease
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.lease import (
    Lease,
    account_name,
    acquire_lease,
    lock_account,
    lock_database,
    read_account,
    realm_of,
)
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer

KEY = "the-key-of-the-account"
TIME = answer({"serverTime": 1_700_000_000_000})


def account(uid: int = 354937868) -> bytes:
    return answer({"canTrade": True, "balances": [], "uid": uid})


def configured(folder: Path, url: str = "https://api.binance.com", key: str = KEY) -> tuple[Config, Secrets]:
    folder.mkdir(exist_ok=True)
    path = folder / "config.yaml"
    path.write_text(f"exchange:\n  rest_url: {url}\n  key_type: hmac\npairs:\n  BTCUSDT: {{}}\n")
    config = load_config(path, {})
    variables = {"LOTKEEPER_EXCHANGE__API_KEY": key, "LOTKEEPER_EXCHANGE__API_SECRET": "a-secret"}
    return config, load_secrets(config, variables)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(lease, "_LOCK_WITHIN_S", 0.1)


def leased(config: Config, secrets: Secrets) -> Lease:
    return acquire_lease(config, secrets, os.getpid())[0]


def locked(config: Config) -> int | None:
    return lock_database(config, os.getpid())


def dropped(*descriptors: int) -> None:
    for each in descriptors:
        os.close(each)


@pytest.mark.parametrize(
    ("url", "realm"),
    [
        ("https://api.binance.com", "binance.com"),
        ("https://api4.binance.com", "binance.com"),
        ("https://api-gcp.binance.com", "binance.com"),
        ("https://demo-api.binance.com", "demo-api.binance.com"),
        ("https://testnet.binance.vision", "testnet.binance.vision"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_all_addresses_of_an_exchange_are_one(url, realm):
    assert realm_of(url) == realm


def test_the_name_of_a_lock_shows_neither_key_nor_number_and_differs_with_each():
    names = {
        account_name(realm, kind, value) for realm in ("a", "b") for kind in ("key", "number") for value in (KEY, "1")
    }
    assert len(names) == 8
    assert not any(KEY in name for name in names)
    assert account_name("a", "key", KEY) in names  # the same for who asks again


def test_a_database_has_one_service_whatever_link_leads_to_it(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    first = locked(configured(tmp_path / "real")[0])
    with pytest.raises(ServiceError, match=rf"already running with the database .*\(process {os.getpid()}\)"):
        locked(configured(tmp_path / "link")[0])
    dropped(first)
    dropped(locked(configured(tmp_path / "link")[0]))
    assert (tmp_path / "real" / "lotkeeper.sqlite.lock").stat().st_mode & 0o077 == 0


def test_a_database_of_a_server_has_one_service_on_this_machine_whoever_asks(tmp_path):
    config, _ = configured(tmp_path)
    mine, same, other = (
        config.model_copy(update={"database": f"postgresql://{text}"})
        for text in (
            "me:secret@server/lots",
            "you@server:5432/lots?sslmode=require",
            "server/b",
        )
    )
    first = locked(mine)
    with pytest.raises(ServiceError, match="with the database postgresql://server/lots;"):
        locked(same)
    dropped(locked(other), first)
    dropped(locked(same))


def test_a_folder_that_is_not_there_is_said_by_who_opens_the_database(tmp_path):
    config, _ = configured(tmp_path)
    assert locked(config.model_copy(update={"database": f"sqlite:///{tmp_path}/gone/lots.sqlite"})) is None


def test_an_account_has_one_service_and_another_comes_after_it():
    name = account_name("test", "key", f"{os.getpid()}")
    first = lock_account(name)
    with pytest.raises(ServiceError, match="uses this account, with another database"):
        lock_account(name)
    dropped(first)
    dropped(lock_account(name))


def test_two_keys_of_one_account_on_two_databases_are_one_account(tmp_path):
    with HttpPeer(account(), account()) as peer:
        first = leased(*configured(tmp_path / "a", peer.url, "one-key"))
        with pytest.raises(ServiceError, match="uses this account"):
            leased(*configured(tmp_path / "b", peer.url, "another-key"))
        dropped(*first.descriptors)
    assert len(first.descriptors) == 3
    assert "354937868" not in first.account


def test_one_key_on_two_databases_is_refused_without_asking_the_exchange(tmp_path):
    with HttpPeer(account()) as peer:
        first = leased(*configured(tmp_path / "a", peer.url))
        with pytest.raises(ServiceError, match="uses this account"):
            leased(*configured(tmp_path / "b", peer.url))
        assert len(peer.asked) == 1
        dropped(*first.descriptors)


def test_two_accounts_have_two_services(tmp_path):
    with HttpPeer(account(1), account(2)) as peer:
        first = leased(*configured(tmp_path / "a", peer.url, "one-key"))
        second = leased(*configured(tmp_path / "b", peer.url, "another-key"))
    assert first.account != second.account
    dropped(*first.descriptors, *second.descriptors)


@pytest.mark.parametrize("reply", [CUT, answer({"code": -2015, "msg": "Invalid API-key."}, 401), answer({"a": 1})])
def test_an_exchange_that_does_not_tell_the_account_leaves_the_key_to_stand_for_it(tmp_path, reply):
    with HttpPeer(reply) as peer:
        config, secrets = configured(tmp_path, peer.url)
        assert read_account(config, secrets) is None


# A process that holds an account and forks; what it forked outlives it.
HOLDER = """
import os, sys, time
from lotkeeper.service.lease import lock_account
lock_account(sys.argv[1])
child = os.fork()
if child:
    print(child, flush=True)
    os._exit(0)
time.sleep(600)
"""


def test_the_lock_is_held_until_the_last_process_of_the_service_is_gone(monkeypatch):
    name = account_name("test", "key", f"{os.getpid()}-{time.monotonic_ns()}")
    command = [sys.executable, "-c", HOLDER, name]
    with subprocess.Popen(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        assert holder.wait(90) == 0
        with pytest.raises(ServiceError):
            lock_account(name)
        os.kill(child, signal.SIGKILL)
    monkeypatch.setattr(lease, "_LOCK_WITHIN_S", 90.0)
    dropped(lock_account(name))


def test_the_account_comes_with_the_lease(tmp_path):
    balances = [{"asset": "BTC", "free": "1.5", "locked": "0.25"}]
    with HttpPeer(answer({"canTrade": True, "balances": balances, "uid": 1})) as peer:
        lease_of_one, found = acquire_lease(*configured(tmp_path, peer.url), os.getpid())
    assert found is not None
    assert found.balances == (Balance("BTC", Decimal("1.5"), Decimal("0.25")),)
    dropped(*lease_of_one.descriptors)

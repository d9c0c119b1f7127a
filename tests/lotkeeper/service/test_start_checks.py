"""The checks of a start: their result comes back from a process of its own, with the locks that it took."""

import json
import os

import pytest

from lotkeeper.config import load_config
from lotkeeper.service.credentials_file import read_credentials
from lotkeeper.service.errors import ConfigurationError, ServiceError
from lotkeeper.service.lease import Lease, lock_account
from lotkeeper.service.start_checks import StartChecks, StartFindings, begin_start_checks
from lotkeeper.service.start_moment import now
from tests.lotkeeper.exchange.http_peer import HttpPeer, answer
from tests.lotkeeper.service.test_configuration import listed

VARIABLES = b"LOTKEEPER_EXCHANGE__API_KEY=the-key\0LOTKEEPER_EXCHANGE__API_SECRET=the-secret\0"


@pytest.fixture
def descriptor():
    found = os.memfd_create("credentials")
    yield found
    os.close(found)


def failing(error: Exception):
    def check():
        raise error

    return check


def test_what_was_found_comes_back_with_open_descriptors():
    reader, writer = os.pipe()
    found = StartChecks(lambda: StartFindings(Lease((writer,), "one"), ("BTCUSDT",), "away")).findings()
    os.close(writer)
    assert (found.lease.account, found.first, found.trouble) == ("one", ("BTCUSDT",), "away")
    (descriptor,) = found.lease.descriptors
    os.write(descriptor, b"!")
    assert os.read(reader, 1) == b"!"
    os.close(descriptor)
    os.close(reader)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (ServiceError("one\ntwo"), ServiceError, "one\ntwo"),
        (ConfigurationError("wrong"), ConfigurationError, "wrong"),
        (ValueError("odd"), ServiceError, "the checks of the start failed: ValueError: odd"),
        (SystemExit(3), ServiceError, "the checks of the start ended without a result"),
    ],
)
def test_an_error_of_the_checks_refuses_the_start(error, kind, text):
    with pytest.raises(ServiceError) as refused:
        StartChecks(failing(error)).findings()
    assert (type(refused.value), str(refused.value)) == (kind, text)


def test_a_lock_that_the_checks_took_outlives_their_process(monkeypatch):
    monkeypatch.setattr("lotkeeper.service.lease._LOCK_WITHIN_S", 0.1)
    name = f"lotkeeper-test-{os.getpid()}"
    found = StartChecks(lambda: StartFindings(Lease((lock_account(name),), ""))).findings()
    with pytest.raises(ServiceError):
        lock_account(name)
    os.close(found.lease.descriptors[0])
    os.close(lock_account(name))


def configured(folder, url):
    path = folder / "config.yaml"
    path.write_text(f"exchange:\n  rest_url: {url}\n  key_type: hmac\npairs:\n  BTCUSDT: {{}}\n")
    return load_config(path, {}), path


def test_a_start_gets_its_credentials_its_locks_and_its_order_of_pairs(tmp_path, descriptor):
    os.write(descriptor, VARIABLES)
    balances = [{"asset": "BTC", "free": "1", "locked": "0.5"}]
    pairs = json.loads(listed("BTCUSDT").partition(b"\r\n\r\n")[2])
    every = answer({"canTrade": True, "uid": 1, "balances": balances, **pairs})
    time = answer({"serverTime": 1_700_000_000_000})
    with HttpPeer(time, every, every, every) as peer:  # account, pairs and prices are asked for at the same time
        found = begin_start_checks(*configured(tmp_path, peer.url), descriptor, now()).findings()
    assert found.first == ()  # no prices came
    assert len(found.lease.descriptors) == 3
    assert (tmp_path / "lotkeeper.sqlite.lock").read_text() == f"{os.getpid()}\n"
    assert read_credentials(descriptor).api_secret == "the-secret"
    for each in found.lease.descriptors:
        os.close(each)


def test_a_start_does_not_need_the_exchange(tmp_path, descriptor):
    os.write(descriptor, VARIABLES)
    with HttpPeer() as gone:
        url = gone.url
    found = begin_start_checks(*configured(tmp_path, url), descriptor, now()).findings()
    assert f"the exchange at {url} cannot be asked" in found.trouble
    assert len(found.lease.descriptors) == 2  # the account's number is not known
    assert read_credentials(descriptor).api_secret == "the-secret"
    for each in found.lease.descriptors:
        os.close(each)


def test_a_key_that_is_missing_refuses_the_start_before_the_exchange_is_asked(tmp_path, descriptor):
    with HttpPeer() as peer, pytest.raises(ConfigurationError, match="LOTKEEPER_EXCHANGE__API_KEY"):
        begin_start_checks(*configured(tmp_path, peer.url), descriptor, now()).findings()
    assert not peer.asked

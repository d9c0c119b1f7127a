"""Which pairs the exchange lists: one that was never kept is a typing error, one that was kept before stays."""

import pytest

from lotkeeper.exchange.rest.outcomes import NotSent, RateLimited, Unknown
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.service.errors import ConfigurationError
from lotkeeper.service.listed_pairs import ask_listed_pairs, check_listed_pairs
from persistence.records import CursorRecord
from persistence.store import Store
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer
from tests.lotkeeper.service.test_configuration import listed, write_config

REFUSAL = answer({"code": -1121, "msg": "Invalid symbol."}, 400)


def checked(folder, *replies: bytes):
    with HttpPeer(*replies) as peer:
        config, path = write_config(folder, peer.url)
        found = ask_listed_pairs(config)
    assert isinstance(found, ExchangeInfo)
    return check_listed_pairs(config, path, found)


def test_pairs_that_the_exchange_lists_are_told_by_one_request(tmp_path):
    assert list(checked(tmp_path, listed("BTCUSDT", "ETHUSDT"))) == ["BTCUSDT", "ETHUSDT"]


def test_a_pair_that_was_never_kept_and_is_not_listed_is_a_problem_of_the_configuration(tmp_path):
    with pytest.raises(ConfigurationError) as failed:
        checked(tmp_path, REFUSAL, listed("BTCUSDT", "ETHUSDC"))
    assert failed.value.exit_code == 2
    (line,) = str(failed.value).splitlines()
    assert "config.yaml:10" in line
    assert "ETHUSDT" in line
    assert "ETHUSDC" in line  # what may have been meant


def test_a_pair_that_was_kept_and_is_listed_no_more_is_no_typing_error(tmp_path):
    store = Store.open(write_config(tmp_path)[0].database)
    store.record([CursorRecord("ETHUSDT", 7, 0)])
    store.close()
    assert list(checked(tmp_path, REFUSAL, listed("BTCUSDT"))) == ["BTCUSDT"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (CUT, Unknown),
        (answer({"code": -1003, "msg": "Too many requests."}, 429), RateLimited),
        (answer(b"<html>"), Unknown),
    ],
)
def test_an_exchange_that_does_not_tell_its_pairs(tmp_path, reply, kind):
    with HttpPeer(reply) as peer:
        assert isinstance(ask_listed_pairs(write_config(tmp_path, peer.url)[0]), kind)


def test_an_exchange_that_cannot_be_reached(tmp_path):
    with HttpPeer() as gone:
        url = gone.url
    assert isinstance(ask_listed_pairs(write_config(tmp_path, url)[0]), NotSent)

"""`lotkeeper init`, as far as it goes without an exchange."""

import pytest


def test_without_a_terminal_it_asks_nothing(run):
    result = run("init")
    assert (result.exit_code, "give --yes" in result.stderr) == (2, True)


def test_a_file_that_is_there_is_kept(run, config):
    before = config.read_text()
    result = run("init", "--yes", "--pair", "BTCUSDT")
    assert (result.exit_code, "--force overwrites it" in result.stderr) == (1, True)
    assert config.read_text() == before


@pytest.mark.parametrize(
    "words",
    [
        ("--testnet", "--rest-url", "http://127.0.0.1:1"),
        ("--rest-url", "http://127.0.0.1:1"),
    ],
)
def test_addresses_that_do_not_go_together(run, words):
    assert run("init", "--yes", *words).exit_code == 2


def test_without_a_key_it_says_which_variables_to_set(run, tmp_path):
    result = run("init", "--yes", "--pair", "BTCUSDT")
    assert result.exit_code == 2
    assert "LOTKEEPER_EXCHANGE__API_KEY" in result.stderr
    assert not (tmp_path / "config.yaml").exists()


def test_a_value_that_is_not_allowed_is_named_before_the_exchange_is_asked(run, tmp_path):
    result = run("init", "--yes", "--pair", "BTCUSDT", "--net-profit", "much")
    assert (result.exit_code, "config.yaml" in result.stderr, "'much'" in result.stderr) == (2, True, True)


def test_an_exchange_that_cannot_be_reached(run):
    urls = ("--rest-url", "http://127.0.0.1:1", "--ws-api-url", "ws://127.0.0.1:1", "--stream-url", "ws://127.0.0.1:1")
    key = {"LOTKEEPER_EXCHANGE__API_KEY": "k", "LOTKEEPER_EXCHANGE__API_SECRET": "s"}
    result = run("init", "--yes", "--pair", "BTCUSDT", *urls, **key)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "no connection to http://127.0.0.1:1: nothing listens there" in result.stderr


def test_addresses_of_the_environment_are_asked(run):
    urls = {"REST_URL": "http://127.0.0.1:1", "WS_API_URL": "ws://127.0.0.1:1", "STREAM_URL": "ws://127.0.0.1:1"}
    variables = {f"LOTKEEPER_EXCHANGE__{name}": url for name, url in urls.items()}
    key = {"LOTKEEPER_EXCHANGE__API_KEY": "k", "LOTKEEPER_EXCHANGE__API_SECRET": "s"}
    result = run("init", "--yes", "--pair", "BTCUSDT", **variables, **key)
    assert (result.exit_code, "no connection to http://127.0.0.1:1" in result.stderr) == (1, True)

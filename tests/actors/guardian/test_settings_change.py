from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.guardian.settings_change import added_pairs, changed_pairs, removed_pairs, settings_change
from lotkeeper.trading.policy import Adoption, ExitPolicy
from messages.configuration import KeyChange
from messages.lifecycle import PairSettings, ServiceSettings
from tests.actors.supervision import SETTINGS

KEYS = {
    "exchange.rest_url": "https://rest.example",
    "exit.net_profit_pct": "0.5",
    "pairs.BTCUSDT": "kept",
    "pairs.BTCUSDT.dust": "keep",
    "pairs.ETHUSDT": "kept",
}
DEAR = ExitPolicy(D(3))


def settings(policies: dict[str, ExitPolicy], **changes: str) -> ServiceSettings:
    """With other keys; the value "none" takes a key away."""
    keys = {key: value for key, value in {**KEYS, **changes}.items() if value != "none"}
    pairs = tuple(PairSettings(symbol, policy) for symbol, policy in policies.items())
    return replace(SETTINGS, pairs=pairs, keys=tuple(keys.items()), lease=7)


RUNNING = settings({"BTCUSDT": ExitPolicy(D("0.5")), "ETHUSDT": ExitPolicy(D("0.5"))})


def test_the_same_settings_change_nothing():
    found = settings_change(RUNNING, replace(RUNNING, lease=0))
    assert (found.settings, found.in_force, found.at_restart) == (RUNNING, (), ())


def test_how_lots_are_sold_is_taken_over():
    wanted = settings({"BTCUSDT": DEAR, "ETHUSDT": DEAR}, **{"exit.net_profit_pct": "3", "pairs.BTCUSDT.dust": "none"})
    found = settings_change(RUNNING, replace(wanted, lease=0))
    assert found.in_force == (
        KeyChange("exit.net_profit_pct", "0.5", "3"),
        KeyChange("pairs.BTCUSDT.dust", "keep", "none"),
    )
    assert (found.at_restart, found.settings.lease) == ((), 7)
    assert changed_pairs(RUNNING, found.settings) == list(wanted.pairs)
    assert settings_change(found.settings, wanted).settings == found.settings  # a second time nothing changes
    assert settings_change(found.settings, wanted).in_force == ()


def test_from_which_level_on_is_logged_is_taken_over():
    running = replace(RUNNING, keys=(*RUNNING.keys, ("logs.level", "INFO"), ("logs.keep", "14")))
    wanted = replace(RUNNING, keys=(*RUNNING.keys, ("logs.level", "DEBUG"), ("logs.keep", "3")))
    found = settings_change(running, wanted)
    assert found.in_force == (KeyChange("logs.level", "INFO", "DEBUG"),)
    assert found.at_restart == (KeyChange("logs.keep", "14", "3"),)
    assert dict(found.settings.keys)["logs.level"] == "DEBUG"


def test_all_else_waits_for_a_restart():
    wanted = replace(settings(dict.fromkeys(("BTCUSDT", "ETHUSDT"), ExitPolicy(D("0.5")))), rest_url="https://other")
    wanted = replace(wanted, keys=(("exchange.rest_url", "https://other"), *RUNNING.keys[1:]))
    found = settings_change(RUNNING, wanted)
    assert found.at_restart == (KeyChange("exchange.rest_url", "https://rest.example", "https://other"),)
    assert found.settings == RUNNING


def test_a_pair_that_comes_or_goes_is_taken_over():
    wanted = settings({"BTCUSDT": DEAR, "A.B": DEAR}, **{"pairs.ETHUSDT": "none", "pairs.A.B": "kept"})
    wanted = replace(wanted, keys=(*wanted.keys, ("pairs.A.B.dust", "keep")))
    found = settings_change(RUNNING, wanted)
    assert {each.key for each in found.in_force} == {"pairs.ETHUSDT", "pairs.A.B", "pairs.A.B.dust"}
    assert found.at_restart == ()
    assert found.settings.pairs == wanted.pairs
    assert [pair.symbol for pair in added_pairs(RUNNING, found.settings)] == ["A.B"]
    assert [pair.symbol for pair in removed_pairs(RUNNING, found.settings)] == ["ETHUSDT"]
    assert [pair.symbol for pair in changed_pairs(RUNNING, found.settings)] == ["BTCUSDT"]


def test_which_earlier_buys_are_adopted_waits_for_the_next_start():
    wanted = replace(RUNNING, pairs=tuple(replace(each, adoption=Adoption(since_ms=5)) for each in RUNNING.pairs))
    assert settings_change(RUNNING, wanted).settings == RUNNING
    new = replace(wanted.pairs[0], symbol="SOLUSDT")
    assert settings_change(RUNNING, replace(wanted, pairs=(new,))).settings.pairs[0].adoption == Adoption()


@pytest.mark.parametrize("symbol", ["BTCUSDT", "A.B"])
def test_the_keys_of_one_pair_are_its_own(symbol):
    running = replace(RUNNING, pairs=(PairSettings(symbol, ExitPolicy(D(1))),), keys=((f"pairs.{symbol}", "kept"),))
    wanted = replace(running, keys=(*running.keys, (f"pairs.{symbol}.dust", "write_off")))
    found = settings_change(running, wanted)
    assert found.in_force == (KeyChange(f"pairs.{symbol}.dust", "none", "write_off"),)
    assert found.settings.keys == wanted.keys

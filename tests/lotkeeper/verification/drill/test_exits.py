"""The ways of selling of a round: drawn by its seed, accepted by the configuration, known to the judge."""

from fractions import Fraction

import pytest
import yaml

from lotkeeper.config.exits import ExitConfig, ExitOverrides, conflicts, exit_of_pair
from lotkeeper.verification.drill.exits import WAYS, draw_exits, expected_of
from lotkeeper.verification.drill.schedule import PAIRS, PROFIT_PCT, draw_schedule
from lotkeeper.verification.judge.verdict import ExpectedExit
from lotkeeper.verification.staging.configuration import config_text
from tests.lotkeeper.verification.staging.test_configuration import EXCHANGE, load

SEEDS = range(200)


def test_the_same_seed_draws_the_same_and_leaves_one_pair_with_the_default():
    drawn = [draw_exits(seed, PAIRS, always=True) for seed in SEEDS]
    assert drawn == [draw_exits(seed, PAIRS, always=True) for seed in SEEDS]
    assert {len(each) for each in drawn} == {len(PAIRS) - 1}
    ways = {tuple(keys) for each in drawn for keys in each.values()}
    assert len(ways) == len(WAYS) + 1  # break-even with and without a stop loss


def test_without_being_asked_for_one_round_in_three_has_them():
    assert [bool(draw_schedule(seed).exits) for seed in range(6)] == [True, False, False, True, False, False]
    assert draw_schedule(1, has_exits=True).actions == draw_schedule(1).actions


def test_the_configuration_accepts_all_that_is_drawn(tmp_path):
    general = ExitConfig(net_profit_pct=PROFIT_PCT)
    for seed in SEEDS:
        for keys in draw_exits(seed, PAIRS, always=True).values():
            own = ExitOverrides.model_validate(yaml.safe_load(str(keys)))
            assert list(conflicts(exit_of_pair(general, own))) == []
    keys = {"net_profit_pct": "1", "age": [{"after": "3s", "net_profit_pct": "0"}]}
    config = load(tmp_path, exits={"ETHUSDT": keys})
    assert [each.after for each in config.pairs["ETHUSDT"].age] == [3000]
    assert config.pairs["BTCUSDT"].age is None
    assert config_text.__kwdefaults__["exits"] is None
    assert EXCHANGE.symbols == list(config.pairs)


@pytest.mark.parametrize(
    ("keys", "profit", "kept"),
    [
        ({}, "0.001", 0),
        ({"net_profit_pct": "1"}, "0.01", 0),
        ({"ladder": [{"net_profit_pct": "0.2"}, {"net_profit_pct": "5"}]}, "0.002", 0),
        ({"net_profit_pct": "1", "age": [{"net_profit_pct": "0.2"}, {"net_profit_pct": "0"}]}, "0", 0),
        # 1 % of 101 %
        ({"net_profit_pct": "1", "keep_coins_pct": 100}, "0.01", Fraction(1, 101)),
        ({"net_profit_pct": "10", "keep_coins_pct": 50}, "0.1", Fraction(5, 110)),
        ({"trailing": {"distance_pct": "0.2", "share_pct": 60}}, "0.001", 0),
    ],
)
def test_what_the_judge_expects(keys, profit, kept):
    assert expected_of(keys, PROFIT_PCT) == ExpectedExit(Fraction(profit), Fraction(kept))


def test_how_far_the_judge_lets_a_stop_sell():
    keys = {"stop_loss": {"below_cost_pct": "5", "limit_below_pct": "0.5"}}
    assert expected_of(keys, PROFIT_PCT).stop == Fraction("0.95") * Fraction("0.995")
    even = {"break_even": {"after_gain_pct": "0.05", "limit_below_pct": "0.5"}}
    assert expected_of(even, PROFIT_PCT).stop == Fraction("0.995")
    assert expected_of(keys | even, PROFIT_PCT).stop == Fraction("0.95") * Fraction("0.995")

"""Ways of selling in the configuration: what does not go together, and what is not there yet."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from lotkeeper.config import ConfigProblems, exit_policy, load_config
from lotkeeper.trading.policy import AgeStep, Rung

PAIRS = "pairs: {BTCUSDT: {}, ETHUSDT: {}}\n"
LIST = "a list of parts, each with share_pct and net_profit_pct, or [] for none"
HALVES = "[{share_pct: 50, net_profit_pct: 0.5}, {share_pct: 50, net_profit_pct: 2}]"
RUNGS = (Rung(D(50), D("0.5")), Rung(D(50), D(2)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    (folder / "config.yaml").write_text(text)
    with pytest.raises(ConfigProblems) as caught:
        load_config(Path("config.yaml"), environ)
    return [str(each) for each in caught.value.problems]


def ladders(folder: Path, text: str, **environ: str) -> list[tuple[Rung, ...]]:
    """Of each pair."""
    (folder / "config.yaml").write_text(text)
    config = load_config(Path("config.yaml"), environ)
    return [exit_policy(config, symbol).ladder for symbol in config.pairs]


def test_a_ladder_for_all_pairs_for_one_and_for_none(folder: Path) -> None:
    assert ladders(folder, f"exit: {{ladder: {HALVES}}}\n{PAIRS}") == [RUNGS, RUNGS]
    assert ladders(folder, f"pairs: {{BTCUSDT: {{ladder: {HALVES}}}, ETHUSDT: }}") == [RUNGS, ()]
    text = f"exit: {{ladder: {HALVES}}}\npairs: {{BTCUSDT: {{ladder: []}}, ETHUSDT: {{ladder: }}}}"
    assert ladders(folder, text) == [(), RUNGS]


def test_a_ladder_in_lines_of_its_own(folder: Path) -> None:
    text = "exit:\n  ladder:\n    - share_pct: 50\n      net_profit_pct: 0.5\n"
    text += "    - {share_pct: '50', net_profit_pct: 2.0}\n"
    assert ladders(folder, text + "pairs: {BTCUSDT: }") == [RUNGS]


def test_a_ladder_by_the_environment(folder: Path) -> None:
    environ = {"LOTKEEPER_EXIT__LADDER": HALVES, "LOTKEEPER_PAIRS__ETHUSDT__LADDER": "[]"}
    assert ladders(folder, PAIRS, **environ) == [RUNGS, ()]


@pytest.mark.parametrize("text", ["50 at 0.5", "{share_pct: 100}", "[&x {a: 1}, *x]", "[{share_pct: ]"])
def test_a_variable_that_is_no_list(folder: Path, text: str) -> None:
    (line,) = problems(folder, PAIRS, LOTKEEPER_EXIT__LADDER=text)
    assert line.startswith("LOTKEEPER_EXIT__LADDER: exit.ladder: found '")
    assert line.endswith(f"allowed: {LIST}")


@pytest.mark.parametrize(
    ("ladder", "found"),
    [
        (
            "5",
            f"exit.ladder: found '5'; allowed: {LIST}",
        ),
        ("[5]", "exit.ladder.0: found '5'; allowed: a mapping with share_pct and net_profit_pct"),
        ("[{share_pct: 100}]", "exit.ladder.0.net_profit_pct: found nothing; allowed: a decimal number from 0 to 1000"),
        (
            "[{share_pct: 0, net_profit_pct: 1}]",
            "exit.ladder.0.share_pct: found '0'; allowed: a decimal number above 0, at most 100",
        ),
        (
            "[{share: 100, net_profit_pct: 1, share_pct: 5}]",
            "exit.ladder.0.share: found a key that is not known; allowed: share_pct, net_profit_pct"
            " (did you mean share_pct?)",
        ),
    ],
)
def test_a_part_that_is_none(folder: Path, ladder: str, found: str) -> None:
    assert problems(folder, f"exit: {{ladder: {ladder}}}\n{PAIRS}") == [f"config.yaml:1: {found}"]
    own = problems(folder, f"pairs: {{BTCUSDT: {{ladder: {ladder}}}}}\n")
    assert own == [f"config.yaml:1: {found}".replace("exit.", "pairs.BTCUSDT.", 1)]


def part(share: str, profit: str) -> str:
    return f"{{share_pct: {share}, net_profit_pct: {profit}}}"


@pytest.mark.parametrize(
    ("more", "parts", "found"),
    [
        ("", [part("50", "1"), part("40", "2")], "shares of 90 % in all; allowed: shares that are 100 % together"),
        ("", [part("50", "1"), part("50.5", "2")], "shares of 100.5 % in all; allowed: shares that are 100 % together"),
        (
            "",
            [part("50", "2"), part("50", "1")],
            "net profits of 2, 1 %; allowed: each part's above that of the part before it",
        ),
        (
            "",
            [part("50", "1"), part("50", "1.0")],
            "net profits of 1, 1 %; allowed: each part's above that of the part before it",
        ),
        (
            "",
            [part("50", "0.4"), part("50", "1")],
            "a net profit of 0.4 %; allowed: at least net_profit_pct, which is 0.5 %",
        ),
        (
            "max_sells_per_lot: 1",
            [part("50", "1"), part("50", "2")],
            "2 parts; allowed: at most max_sells_per_lot, which is 1",
        ),
        (
            "keep_coins_pct: 7.50",
            [part("50", "1"), part("50", "2")],
            "a ladder beside keep_coins_pct 7.5; allowed: one of the two in this version",
        ),
        (
            "min_net_profit: 3",
            [part("50", "1"), part("50", "2")],
            "a ladder beside min_net_profit 3; allowed: one of the two: its parts have net profits of their own",
        ),
    ],
)
def test_what_does_not_go_together(folder: Path, more: str, parts: list[str], found: str) -> None:
    """Said once where it stands for all pairs, and at the pair where the pair says it."""
    keys = ", ".join([f"ladder: [{', '.join(parts)}]", *([more] if more else [])])
    assert problems(folder, f"exit: {{{keys}}}\n{PAIRS}") == [f"config.yaml:1: exit.ladder: found {found}"]
    own = problems(folder, f"pairs:\n  BTCUSDT: {{{keys}}}\n  ETHUSDT: {{}}\n")
    assert own == [f"config.yaml:2: pairs.BTCUSDT.ladder: found {found}"]


def test_a_pair_may_ask_for_more_than_the_ladder_of_all_pairs_allows(folder: Path) -> None:
    """Then the ladder of all pairs does not go with this pair."""
    text = f"exit:\n  ladder: {HALVES}\npairs: {{BTCUSDT: {{net_profit_pct: 1}}, ETHUSDT: {{}}}}\n"
    expected = "a net profit of 0.5 %; allowed: at least net_profit_pct, which is 1 %"
    assert problems(folder, text) == [f"config.yaml:2: exit.ladder: found {expected}"]


def test_conflicts_are_said_together_with_all_other_faults(folder: Path) -> None:
    text = f"exit:\n  max_sells_per_lot: 1\n  ladder: {HALVES}\nlogs: {{keep: 0}}\n{PAIRS}"
    assert [line.partition(": found")[0] for line in problems(folder, text)] == [
        "config.yaml:3: exit.ladder",
        "config.yaml:4: logs.keep",
    ]


def stops(folder: Path, text: str, **environ: str) -> list[tuple[D, D]]:
    """Of each pair: how far under the cost the stop is, and how far under that its limit."""
    (folder / "config.yaml").write_text(text)
    config = load_config(Path("config.yaml"), environ)
    policies = (exit_policy(config, symbol) for symbol in config.pairs)
    return [(each.stop_loss_pct, each.stop_limit_pct) for each in policies]


def test_a_stop_loss_for_all_pairs_for_one_and_for_none(folder: Path) -> None:
    assert stops(folder, PAIRS) == [(0, 0), (0, 0)]
    assert stops(folder, f"exit: {{stop_loss: {{below_cost_pct: 8}}}}\n{PAIRS}") == [(8, D("0.5"))] * 2
    text = (
        "exit: {stop_loss: {below_cost_pct: 8, limit_below_pct: 2}}\npairs: {BTCUSDT: {stop_loss: {below_cost_pct: 0}}}"
    )
    assert stops(folder, text) == [(0, D("0.5"))]
    own = stops(folder, PAIRS, LOTKEEPER_EXIT__STOP_LOSS="{below_cost_pct: 3, limit_below_pct: 0}")
    assert own == [(3, 0), (3, 0)]


@pytest.mark.parametrize(
    ("stop_loss", "line"),
    [
        ("8", "stop_loss: found '8'; allowed: a mapping with below_cost_pct and limit_below_pct, or nothing for none"),
        ("{limit_below_pct: 1}", "stop_loss.below_cost_pct: found nothing; allowed: a decimal number from 0 to 99, in"),
        ("{below_cost_pct: 100}", "stop_loss.below_cost_pct: found '100'; allowed: a decimal number from 0 to 99, in"),
        (
            "{below_cost_pct: 8, limit: 1}",
            "stop_loss.limit: found a key that is not known; allowed: below_cost_pct, lim",
        ),
        (
            "{below_cost_pct: 8, limit_below_pct: 51}",
            "stop_loss.limit_below_pct: found '51'; allowed: a decimal number from 0 to 50, in percent of the stop",
        ),
        (
            "{below_cost_pct: 8}, keep_coins_pct: 50",
            "stop_loss: found a stop loss beside keep_coins_pct 50; allowed: one",
        ),
        (
            f"{{below_cost_pct: 8}}, ladder: {HALVES}",
            "stop_loss: found a stop loss beside a ladder; allowed: one of the",
        ),
    ],
)
def test_a_stop_loss_that_cannot_be(folder: Path, stop_loss: str, line: str) -> None:
    (found,) = problems(folder, f"exit: {{stop_loss: {stop_loss}}}\n{PAIRS}")
    assert found.startswith(f"config.yaml:1: exit.{line}")


def gains(folder: Path, text: str, **environ: str) -> list[tuple[D, D]]:
    """Of each pair: after which gain break-even is armed, and how far under it the stop sells at most."""
    (folder / "config.yaml").write_text(text)
    config = load_config(Path("config.yaml"), environ)
    policies = (exit_policy(config, symbol) for symbol in config.pairs)
    return [(each.break_even_gain_pct, each.break_even_limit_pct) for each in policies]


def test_break_even_for_all_pairs_for_one_and_for_none(folder: Path) -> None:
    assert gains(folder, PAIRS) == [(0, 0), (0, 0)]
    assert gains(folder, f"exit: {{net_profit_pct: 5, break_even: {{after_gain_pct: 2}}}}\n{PAIRS}") == [(2, 0)] * 2
    text = (
        "exit: {net_profit_pct: 5, break_even: {after_gain_pct: 2, limit_below_pct: 0.5}}\n"
        "pairs: {BTCUSDT: {break_even: {after_gain_pct: 0}}, ETHUSDT: }"
    )
    assert gains(folder, text) == [(0, 0), (2, D("0.5"))]
    own = gains(folder, PAIRS, LOTKEEPER_EXIT__BREAK_EVEN="{after_gain_pct: 0.3, limit_below_pct: 1}")
    assert own == [(D("0.3"), 1), (D("0.3"), 1)]


def test_break_even_goes_beside_a_stop_loss(folder: Path) -> None:
    text = f"exit: {{net_profit_pct: 5, stop_loss: {{below_cost_pct: 8}}, break_even: {{after_gain_pct: 2}}}}\n{PAIRS}"
    assert (stops(folder, text), gains(folder, text)) == ([(8, D("0.5"))] * 2, [(2, 0)] * 2)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("break_even: 2", "found '2'; allowed: a mapping with after_gain_pct and limit_below_pct, or nothing for none"),
        ("break_even: {after_gain_pct: 2}", "found a gain of 2 %; allowed: below net_profit_pct, which is 0.5 %"),
        (
            "net_profit_pct: 2, break_even: {after_gain_pct: 2}",
            "found a gain of 2 %; allowed: below net_profit_pct, wh",
        ),
        (
            "net_profit_pct: 5, break_even: {after_gain_pct: 2}, keep_coins_pct: 50",
            "found break-even beside keep_coins_pct 50; allowed: one of the two in this version",
        ),
        (
            "net_profit_pct: 5, break_even: {after_gain_pct: 2}, trailing: {distance_pct: 1}",
            "found break-even beside trailing; allowed: one of the two in this version",
        ),
        (
            "net_profit_pct: 5, break_even: {after_gain_pct: 2}, ladder: [{share_pct: 100, net_profit_pct: 5}]",
            "found break-even beside a ladder; allowed: one of the two in this version",
        ),
    ],
)
def test_break_even_that_cannot_be(folder: Path, keys: str, line: str) -> None:
    (found,) = problems(folder, f"exit: {{{keys}}}\n{PAIRS}")
    assert found.startswith(f"config.yaml:1: exit.break_even: {line}")


def test_beside_a_least_profit_in_quote_any_gain_may_be_below_the_target(folder: Path) -> None:
    text = f"exit: {{min_net_profit: 3, break_even: {{after_gain_pct: 2}}}}\n{PAIRS}"
    assert gains(folder, text) == [(2, 0)] * 2


@pytest.mark.parametrize(
    ("break_even", "line"),
    [
        (
            "{limit_below_pct: 1}",
            "after_gain_pct: found nothing; allowed: a decimal number from 0 to 1000, in percent of",
        ),
        ("{after_gain_pct: -1}", "after_gain_pct: found '-1'; allowed: a decimal number from 0 to 1000, in percent of"),
        (
            "{after_gain_pct: 0.2, gain: 1}",
            "gain: found a key that is not known; allowed: after_gain_pct, limit_below_",
        ),
        (
            "{after_gain_pct: 0.2, limit_below_pct: 51}",
            "limit_below_pct: found '51'; allowed: a decimal number from 0 to 50, in percent of the stop",
        ),
    ],
)
def test_a_value_of_break_even_that_cannot_be(folder: Path, break_even: str, line: str) -> None:
    (found,) = problems(folder, f"exit: {{break_even: {break_even}}}\n{PAIRS}")
    assert found.startswith(f"config.yaml:1: exit.break_even.{line}")


@pytest.mark.parametrize("key", ["group"])
def test_a_way_of_selling_that_is_not_there_yet_is_refused(folder: Path, key: str) -> None:
    (line,) = problems(folder, f"exit: {{{key}: 1}}\n{PAIRS}")
    assert line.startswith(f"config.yaml:1: exit.{key}: found an exit that is not available in this version; allowed: ")
    (line,) = problems(folder, f"pairs: {{BTCUSDT: {{{key}: 1}}}}\n")
    assert line.startswith(f"config.yaml:1: pairs.BTCUSDT.{key}: found an exit that is not available in this version")


# Steps by age

DAY_MS = 86_400_000
AGES = "[{after: 7d, net_profit_pct: 0.2}, {after: 720h, net_profit_pct: 0}]"
STEPS = (AgeStep(7 * DAY_MS, D("0.2")), AgeStep(30 * DAY_MS, D(0)))


def ages(folder: Path, text: str, **environ: str) -> list[tuple[AgeStep, ...]]:
    """Of each pair."""
    (folder / "config.yaml").write_text(text)
    config = load_config(Path("config.yaml"), environ)
    return [exit_policy(config, symbol).age for symbol in config.pairs]


def test_steps_for_all_pairs_for_one_and_for_none(folder: Path) -> None:
    assert ages(folder, f"exit: {{age: {AGES}}}\n{PAIRS}") == [STEPS, STEPS]
    assert ages(folder, f"exit: {{age: {AGES}}}\npairs: {{BTCUSDT: {{age: []}}, ETHUSDT: }}") == [(), STEPS]
    assert ages(folder, PAIRS, LOTKEEPER_PAIRS__ETHUSDT__AGE=AGES) == [(), STEPS]


@pytest.mark.parametrize(
    ("time", "after_ms"), [("1s", 1_000), ("90m", 5_400_000), ("12h", 43_200_000), ("3650d", 3650 * DAY_MS)]
)
def test_times(folder: Path, time: str, after_ms: int) -> None:
    text = f"exit: {{age: [{{after: {time}, net_profit_pct: 0}}]}}\npairs: {{BTCUSDT: }}"
    assert ages(folder, text) == [(AgeStep(after_ms, D(0)),)]


@pytest.mark.parametrize("time", ["7", "7w", "0d", "-1d", "1.5d", "3651d", "d", "9999999999d", "7 d"])
def test_times_that_are_none(folder: Path, time: str) -> None:
    (line,) = problems(folder, f"exit: {{age: [{{after: {time}, net_profit_pct: 0}}]}}\n{PAIRS}")
    assert line == f"config.yaml:1: exit.age.0.after: found '{time}'; allowed: a time such as 90m, 12h or 7d"


def age_step(after: str, profit: str) -> str:
    return f"{{after: {after}, net_profit_pct: {profit}}}"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (
            [age_step("7d", "0.2"), age_step("168h", "0.1")],
            "steps that are not in order; allowed: each step later than the one before it",
        ),
        (
            [age_step("7d", "0.2"), age_step("8d", "0.20")],
            "net profits of 0.2, 0.2 %; allowed: each step's below that of the step before it",
        ),
        ([age_step("7d", "0.5")], "a first step to 0.5 %; allowed: below net_profit_pct, which is 0.5 %"),
    ],
)
def test_steps_that_do_not_go_together(folder: Path, steps: list[str], found: str) -> None:
    text = f"exit: {{age: [{', '.join(steps)}]}}\n{PAIRS}"
    assert problems(folder, text) == [f"config.yaml:1: exit.age: found {found}"]


def test_a_step_may_be_above_the_least_part_of_a_ladder(folder: Path) -> None:
    text = f"exit: {{ladder: {HALVES}, age: [{age_step('7d', '1')}]}}\npairs: {{BTCUSDT: }}"
    assert ages(folder, text) == [(AgeStep(7 * DAY_MS, D(1)),)]


# Trailing

TRAILING = "{distance_pct: 1.5, share_pct: 70}"


def trails(folder: Path, text: str, **environ: str) -> list[tuple[int, D]]:
    """Of each pair: the distance in bips, and the share in percent."""
    (folder / "config.yaml").write_text(text)
    config = load_config(Path("config.yaml"), environ)
    policies = [exit_policy(config, symbol) for symbol in config.pairs]
    return [(each.trailing_bips, each.trailing_share_pct) for each in policies]


def test_trailing_for_all_pairs_for_one_and_for_none(folder: Path) -> None:
    assert trails(folder, f"exit: {{trailing: {TRAILING}}}\n{PAIRS}") == [(150, D(70)), (150, D(70))]
    text = "pairs: {BTCUSDT: {trailing: {distance_pct: 0.01}}, ETHUSDT: }"
    assert trails(folder, text) == [(1, D(100)), (0, D(100))]
    pairs = "{BTCUSDT: {trailing: {distance_pct: 0}}, ETHUSDT: {trailing: }}"
    text = f"exit: {{trailing: {TRAILING}}}\npairs: {pairs}"
    assert trails(folder, text) == [(0, D(100)), (150, D(70))]


def test_trailing_by_the_environment(folder: Path) -> None:
    environ = {"LOTKEEPER_EXIT__TRAILING": TRAILING, "LOTKEEPER_PAIRS__ETHUSDT__TRAILING": "{distance_pct: 3}"}
    assert trails(folder, PAIRS, **environ) == [(150, D(70)), (300, D(100))]
    (line,) = problems(folder, PAIRS, LOTKEEPER_EXIT__TRAILING="1.5")
    assert line == (
        "LOTKEEPER_EXIT__TRAILING: exit.trailing: found '1.5'; allowed: "
        "a mapping with distance_pct, and share_pct if only a part is to follow the price"
    )


DISTANCE = "a decimal number from 0.01 to 99.99 with two decimals at most, or 0 for none"


@pytest.mark.parametrize(
    ("trailing", "found"),
    [
        ("{distance_pct: 1.555}", f".distance_pct: found '1.555'; allowed: {DISTANCE}"),
        ("{distance_pct: 100}", f".distance_pct: found '100'; allowed: {DISTANCE}"),
        ("{distance_pct: -1}", f".distance_pct: found '-1'; allowed: {DISTANCE}"),
        ("{share_pct: 50}", f".distance_pct: found nothing; allowed: {DISTANCE}"),
        (
            "{distance_pct: 1, share_pct: 0}",
            ".share_pct: found '0'; allowed: a decimal number above 0, at most 100",
        ),
        (
            "{distance: 1, distance_pct: 1}",
            ".distance: found a key that is not known; allowed: distance_pct, share_pct (did you mean distance_pct?)",
        ),
    ],
)
def test_a_trailing_that_is_none(folder: Path, trailing: str, found: str) -> None:
    assert problems(folder, f"exit: {{trailing: {trailing}}}\n{PAIRS}") == [f"config.yaml:1: exit.trailing{found}"]
    own = f"pairs: {{BTCUSDT: {{trailing: {trailing}}}}}\n"
    assert problems(folder, own) == [f"config.yaml:1: pairs.BTCUSDT.trailing{found}"]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (f"ladder: {HALVES}", "trailing beside a ladder; allowed: one of the two in this version"),
        ("keep_coins_pct: 50", "trailing beside keep_coins_pct 50; allowed: one of the two in this version"),
        (
            "max_sells_per_lot: 1",
            "a share of 70 % beside max_sells_per_lot 1; allowed: 100 %, or at least two SELLs of a lot",
        ),
    ],
)
def test_what_does_not_go_together_with_trailing(folder: Path, other: str, found: str) -> None:
    text = f"exit: {{trailing: {TRAILING}, {other}}}\n{PAIRS}"
    assert problems(folder, text) == [f"config.yaml:1: exit.trailing: found {found}"]
    switched_off = f"exit: {{trailing: {{distance_pct: 0}}, {other}}}\n{PAIRS}"
    assert trails(folder, switched_off) == [(0, D(100)), (0, D(100))]

"""`lotkeeper paper --check JOURNAL`."""

import json

import pytest
from click.testing import CliRunner

from cli.commands.paper import paper
from lotkeeper.verification.judge.naming import lot_name


def check(bench, *args):
    bench.journal.flush()
    return CliRunner().invoke(paper, ["--check", str(bench.path), *args], env={"COLUMNS": "120"})


def test_kept_is_zero_and_broken_is_one(bench):
    lot = bench.buy()
    bench.sell(lot, "0.00999", "60420.80")
    assert check(bench, "--net-profit-pct", "0.5").exit_code == 0
    broken = check(bench, "--net-profit-pct", "0.6")
    assert broken.exit_code == 1
    assert "its floor is 60480.92" in broken.output
    assert "The promise was broken once." in broken.output


def test_a_table_for_people(bench):
    bench.sell(bench.buy(), "0.00999", "60420.80")
    lost = bench.buy()
    output = check(bench, "--grace", "0").output
    for text in ("BTCUSDT", "0.01998", "0.00999", "no BUY is lost", "broken once", lot_name(lost.order_id)):
        assert text in output


def test_one_document_for_programs(bench):
    bench.sell(bench.buy(), "0.00999", "60420.80")
    lost = bench.buy()
    result = check(bench, "--grace", "0", "--net-profit-pct", "0.5", "--json")
    document = json.loads(result.output)
    assert (result.exit_code, document["kept"]) == (1, False)
    assert {point: each["violations"] for point, each in document["points"].items()} == {"1": 1, "2": 0, "3": 0}
    (found,) = document["violations"]
    assert (found["point"], found["symbol"], found["lot"]) == (1, "BTCUSDT", lot_name(lost.order_id))
    assert document["net_profit_pct"] == "0.5"
    (pair,) = document["pairs"]
    assert (pair["received"], pair["offered"], pair["remainder"]) == ("0.01998", "0.00999", "0.00999")


def test_each_wish_arrives(bench):
    lot = bench.buy()
    bench.cancel(bench.sell(lot, "0.00999", "60000.5"))
    name = lot_name(lot.order_id)
    assert check(bench, "--grace", "0").exit_code == 1
    assert check(bench, "--grace", "0", "--except", name).exit_code == 0
    assert check(bench, "--grace", "0", "--except", name, "--strict").exit_code == 1
    assert check(bench, "--grace", "60", "--except", name, "--strict").exit_code == 0
    assert check(bench, "--grace", "0", "--pair", "ethbtc", "--strict").exit_code == 0
    assert check(bench, "--net-profit-pct", "btcusdt=5", "--pair", "BTCUSDT").exit_code == 1


def test_the_first_seconds_may_be_before_the_service(bench):
    bench.buy()
    assert check(bench, "--grace", "0").exit_code == 1
    assert check(bench, "--grace", "0", "--from", "60").exit_code == 0


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["--check", "/no/such/journal"], "/no/such/journal"),
        (["--check", __file__], "line 1 is no line of a journal"),
        (["--check", __file__, "--port", "1"], "no meaning with --check, which serves nothing: --port."),
        (["--grace", "1", "--strict"], "no meaning without --check: --grace, --strict."),
        (["--check", __file__, "--net-profit-pct", "BTCUSDT=much"], "'much' is not a percentage"),
        (["--check", __file__, "--net-profit-pct", "-1"], "'-1' is not a percentage"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(args, text):
    result = CliRunner().invoke(paper, args)
    assert result.exit_code == 2
    assert text in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_its_help_has_the_options_of_the_judge_in_a_section_of_their_own(flag):
    result = CliRunner().invoke(paper, [flag])
    assert result.exit_code == 0
    serving, _, judging = result.output.partition("With --check, which judges a journal instead of serving:")
    assert ("--port" in serving, "--grace" in serving) == (True, False)
    assert ("--port" in judging, "--grace" in judging) == (False, True)
    assert "LOTKEEPER_PAPER_API_SECRET" in serving

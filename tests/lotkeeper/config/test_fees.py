"""The section `fees`."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from lotkeeper.config import ConfigProblems, fee_reserve, load_config
from lotkeeper.trading.fee_reserve.reserve import FeeReserveSettings, TopUp

BOUGHT = "a decimal number above 0, at most 1000000000"


def load(folder: Path, fees: str, pairs: str = "{BTCUSDT: }", **environ: str):
    path = folder / "config.yaml"
    path.write_text(f"pairs: {pairs}\nfees: {fees}\n")
    return load_config(path, environ)


def problems(folder: Path, fees: str, pairs: str = "{BTCUSDT: }") -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        load(folder, fees, pairs)
    return [str(each).partition("config.yaml:")[2] for each in caught.value.problems]


@pytest.mark.parametrize("fees", ["", "{}", "{bnb: {}}", "{bnb: {keep_at_least: 0}}"])
def test_nobody_looks_after_it_unless_it_is_said(tmp_path, fees):
    assert fee_reserve(load(tmp_path, fees).fees) is None


def test_an_amount_or_a_value_is_bought(tmp_path):
    found = load(tmp_path, "{bnb: {keep_at_least: 0.02, top_up: {pair: BNBUSDT, amount: 0.05}}}")
    assert fee_reserve(found.fees) == FeeReserveSettings(D("0.02"), TopUp("BNBUSDT", amount=D("0.05")))
    found = load(tmp_path, "{bnb: {keep_at_least: 0.02, top_up: {pair: BNBUSDC, quote: 30}}}")
    assert fee_reserve(found.fees) == FeeReserveSettings(D("0.02"), TopUp("BNBUSDC", quote=D(30)))


def test_by_the_environment(tmp_path):
    environ = {"LOTKEEPER_FEES__BNB__KEEP_AT_LEAST": "0.1", "LOTKEEPER_FEES__BNB__TOP_UP__QUOTE": "25"}
    found = load(tmp_path, "{bnb: {top_up: {pair: BNBUSDT}}}", **environ)
    assert fee_reserve(found.fees) == FeeReserveSettings(D("0.1"), TopUp("BNBUSDT", quote=D(25)))


@pytest.mark.parametrize(
    ("fees", "problem"),
    [
        ("{bnb: {keep_at_least: -1}}", "fees.bnb.keep_at_least: found '-1'"),
        ("{bnb: {keep: 1}}", "fees.bnb.keep: found a key that is not known; allowed: keep_at_least, top_up"),
        ("{bnbs: {}}", "fees.bnbs: found a key that is not known; allowed: bnb (did you mean bnb?)"),
        (
            "{bnb: {keep_at_least: 1, top_up: {pair: BNBUSDT, amount: 0}}}",
            f"found '0'; allowed: {BOUGHT}",
        ),
        ("{bnb: {keep_at_least: 1, top_up: {pair: ETHUSDT, amount: 1}}}", "allowed: a pair that buys BNB"),
        ("{bnb: {keep_at_least: 1, top_up: {amount: 1}}}", "fees.bnb.top_up.pair: found nothing"),
        ("{bnb: {keep_at_least: 1, top_up: {pair: BNBUSDT}}}", "top_up: found neither amount nor quote"),
        ("{bnb: {keep_at_least: 1, top_up: {pair: BNBUSDT, amount: 1, quote: 1}}}", "found both amount and quote"),
        ("{bnb: {top_up: {pair: BNBUSDT, amount: 1}}}", "found a top-up without keep_at_least"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, fees, problem):
    (line,) = problems(tmp_path, fees)
    assert line.startswith("2: ")
    assert problem in line

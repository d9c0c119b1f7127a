"""Every key of a configuration with its value."""

from decimal import Decimal as D
from pathlib import Path

import pytest
import yaml

from lotkeeper.config import Config, listed_keys, load_config, shown
from lotkeeper.config.listing import duration, text

LADDER = "[{share_pct: 50, net_profit_pct: 0.5}, {share_pct: 50, net_profit_pct: 2}]"
TEXT = f"""\
exit: {{ladder: {LADDER}, age: [{{after: 36h, net_profit_pct: 0.20}}]}}
pairs: {{BTCUSDT: {{ladder: [], bnb_discount: yes}}, ETHUSDT: }}
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return read(tmp_path / "config.yaml", TEXT)


def read(path: Path, text: str) -> Config:
    path.write_text(text)
    return load_config(path, {})


def test_each_key_has_its_value_in_one_line_defaults_included(config: Config) -> None:
    keys = listed_keys(config)
    assert keys["exchange.key_type"] == "ed25519"
    assert keys["exit.net_profit_pct"] == "0.5"
    assert keys["exit.ladder"] == LADDER
    assert keys["exit.age"] == "[{after: 36h, net_profit_pct: 0.2}]"
    assert keys["adopt.since"] == "none"
    assert {key: value for key, value in keys.items() if key.startswith("pairs.")} == {
        "pairs.BTCUSDT": "kept",
        "pairs.BTCUSDT.ladder": "[]",
        "pairs.BTCUSDT.bnb_discount": "true",
        "pairs.ETHUSDT": "kept",
    }


def test_what_is_shown_is_read_as_the_same_configuration(config: Config, tmp_path: Path) -> None:
    again = read(tmp_path / "again.yaml", yaml.safe_dump(shown(config), sort_keys=False))
    assert again == config


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [(86_400_000, "1d"), (129_600_000, "36h"), (5_400_000, "90m"), (5_000, "5s"), (1_500, "1.5s")],
)
def test_a_time_has_the_largest_unit_that_divides_it(milliseconds: int, written: str) -> None:
    assert duration(milliseconds) == written


@pytest.mark.parametrize(
    ("value", "written"), [(None, "none"), (True, "true"), (D("0.500"), "0.5"), (60.0, "60.0"), ("x", "x"), ((), "[]")]
)
def test_a_value_is_written_as_the_file_may_have_it(value: object, written: str) -> None:
    assert text(value) == written


def test_the_password_of_the_database_is_not_shown(config: Config) -> None:
    known = config.model_copy(update={"database": "postgresql://me:secret@host/lots"})
    assert listed_keys(known)["database"] == shown(known)["database"] == "postgresql://me:***@host/lots"

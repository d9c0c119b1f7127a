"""The configuration as the file and the environment give it."""

import pickle
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.config import (
    SECRET_VARIABLES,
    Config,
    ConfigProblems,
    KeyType,
    adoption,
    exit_policy,
    is_loopback,
    load_config,
)
from lotkeeper.config.exits import ExitConfig, ExitOverrides
from lotkeeper.trading.lots.fees import SellFee
from lotkeeper.trading.policy import Adoption, Dust, ExitPolicy, OnPartial

ROOT = Path(__file__).parents[3]
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes config.yaml into the working folder, so that a problem names it as short as that."""
    monkeypatch.chdir(tmp_path)

    def write_file(text: str) -> Path:
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        return Path("config.yaml")

    return write_file


def test_the_file_of_the_project_shows_the_defaults() -> None:
    shown = load_config(ROOT / "config.yaml", {})
    assert shown.exchange == Config(pairs={"BTCUSDT": {}}).exchange  # type: ignore[dict-item]
    assert shown.exit == Config(pairs={"BTCUSDT": {}}).exit  # type: ignore[dict-item]
    assert shown.streams == Config(pairs={"BTCUSDT": {}}).streams  # type: ignore[dict-item]
    assert shown.adopt == Config(pairs={"BTCUSDT": {}}).adopt  # type: ignore[dict-item]
    assert shown.logs.model_dump(exclude={"directory"}) == Config(pairs={"A": {}}).logs.model_dump(  # type: ignore[dict-item]
        exclude={"directory"}
    )
    assert list(shown.pairs) == ["BTCUSDT"]


def test_the_file_of_the_project_shows_every_key() -> None:
    tree = yaml.safe_load((ROOT / "config.yaml").read_text())
    assert set(tree) == set(Config.model_fields) - {"runtime_dir"}
    for section in ("exchange", "exit", "adopt", "streams", "logs"):
        assert set(tree[section]) == set(type(getattr(load_config(ROOT / "config.yaml", {}), section)).model_fields)


def test_pairs_alone_are_enough(write: Write, tmp_path: Path) -> None:
    config = load_config(write("pairs: {BTCUSDT: }"), {})
    assert config.exchange.key_type is KeyType.ED25519
    assert config.exchange.recv_window_ms == 5000
    assert config.exit.net_profit_pct == Decimal("0.5")
    assert config.database == f"sqlite:///{tmp_path}/lotkeeper.sqlite"
    assert config.logs.directory == tmp_path / "logs"


def test_empty_sections_stand_for_defaults(write: Write) -> None:
    path = write("exchange:\nexit:\nstreams:\nlogs:\npairs: {BTCUSDT: {}}\n")
    assert load_config(path, {}) == load_config(write("pairs: {BTCUSDT: {}}"), {})


@given(st.decimals(min_value=0, max_value=1000, allow_nan=False, places=25))
def test_a_number_without_quotes_is_taken_as_written(number: Decimal) -> None:
    path = Path("/nowhere/config.yaml")
    with pytest.MonkeyPatch.context() as patch:
        text = f"exit:\n  net_profit_pct: {number:f}\npairs:\n  BTCUSDT: {{}}\n"
        patch.setattr(Path, "read_bytes", lambda _: text.encode())
        assert str(load_config(path, {}).exit.net_profit_pct) == str(number)


def test_a_pair_has_its_own_exit(write: Write) -> None:
    text = "exit: {on_partial: complete}\npairs: {BTCUSDT: {net_profit_pct: 1.1}, ETHUSDT: {on_partial: immediate}}"
    config = load_config(write(text), {})
    assert exit_policy(config, "BTCUSDT") == ExitPolicy(Decimal("1.1"), OnPartial.COMPLETE)
    assert exit_policy(config, "ETHUSDT") == ExitPolicy(Decimal("0.5"), OnPartial.IMMEDIATE)


def test_every_wish_can_be_said_for_all_pairs_and_for_one(write: Write) -> None:
    said = {
        "net_profit_pct": "1.5",
        "min_net_profit": "2.25",
        "keep_coins_pct": "12.5",
        "on_partial": "complete",
        "max_sells_per_lot": "3",
        "dust": "write_off",
        "sell_fee": "maker",
        "bnb_discount": "true",
        "free_order_slots": "0",
        "free_algo_slots": "2",
    }
    lists_and_mappings = {"ladder", "age", "trailing", "stop_loss", "break_even"}
    assert {*said, *lists_and_mappings} == set(ExitConfig.model_fields) == set(ExitOverrides.model_fields)
    others = OnPartial.COMPLETE, Decimal("2.25"), Dust.WRITE_OFF, SellFee.MAKER, True, 3, 0
    wanted = ExitPolicy(Decimal("1.5"), *others, keep_coins_pct=Decimal("12.5"), free_algo_slots=2)
    text = ", ".join(f"{key}: {value}" for key, value in said.items())
    for_all = load_config(write(f"exit: {{{text}}}\npairs: {{BTCUSDT: , ETHUSDT: }}"), {})
    assert exit_policy(for_all, "BTCUSDT") == exit_policy(for_all, "ETHUSDT") == wanted
    for_one = load_config(write(f"pairs: {{BTCUSDT: {{{text}}}, ETHUSDT: }}"), {})
    assert exit_policy(for_one, "BTCUSDT") == wanted
    assert exit_policy(for_one, "ETHUSDT") == ExitPolicy(Decimal("0.5"))


def test_a_wish_of_exit_can_be_taken_back_for_one_pair(write: Write) -> None:
    text = (
        "exit: {bnb_discount: true, free_order_slots: 7}\npairs: {BTCUSDT: {bnb_discount: false, free_order_slots: 0}}"
    )
    policy = exit_policy(load_config(write(text), {}), "BTCUSDT")
    assert (policy.bnb_discount, policy.free_order_slots) == (False, 0)


def test_wishes_by_the_environment(write: Write) -> None:
    environ = {
        "LOTKEEPER_EXIT__MIN_NET_PROFIT": "0.000000000000000001",
        "LOTKEEPER_EXIT__BNB_DISCOUNT": "true",
        "LOTKEEPER_PAIRS__BTCUSDT__DUST": "write_off",
        "LOTKEEPER_PAIRS__BTCUSDT__MAX_SELLS_PER_LOT": "1",
    }
    policy = exit_policy(load_config(write("pairs: {BTCUSDT: }"), environ), "BTCUSDT")
    assert (policy.min_net_profit, policy.bnb_discount) == (Decimal("1E-18"), True)
    assert (policy.dust, policy.max_sells) == (Dust.WRITE_OFF, 1)


def test_no_profit_for_one_pair_is_not_the_same_as_nothing_said(write: Write) -> None:
    config = load_config(write("pairs: {BTCUSDT: {net_profit_pct: 0}}"), {})
    assert exit_policy(config, "BTCUSDT").net_profit_pct == 0


@pytest.mark.parametrize("symbol", ["1INCHUSDT", "币安人生USDT", "NO", "A_B-C.D", "123"])
def test_symbols_of_every_script(write: Write, symbol: str) -> None:
    assert list(load_config(write(f"pairs:\n  {symbol}: {{}}\n"), {}).pairs) == [symbol]


def test_the_environment_wins_over_the_file(write: Write) -> None:
    environ = {
        "LOTKEEPER_EXCHANGE__RECV_WINDOW_MS": "1000",
        "LOTKEEPER_DATABASE": "sqlite:////var/lib/lots.sqlite",
        "LOTKEEPER_EXIT__NET_PROFIT_PCT": "0.30000000000000000000001",
        "LOTKEEPER_PAIRS__BTCUSDT__NET_PROFIT_PCT": "2",
        "LOTKEEPER_PAIRS__币安人生USDT__ON_PARTIAL": "complete",
        "LOTKEEPER_STREAMS__SILENT_AFTER_S": "0.5",
        "LOTKEEPER_LOGS__LEVEL": "DEBUG",
        "LOTKEEPER_CONFIG": "x",
        "LOTKEEPER_PAPER_PORT": "1",
        "LOTKEEPER_EXCHANGE__API_KEY": "k",
        "HOME": "/root",
    }
    config = load_config(write("exit: {net_profit_pct: 7}\npairs: {BTCUSDT: , 币安人生USDT: {}}"), environ)
    assert config.exchange.recv_window_ms == 1000
    assert config.database == "sqlite:////var/lib/lots.sqlite"
    assert config.exit.net_profit_pct == Decimal("0.30000000000000000000001")
    assert exit_policy(config, "BTCUSDT").net_profit_pct == 2
    assert exit_policy(config, "币安人生USDT").on_partial is OnPartial.COMPLETE
    assert (config.streams.silent_after_s, config.logs.level) == (0.5, "DEBUG")


def test_relative_paths_start_at_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.yaml").write_text("database: sqlite:///data/l.sqlite\nruntime_dir: run\npairs: {BTCUSDT: {}}")
    monkeypatch.chdir("/")
    config = load_config(tmp_path / "config.yaml", {"LOTKEEPER_RUNTIME_DIR": "/run/lk"})
    assert config.database == f"sqlite:///{tmp_path}/data/l.sqlite"
    assert config.logs.directory == tmp_path / "logs"
    assert config.runtime_dir == Path("/run/lk")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:1", "http://localhost:1"])
def test_unencrypted_addresses_of_this_machine(write: Write, url: str) -> None:
    environ = {"LOTKEEPER_EXCHANGE__REST_URL": url, "LOTKEEPER_EXCHANGE__STREAM_URL": url.replace("http", "ws")}
    config = load_config(write("pairs: {BTCUSDT: {}}"), environ)
    assert (config.exchange.rest_url, config.exchange.stream_url) == (url, url.replace("http", "ws"))


def test_a_database_of_a_server_is_taken_as_it_is(write: Write) -> None:
    url = "postgresql://me:a%2Fb@db.example.org/lots?sslmode=verify-full"
    assert load_config(write(f"database: {url}\npairs: {{BTCUSDT: {{}}}}"), {}).database == url


def test_an_address_loses_its_last_slash(write: Write) -> None:
    config = load_config(write("exchange: {rest_url: 'https://api.binance.com/'}\npairs: {BTCUSDT: {}}"), {})
    assert config.exchange.rest_url == "https://api.binance.com"


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.1", True), ("127.255.0.9", True), ("::1", True)]
    + [(host, False) for host in ("10.0.0.1", "localhost.evil.com", "127.0.0.1.nip.io", "0.0.0.0", "::", "")],
)
def test_what_counts_as_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_a_configuration_and_its_problems_travel_to_other_processes(write: Write) -> None:
    config = load_config(write("pairs: {BTCUSDT: {}}"), {})
    assert pickle.loads(pickle.dumps(config)) == config
    with pytest.raises(ConfigProblems) as caught:
        load_config(write("pairs: {}"), {})
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_the_manual_has_every_key_and_its_default() -> None:
    manual = (ROOT / "docs/reference/configuration.md").read_text()
    defaults = Config.model_validate({"pairs": {"BTCUSDT": {}}}).model_dump(
        mode="json", exclude={"pairs", "runtime_dir"}
    )
    for key, default in _flat(defaults):
        shown = str(default).lower() if isinstance(default, bool) else default
        shown = "null" if shown is None else shown
        shown = int(default) if isinstance(default, float) else shown
        assert f"| `{key}` | `{shown}` |" in manual


def _flat(defaults: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Each key with its default, whatever the depth."""
    for key, default in defaults.items():
        if isinstance(default, dict):
            yield from _flat(default, f"{above}{key}.")
        else:
            yield above + key, default


def test_the_example_of_the_environment_is_understood() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    variables = dict(line.lstrip("# ").split("=", 1) for line in lines if line.lstrip("# ").startswith("LOTKEEPER_"))
    config = load_config(ROOT / "config.yaml", variables)
    assert exit_policy(config, "BTCUSDT").net_profit_pct == Decimal(
        variables["LOTKEEPER_PAIRS__BTCUSDT__NET_PROFIT_PCT"]
    )
    assert set(SECRET_VARIABLES) < set(variables)


@pytest.mark.parametrize(
    ("text", "adopts"),
    [
        ("", Adoption(True, None)),
        ("adopt: {buys: named}", Adoption(False, None)),
        ("adopt: {since: 2026-01-31}", Adoption(True, 1_769_817_600_000)),
        ("adopt: {since: '2026-01-31', buys: all}", Adoption(True, 1_769_817_600_000)),
    ],
)
def test_which_buys_become_lots(write: Write, text: str, adopts: Adoption) -> None:
    assert adoption(load_config(write(f"{text}\npairs: {{BTCUSDT: }}"), {})) == adopts


@pytest.mark.parametrize(("key", "value"), [("since", "yesterday"), ("buys", "some"), ("until", "2026-01-31")])
def test_an_adoption_that_is_not_known_is_refused(write: Write, key: str, value: str) -> None:
    with pytest.raises(ConfigProblems, match=rf"adopt\.{key}: found"):
        load_config(write(f"adopt: {{{key}: {value}}}\npairs: {{BTCUSDT: }}"), {})


@pytest.mark.parametrize(
    "name",
    [
        "LOTKEEPER_PORT",
        "LOTKEEPER_SERVICE_HOST",
        "LOTKEEPER_SERVICE_PORT",
        "LOTKEEPER_SERVICE_PORT_HTTP",
        "LOTKEEPER_PORT_80_TCP",
        "LOTKEEPER_PORT_80_TCP_ADDR",
        "LOTKEEPER_PORT_9090_TCP_PROTO",
        "LOTKEEPER_WEB_SERVICE_HOST",
    ],
)
def test_what_a_container_platform_sets_for_a_service_of_this_name_is_passed_over(
    name: str, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    load_config(write("pairs: {BTCUSDT: }"), {name: "tcp://10.0.0.7:80"})
    assert f"{name} is not a variable of lotkeeper" in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "LOTKEEPER_EXIT__NET_PROFIT",
        "LOTKEEPER_EXIT_NET_PROFIT_PCT",
        "LOTKEEPER_NET_PROFIT_PCT",
        "LOTKEEPER_DATABSE",
        "LOTKEEPER_RUNTIMEDIR",
        "LOTKEEPER_API_KEY",
        "LOTKEEPER_API_SECRET",
        "LOTKEEPER_EXCHANGE_API_KEY",
        "LOTKEEPER_REST_URL",
        "LOTKEEPER_CONFG",
        "LOTKEEPER_NOTHING__AT_ALL",
    ],
)
def test_a_slip_in_the_name_of_a_variable_is_refused(name: str, write: Write) -> None:
    with pytest.raises(ConfigProblems, match=name):
        load_config(write("pairs: {BTCUSDT: }"), {name: "1"})


def test_quotes_around_the_value_of_a_variable_are_refused(write: Write) -> None:
    environ = {"LOTKEEPER_LOGS__DIRECTORY": '"logs"', "LOTKEEPER_DATABASE": "'sqlite:///l.sqlite'"}
    with pytest.raises(ConfigProblems) as caught:
        load_config(write("pairs: {BTCUSDT: }"), environ)
    assert [each.found for each in caught.value.problems] == ["quotes around it"] * 2

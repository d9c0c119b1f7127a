"""What is refused: every fault in one line, all at once, with place, key, what was found and what is allowed."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.config import ConfigProblems, load_config

Lines = Callable[..., list[str]]
PAIRS = "pairs: {BTCUSDT: {}}\n"


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """The problems of a file with this text, as they are shown."""
    monkeypatch.chdir(tmp_path)

    def problems(text: str | bytes, environ: Mapping[str, str] | None = None) -> list[str]:
        (tmp_path / "config.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(ConfigProblems) as caught:
            load_config(Path("config.yaml"), environ or {})
        found = [str(problem) for problem in caught.value.problems]
        assert str(caught.value) == "\n".join(found)
        assert all("\n" not in line and "; allowed: " in line for line in found)
        return found

    return problems


def test_a_value_that_is_not_allowed(lines: Lines) -> None:
    text = "# mine\n\nexchange:\n  recv_window_ms: 5000\n\nexit:\n  net_profit_pct: abc\n" + PAIRS
    assert lines(text) == [
        "config.yaml:7: exit.net_profit_pct: found 'abc'; allowed: a decimal number from 0 to 1000",
    ]


def test_all_faults_at_once_in_the_order_of_the_file(lines: Lines) -> None:
    text = (
        """\
exchange:
  key_type: dsa
  recv_window_ms: 60001
database: postgresql://me:hun/ter2@host
exit: {net_profit_pct: -0.1, on_partial: never}
streams: {silent_after_s: nan}
logs: {keep: 0.5, level: LOUD, max_bytes: 1, rotate_hours: -1, total_bytes: few}
runtime_dir: """
        + "/x" * 40
    )
    found = lines(text + "\n", {"LOTKEEPER_EXIT__ON_PARTIAL": "later"})
    assert [line.split(": found")[0] for line in found] == [
        "config.yaml:1: pairs",
        "config.yaml:2: exchange.key_type",
        "config.yaml:3: exchange.recv_window_ms",
        "config.yaml:4: database",
        "config.yaml:5: exit.net_profit_pct",
        "config.yaml:6: streams.silent_after_s",
        "config.yaml:7: logs.level",
        "config.yaml:7: logs.max_bytes",
        "config.yaml:7: logs.rotate_hours",
        "config.yaml:7: logs.keep",
        "config.yaml:7: logs.total_bytes",
        "config.yaml:8: runtime_dir",
        "LOTKEEPER_EXIT__ON_PARTIAL: exit.on_partial",
    ]
    assert "hunter2" not in "".join(found)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("min_net_profit: -1", "found '-1'; allowed: a decimal number from 0 to 1000000000, in the pair's quote asset"),
        ("min_net_profit: much", "found 'much'; allowed: a decimal number from 0 to 1000000000, in the pair's quote"),
        ("keep_coins_pct: 101", "found '101'; allowed: a decimal number from 0 to 100"),
        ("keep_coins_pct: -1", "found '-1'; allowed: a decimal number from 0 to 100"),
        ("max_sells_per_lot: 0", "found '0'; allowed: a whole number from 1 to 100"),
        ("max_sells_per_lot: 1.5", "found '1.5'; allowed: a whole number from 1 to 100"),
        ("dust: sell", "found 'sell'; allowed: keep or write_off"),
        ("sell_fee: best", "found 'best'; allowed: worse, maker or taker"),
        ("bnb_discount: maybe", "found 'maybe'; allowed: true or false"),
        ("free_order_slots: 101", "found '101'; allowed: a whole number from 0 to 100"),
    ],
)
def test_wishes_that_are_not_allowed_for_all_pairs_and_for_one(lines: Lines, text: str, allowed: str) -> None:
    key = text.partition(":")[0]
    (line,) = lines(f"exit: {{{text}}}\n{PAIRS}")
    assert line.startswith(f"config.yaml:1: exit.{key}: {allowed}")
    (line,) = lines(f"pairs: {{BTCUSDT: {{{text}}}}}\n")
    assert line.startswith(f"config.yaml:1: pairs.BTCUSDT.{key}: {allowed}")


def test_a_variable_stands_in_the_place_of_file_and_line(lines: Lines) -> None:
    assert lines(PAIRS, {"LOTKEEPER_EXIT__NET_PROFIT_PCT": "1001"}) == [
        "LOTKEEPER_EXIT__NET_PROFIT_PCT: exit.net_profit_pct: found '1001'; allowed: a decimal number from 0 to 1000",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("exchagne: {}\n", "config.yaml:1: exchagne: found a key that is not known; allowed: exchange, database,"),
        ("exit:\n  net_proft_pct: 1\n", "config.yaml:2: exit.net_proft_pct: found a key that is not known; allowed:"),
    ],
)
def test_a_key_that_is_not_known(lines: Lines, text: str, line: str) -> None:
    assert lines(text + PAIRS)[0].startswith(line)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("exchagne: {}\n" + PAIRS, "exchange"),
        ("exchange: {rest-url: x}\n" + PAIRS, "rest_url"),
        ("pairs: {BTCUSDT: {NET_PROFIT_PCT: 1}}", "net_profit_pct"),
    ],
)
def test_the_nearest_known_key_is_suggested(lines: Lines, text: str, meant: str) -> None:
    assert lines(text)[0].endswith(f"(did you mean {meant}?)")


def test_no_key_is_suggested_for_what_is_like_none(lines: Lines) -> None:
    assert "did you mean" not in lines("zzz: 1\n" + PAIRS)[0]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("LOTKEEPER_EXIT__NET_PROFIT", "LOTKEEPER_EXIT__NET_PROFIT_PCT"),
        ("LOTKEEPER_DATABSE", "LOTKEEPER_DATABASE"),
        ("LOTKEEPER_PAIRS__BTCUSD__ON_PARTIAL", "LOTKEEPER_PAIRS__BTCUSDT__ON_PARTIAL"),
        ("LOTKEEPER_EXCHANGE__API_KEYS", "LOTKEEPER_EXCHANGE__API_KEY"),
    ],
)
def test_a_variable_that_is_not_known(lines: Lines, name: str, meant: str) -> None:
    (line,) = lines(PAIRS, {name: "s3cret"})
    assert line.startswith(f"{name}: found a variable that is not known; allowed: ")
    assert line.endswith(f"(did you mean {meant}?)")
    assert "s3cret" not in line


def test_a_pair_cannot_be_begun_by_a_variable(lines: Lines) -> None:
    assert len(lines(PAIRS, {"LOTKEEPER_PAIRS__XRPUSDC__ON_PARTIAL": "complete"})) == 1


def test_a_key_twice(lines: Lines) -> None:
    assert lines("exit:\n  net_profit_pct: 1\n  net_profit_pct: 2\n" + PAIRS) == [
        "config.yaml:3: exit.net_profit_pct: found the key again (first in line 2); allowed: each key once",
    ]


def test_a_pair_twice(lines: Lines) -> None:
    assert len(lines("pairs:\n  BTCUSDT: {}\n  'BTCUSDT': {}\n")) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("exit: 5\n", "config.yaml:1: exit: found '5'; allowed: a mapping"),
        ("exit: [a]\n", "config.yaml:1: exit: found a list; allowed: a mapping"),
        ("database: {}\n", "config.yaml:1: database: found an empty mapping; allowed: sqlite:///PATH or postgresql://"),
        ("database:\n", "config.yaml:1: database: found nothing; allowed: sqlite:///PATH or postgresql://"),
        ("exit: {on_partial: {a: b}}\n", "config.yaml:1: exit.on_partial: found a mapping; allowed: immediate or"),
        ("logs: {directory: ''}\n", "config.yaml:1: logs.directory: found ''; allowed: the path of a folder"),
        ("exit: {on_partial: {a: {b: {c: {d: e}}}}}\n", "config.yaml:1: exit.on_partial.a.b.c: found a level too many"),
    ],
)
def test_a_value_of_another_kind(lines: Lines, text: str, found: str) -> None:
    assert any(line.startswith(found) for line in lines(text + PAIRS))


@pytest.mark.parametrize("pairs", ["", "pairs:\n", "pairs: {}\n", "pairs: []\n", "pairs: BTCUSDT\n"])
def test_at_least_one_pair(lines: Lines, pairs: str) -> None:
    (line,) = lines("exit: {}\n" + pairs)
    assert line.endswith("; allowed: at least one symbol, such as BTCUSDT: {}")


@pytest.mark.parametrize("symbol", ["btcusdt", "BTC USDT", "BTC/USDT", "''", "X" * 51, "ßUSDT"])
def test_symbols_that_are_none(lines: Lines, symbol: str) -> None:
    (line,) = lines(f"pairs:\n  {symbol}: {{}}\n")
    assert line.startswith("config.yaml:2: pairs.")
    assert "as the exchange writes it" in line


OTHER_HOSTS = ["http://api.binance.com", "http://127.0.0.1.evil.com", "ftp://localhost", "wss://api.binance.com"]
ODD = ["https://", "api.binance.com", "https://a b", "https://h:x", "https://h:0", "https://[::1", ""]
WITH_MORE = ["https://u:pw@h", "https://h?x=1", "https://h#f"]


@pytest.mark.parametrize("url", [*OTHER_HOSTS, *ODD, *WITH_MORE])
def test_addresses_that_are_refused(lines: Lines, url: str) -> None:
    (line,) = lines(f"exchange: {{rest_url: '{url}'}}\n" + PAIRS)
    assert line.endswith("allowed: an address with https:// (http:// only to this machine)")
    assert "pw" not in line


@pytest.mark.parametrize("key", ["api_secret", "API_KEY", "private_key_file", "password", "secret", "apikey"])
@pytest.mark.parametrize("where", ["exchange: {%s: hunter2}\n", "%s: hunter2\n", "logs:\n  %s: hunter2\n"])
def test_secrets_do_not_belong_in_the_file(lines: Lines, key: str, where: str) -> None:
    (line,) = lines(where % key + PAIRS)
    assert "secrets do not belong in the file; set LOTKEEPER_EXCHANGE__API_KEY" in line
    assert "hunter2" not in line


@pytest.mark.parametrize("secret", ["aB3" * 22, "-----BEGIN PRIVATE KEY-----\\nMC4CAQAw\\n-----END PRIVATE KEY-----"])
def test_a_secret_in_the_wrong_place_is_not_shown(lines: Lines, secret: str) -> None:
    (line,) = lines(f'exchange: {{key_type: "{secret}"}}\n' + PAIRS)
    assert "aB3aB3" not in line
    assert "MC4C" not in line


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (b"", "config.yaml:1: found an empty file"),
        (b"# nothing\n", "config.yaml:1: found an empty file"),
        (b"\n- a\n", "config.yaml:2: found something else than a mapping"),
        (b"exit: {\n  a: b\nc: ]\n", "config.yaml:3: found invalid YAML (while parsing a flow mapping"),
        (b"a: b\n\tc: d\n", "config.yaml:2: found invalid YAML (while scanning for the next token"),
        (b"a: 1\n---\nb: 2\n", "config.yaml:2: found invalid YAML (expected a single document"),
        (b"a: 1\nb: \xff\n", "config.yaml:2: found a byte 0xff; allowed: text in UTF-8"),
        (b"a: 1\nb: \x07\n", "config.yaml:2: found the character"),
        (b"[" * 1000, "config.yaml: found too many levels"),
        (b"? [a]\n: b\npairs: {A: {}}", "config.yaml:1: found a key that is not a text"),
        (b"a: &x {b: c}\nlogs: *x\n", "config.yaml:1: logs: found an alias"),
        (b"a: *x\n", "config.yaml:1: found invalid YAML (found undefined alias"),
    ],
)
def test_files_that_cannot_be_read(lines: Lines, text: bytes, start: str) -> None:
    assert any(line.startswith(start) for line in lines(text))


def test_a_mark_of_byte_order_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"\xef\xbb\xbf" + PAIRS.encode())
    assert list(load_config(tmp_path / "config.yaml", {}).pairs) == ["BTCUSDT"]


def test_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, found in (("none.yaml", "no such file"), (".", "is a directory")):
        with pytest.raises(ConfigProblems) as caught:
            load_config(Path(name), {})
        assert str(caught.value).startswith(f"{name}: found {found}; allowed: ")


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_text_whatever_brings_another_error(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda _: text.encode())
        with pytest.raises(ConfigProblems) as caught:
            load_config(Path("config.yaml"), {"LOTKEEPER_PAIRS": text})
    assert caught.value.problems


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=20), min_size=1, max_size=3))
def test_no_variable_whatever_brings_another_error(environ: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda _: PAIRS.encode())
        with pytest.raises(ConfigProblems) as caught:
            load_config(Path("config.yaml"), {f"LOTKEEPER_X{name}__X": value for name, value in environ.items()})
    assert len(str(caught.value).splitlines()) == len(environ)


def test_a_key_cannot_colour_the_terminal(lines: Lines) -> None:
    (line,) = lines('"\\e[31mexit\\u2028": 1\n' + PAIRS)
    assert line.isprintable()

"""Wrong usages where nothing runs: each has its exit code and one sentence that says what is wrong, and no traceback.

Those against a running service are in tests/e2e/test_wrong_usage.py.
"""

import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from lotkeeper.engine.transport.paths import admin_path
from lotkeeper.engine.transport.sockets import listen
from lotkeeper.version import ENGINE_LABEL
from persistence.engines.choice import engine_of
from persistence.store import Store
from tests.cli.conftest import CONFIG

KEY = {"LOTKEEPER_EXCHANGE__API_KEY": "k"}
SECRET_FILE, SECRET = "LOTKEEPER_EXCHANGE__API_SECRET_FILE", "LOTKEEPER_EXCHANGE__API_SECRET"


class Wrong(NamedTuple):
    """What is typed, with the exit code and what stands in the sentence."""

    words: str
    code: int
    sentence: str


ARGUMENTS = [
    Wrong("statu", 2, "there is no command statu; did you mean status or start?"),
    Wrong("frobnicate", 2, "there is no command frobnicate; --help lists them"),
    Wrong("status --wach", 2, "No such option '--wach'. Did you mean '--watch'?"),
    Wrong("buy BTCUSDT --quantity -1", 2, "-1 is not above zero"),
    Wrong("buy BTCUSDT --quantity nan", 2, "nan is not above zero"),
    Wrong("buy BTCUSDT --quantity many", 2, "'many' is not a decimal number"),
    Wrong("buy BTCUSDT --quote 5 --quantity 5", 2, "Give one of --quantity and --quote."),
    Wrong("buy BTCUSDT", 2, "Give one of --quantity and --quote."),
    Wrong("buy", 2, "Missing argument 'PAIR'."),
    Wrong("sell BTCUSDT-7", 2, "Give one of --at, --at-floor and --market."),
    Wrong("sell BTCUSDT-7 --market --at 5", 2, "Give one of --at, --at-floor and --market."),
    Wrong("sell BTCUSDT-7 --pair BTCUSDT --market", 2, "Give either LOT or --pair."),
    Wrong("sell --pair BTCUSDT --market --quantity 1", 2, "--quantity is of one LOT."),
    Wrong("sell BTCUSDT-7 --at -5", 2, "-5 is not above zero"),
    Wrong("adopt BTCUSDT", 2, "Give one of --order, --since, and --quantity with --cost."),
    Wrong("adopt BTCUSDT --since 2999-01-01", 2, "2999-01-01 is in the future"),
    Wrong("adopt BTCUSDT --order -7", 2, "-7 is not in the range"),
    Wrong("release X", 1, "X is not the name of a lot; lots have names like BTCUSDT-123"),
    Wrong("orders --state sold", 2, "'sold' is not one of 'open'"),
    Wrong("positions --csv --json", 2, "--csv and --json cannot be given together."),
    Wrong("positions --limit 0", 2, "0 is not in the range"),
    Wrong("positions --limit many", 2, "'many' is not a whole number; allowed is one from 1 to 100000"),
    Wrong("adopt BTCUSDT --order X", 2, "'X' is not a whole number; allowed is one from 0 on"),
    Wrong("demo --seconds long", 2, "'long' is not a number; allowed is one from 1 on"),
    Wrong("top --every 1,5", 2, "'1,5' is not a number; allowed is one from 0.5 to 60"),
    Wrong("paper --port http", 2, "'http' is not a whole number; allowed is one from 0 to 65535"),
    Wrong("fills --since yesterday", 2, "'yesterday' is no time; allowed is a date such as"),
    Wrong("profit --by year", 2, "'year' is not one of 'pair', 'day', 'month'."),
    Wrong("tax --csv", 2, "Missing option '--year'."),
    Wrong("tax --year 2026", 2, "Give --csv for a spreadsheet, or --json for a program"),
    Wrong("pause", 2, "Give either PAIR or --all."),
    Wrong("pause BTCUSDT --all", 2, "Give either PAIR or --all."),
    Wrong("pause BTCUSDT --for soon", 2, "'soon' is no length of time"),
    Wrong("resolve X --found 1 --never-arrived", 2, "--found and --never-arrived cannot be given together."),
    Wrong("wait", 2, "Say what to wait for: --proven."),
    Wrong("wait --proven --timeout -1", 2, "-1.0 is not in the range"),
    Wrong("schema statu", 1, "did you mean status"),
    Wrong("completion csh", 2, "'csh' is not one of 'bash', 'zsh', 'fish'."),
    Wrong("init", 2, "There is no terminal to ask at: give --yes"),
    Wrong("init --yes", 1, "config.yaml is there already, and nothing was changed; --force overwrites it"),
    Wrong("demo --seconds 0", 2, "0.0 is not in the range"),
    Wrong("drill nonsense", 2, "no fault nonsense; there are: drop"),
    Wrong("db backup", 2, "Missing argument 'FILE'."),
    Wrong("db restore none.sqlite", 1, "there is no file"),
    Wrong("status", 3, "lotkeeper is not running with this configuration"),
    Wrong("fills", 1, "there is no database"),
    Wrong("logs", 1, "there is no log in"),
    Wrong("status --config elsewhere.yaml", 2, "elsewhere.yaml"),
    Wrong("status --config .", 2, "is a directory"),
]


def check(result, wrong: Wrong) -> None:
    """The last line of a usage error is its sentence; of all others there is only that."""
    assert result.exit_code == wrong.code, result.stderr
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[-1].startswith("Error: ")
    assert wrong.sentence in lines[-1]
    assert len(lines) == 1 or lines[0].startswith("Usage: lotkeeper")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("wrong", ARGUMENTS, ids=lambda wrong: wrong.words)
def test_arguments(run, config, wrong):
    check(run(*wrong.words.split()), wrong)


def test_a_port_that_another_program_has(run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        sentence = f"cannot listen on 127.0.0.1:{port}: address already in use; --port 0 takes a free one"
        check(run("paper", "--port", str(port)), Wrong("paper", 1, f"Error: {sentence}"))


CONFIGURATIONS = [
    ("pairs: [", "found invalid YAML"),
    ("pairs: {}\n", "pairs: found an empty mapping; allowed: at least one symbol, such as BTCUSDT: {}"),
    ("pairs: {btcusdt: {}}\n", "allowed: a symbol as the exchange writes it, in upper case"),
    ("exit: {net_profit: 1}\npairs: {BTCUSDT: {}}\n", "did you mean net_profit_pct?"),
    ("exit: {net_profit_pct: -1}\npairs: {BTCUSDT: {}}\n", "found '-1'; allowed: a decimal number from 0 to 1000"),
    ("api_secret: abc\npairs: {BTCUSDT: {}}\n", "found a secret; allowed: none: secrets do not belong in the file"),
    ("exchange: {rest_url: 'http://example.org'}\npairs: {BTCUSDT: {}}\n", "an address with https://"),
    ("database: mysql://x\npairs: {BTCUSDT: {}}\n", "database: found 'mysql://x'"),
]


@pytest.mark.parametrize(("text", "sentence"), CONFIGURATIONS, ids=[each[0].strip() for each in CONFIGURATIONS])
def test_a_broken_configuration(run, config, text, sentence):
    config.write_text(text)
    check(run("config", "check"), Wrong("", 2, sentence))


def test_a_variable_that_is_not_known(run, config):
    found = run("config", "check", LOTKEEPER_EXIT__NET_PROFIT="1")
    check(found, Wrong("", 2, "did you mean LOTKEEPER_EXIT__NET_PROFIT_PCT?"))


def a_file(folder: Path, mode: int, content: str = "secret") -> str:
    path = folder / "key"
    path.write_text(content)
    path.chmod(mode)
    return str(path)


KEYS: list[tuple[str, Callable[[Path], dict[str, str]], str]] = [
    ("none", lambda folder: {SECRET: "s"}, "LOTKEEPER_EXCHANGE__API_KEY: found nothing"),
    ("no secret", lambda folder: KEY, "exchange.key_type is hmac"),
    ("two secrets", lambda folder: {**KEY, SECRET: "s", SECRET_FILE: a_file(folder, 0o600)}, "beside it"),
    ("a secret in quotes", lambda folder: {**KEY, SECRET: "'s'"}, "found quotes around it"),
    ("a file that is not there", lambda folder: {**KEY, SECRET_FILE: str(folder / "none")}, "no such file"),
    ("a file that others can read", lambda folder: {**KEY, SECRET_FILE: a_file(folder, 0o644)}, "chmod 600"),
    ("an empty file", lambda folder: {**KEY, SECRET_FILE: a_file(folder, 0o600, "")}, "found no secret"),
]


@pytest.mark.parametrize(("name", "variables", "sentence"), KEYS, ids=[each[0] for each in KEYS])
def test_a_key_that_cannot_be_used(run, config, tmp_path, name, variables, sentence):
    check(run("start", **variables(tmp_path)), Wrong("", 2, sentence))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_of_another_user(run, config, tmp_path):
    path = a_file(tmp_path, 0o600)
    os.chown(path, 12345, -1)
    check(run("start", **KEY, LOTKEEPER_EXCHANGE__API_SECRET_FILE=path), Wrong("", 2, "owned by user 12345"))


@contextmanager
def served_folder(config: Path) -> Iterator[Path]:
    """A folder in which a system seems to run: its lock is held, and somebody listens."""
    folder = Path(os.environ["XDG_RUNTIME_DIR"]) / "s"
    folder.mkdir(0o700)
    config.write_text(f"{CONFIG}runtime_dir: {folder}\n")
    (folder / "system.lock").write_text(ENGINE_LABEL)
    with (folder / "system.lock").open() as lock, listen(admin_path(folder)):
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def test_a_folder_of_sockets_that_others_can_enter(run, config):
    with served_folder(config) as folder:
        folder.chmod(0o777)
        check(run("status"), Wrong("", 1, "must be a directory of this user alone (chmod 700)"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_sockets_of_another_user(run, config):
    with served_folder(config) as folder:
        os.chown(folder, 12345, -1)
        check(run("status"), Wrong("", 1, "must be a directory of this user alone"))


def test_a_database_that_another_process_holds(run, config, tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
    store.close()
    run("db", "backup", "copy.sqlite")
    with (tmp_path / "lots.sqlite.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711\n")
        lock.flush()
        held = run("db", "restore", "copy.sqlite", "--yes")
    check(held, Wrong("", 1, "lotkeeper is already running with the database"))
    assert "(process 4711)" in held.stderr


def test_a_stale_lock_is_in_nobodys_way(run, config, tmp_path):
    Store.open(f"sqlite:///{tmp_path}/lots.sqlite").close()
    run("db", "backup", "copy.sqlite")
    (tmp_path / "lots.sqlite.lock").write_text("4711\n")
    assert run("db", "restore", "copy.sqlite", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE system_state SET value = '99'", "a newer lotkeeper wrote it"),
        ("DROP TABLE system_state", "belongs to another program"),
    ],
)
def test_a_database_of_another_version(run, config, tmp_path, statement, sentence):
    url = f"sqlite:///{tmp_path}/lots.sqlite"
    Store.open(url).close()
    with closing(engine_of(url).connect()) as connection, connection, closing(connection.cursor()) as cursor:
        cursor.execute(statement)
    check(run("fills"), Wrong("", 1, sentence))


def test_a_file_that_is_no_database(run, config, tmp_path):
    (tmp_path / "lots.sqlite").write_text("no database" * 1000)
    check(run("fills"), Wrong("", 1, "lots.sqlite"))


def test_there_are_enough_of_them():
    assert len(ARGUMENTS) + len(CONFIGURATIONS) + len(KEYS) >= 40

"""`lotkeeper logs`."""

import json

import pytest

LINES = [
    {"ts": "2026-11-30T08:00:01.000Z", "level": "info", "event": "bought", "process": "PairKeeper", "lot": "BTCUSDT-7"},
    {"ts": "2026-11-30T08:00:02.000Z", "level": "error", "event": "late", "process": "Gateway", "client_id": "lk1-7-1"},
    {"ts": "2026-11-30T08:00:03.000Z", "level": "info", "event": "bought", "process": "PairKeeper", "lot": "ETHUSDT-9"},
]


@pytest.fixture
def folder(config):
    path = config.parent / "logs"
    path.mkdir()
    (path / "lotkeeper.jsonl").write_text("".join(json.dumps(each) + "\n" for each in LINES))
    return path


def test_the_lines_for_people(run, folder):
    lines = run("logs").output.splitlines()
    assert lines[0] == "2026-11-30 08:00:01.000 INFO     PairKeeper  bought  lot=BTCUSDT-7"
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--lot", "btcusdt-7"), LINES[:2]),
        (("--pair", "ethusdt"), LINES[2:]),
        (("--level", "ERROR"), LINES[1:2]),
        (("--since", "2026-11-30T08:00:02"), LINES[1:]),
        (("--lines", "1"), LINES[2:]),
        (("--since", "2099-01-01"), []),
    ],
)
def test_those_that_are_wanted_as_one_document(run, folder, words, expected):
    assert json.loads(run("logs", "--json", *words).stdout) == expected


def test_a_long_line_is_not_cut_when_it_is_piped(run, folder):
    long = {"ts": "2026-11-30T08:00:04.000Z", "level": "info", "event": "x" * 500}
    (folder / "lotkeeper.jsonl").write_text(json.dumps(long) + "\n")
    assert "x" * 500 in run("logs").output.splitlines()[0]


def test_without_a_log_it_says_where_it_looked(run, config):
    result = run("logs")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no log in" in result.stderr
    assert "logs" in result.stderr


def test_what_is_no_lot_is_told(run, folder):
    result = run("logs", "--lot", "BTCUSDT")
    assert result.exit_code == 2
    assert "such as BTCUSDT-7" in result.stderr

"""`lotkeeper logs`."""

import json

import pytest


def line(second, text, actor, level="info", **about):
    """A line with all its fields."""
    concerns = {name: about.pop(name, None) for name in ("pair", "lot", "order")}
    return {
        "ts": f"2026-11-30T08:00:{second:02}.000Z",
        "level": level,
        "event": "OTHER",
        "text": text,
        "actor": actor,
        "pid": 7,
        "logger": "lotkeeper",
        **concerns,
        "facts": about,
    }


LINES = [
    line(1, "bought", "PairKeeper", pair="BTCUSDT", lot="BTCUSDT-7", price="1"),
    line(2, "late", "Gateway", "error", pair="BTCUSDT", lot="BTCUSDT-7", order="lk1-7-1"),
    line(3, "bought", "PairKeeper", pair="ETHUSDT", lot="ETHUSDT-7", order="lk1-7-1"),
]


@pytest.fixture
def folder(config):
    path = config.parent / "logs"
    path.mkdir()
    (path / "lotkeeper.jsonl").write_text("".join(json.dumps(each) + "\n" for each in LINES))
    return path


def test_the_lines_for_people(run, folder):
    lines = run("logs").output.splitlines()
    assert lines[0] == "2026-11-30 08:00:01.000 INFO     PairKeeper  bought  pair=BTCUSDT  lot=BTCUSDT-7  price=1"
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--lot", "btcusdt-7"), LINES[:2]),
        (("--pair", "ethusdt"), LINES[2:]),
        (("--level", "ERROR"), LINES[1:2]),
        (("--since", "2026-11-30T08:00:02"), LINES[1:]),
        (("--lines", "1"), LINES[2:]),
        (("--actor", "pair-keeper"), [LINES[0], LINES[2]]),
        (("--actor", "nobody"), []),
        (("--since", "2099-01-01"), []),
    ],
)
def test_those_that_are_wanted_as_one_document(run, folder, words, expected):
    assert json.loads(run("logs", "--json", *words).stdout) == expected


def test_a_long_line_is_not_cut_when_it_is_piped(run, folder):
    long = line(4, "x" * 500, "Ledger")
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


def test_the_story_of_a_lot_stands_in_the_order_of_its_times(run, folder):
    """Of what a person bought it begins before the BUY had the order id that names the lot."""
    story = [
        line(1, "BUY sent", "PairKeeper", pair="BTCUSDT", order="lkb-a-b-1"),
        line(2, "a fill arrived", "UserStream", pair="BTCUSDT", lot="BTCUSDT-7", order="lkb-a-b-1"),
        line(3, "SELL sent", "PairKeeper", pair="BTCUSDT", lot="BTCUSDT-7", order="lk1-7-1"),
    ]
    others = [line(4, "BUY sent", "PairKeeper", pair="BTCUSDT", order="lkb-a-b-11"), LINES[2]]
    written = [others[0], story[2], story[1], others[1], story[0]]
    (folder / "lotkeeper.jsonl").write_text("".join(json.dumps(each) + "\n" for each in written))
    assert json.loads(run("logs", "--json", "--lot", "BTCUSDT-7").stdout) == story


def test_lines_of_an_earlier_version_have_the_fields_of_this_one(run, folder):
    old = {"ts": "2026-11-30T08:00:01.000Z", "level": "info", "event": "bought", "logger": "x", "process": "PairKeeper"}
    old |= {"pid": 7, "symbol": "BTCUSDT", "lot": "BTCUSDT-7", "price": "1"}
    (folder / "lotkeeper.jsonl").write_text(json.dumps(old) + "\nhalf a li\n")
    upgraded = LINES[0] | {"logger": "x"}
    assert json.loads(run("logs", "--json").stdout) == [{"event": "UNREADABLE", "text": "half a li"}, upgraded]

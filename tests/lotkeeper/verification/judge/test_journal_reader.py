"""Invalid journals are refused; the journal of a killed process is read."""

import json
import subprocess
import sys
from fractions import Fraction

import pytest

from binance_sim.journal.facts import JournalFacts
from binance_sim.journal.writer import Journal
from lotkeeper.verification.judge.journal_reader import JournalError
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations, amount
from tests.binance_sim.support import D

PACKAGES = ("lotkeeper", "lotkeeper.verification")


def test_a_broken_last_line_is_passed_over(bench):
    lot = bench.buy()
    bench.sell(lot, "0.00999", "60500")
    bench.journal.flush()
    whole = bench.path.read_bytes()
    bench.path.write_bytes(whole[:-20])
    verdict = bench.verdict()
    assert verdict.lines == whole.count(b"\n") - 1


def test_a_broken_line_in_the_middle_is_told(bench):
    bench.buy()
    bench.journal.flush()
    rows = bench.path.read_bytes().splitlines()
    bench.path.write_bytes(b"\n".join([*rows[:3], rows[3][:-5], *rows[4:]]))
    with pytest.raises(JournalError, match="line 4 is no line of a journal"):
        bench.verdict()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no line of the kind `start`"),
        ('{"kind": "pair", "wall_ns": 1, "symbol": "X"}\n{"kind":', "line 1 is not a valid line of the kind pair"),
        ("hello\nworld\n", "line 1 is no line of a journal"),
        ('{"kind": "start", "wall_ns": 1, "format": 99}\n{}', "format 99 is not known; this judge reads format 1"),
        (
            '{"kind": "execution", "wall_ns": 1, "account": "a", "body": {"s": "X", "i": 1}}\n',
            "line 1 is not a valid line of the kind",
        ),
        ('{"kind": "stop", "wall_ns": 1}\n', "no line of the kind `start`"),
    ],
)
def test_what_is_no_journal_is_told(tmp_path, text, sentence):
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(JournalError, match=sentence):
        judge(path, Expectations())


def test_a_second_start_begins_anew_unless_it_resumed(bench):
    bench.sell(bench.buy(), "0.00999", "60500")
    bench.journal.flush()
    text = bench.path.read_text()
    bench.path.write_text(text + text)
    verdict = bench.verdict()
    assert (verdict.eras, verdict.pairs[0].lots, verdict.violations) == (2, 2, ())
    first = text.partition("\n")[0]
    resumed = json.dumps(json.loads(first) | {"resumed": True})
    bench.path.write_text(text + resumed + "\n")
    assert (bench.verdict().eras, bench.verdict().pairs[0].lots) == (1, 1)


def test_a_line_that_a_kill_broke_off_ends_where_the_next_life_begins(bench):
    bench.sell(bench.buy(), "0.00999", "60500")
    bench.journal.close()
    bench.path.write_bytes(bench.path.read_bytes() + b'{"mono_ns":1,"wall_')
    bench.journal = Journal(bench.path)
    JournalFacts(bench.journal).write_start(bench.exchange, "1", resumed=True)
    verdict = bench.verdict()
    assert (verdict.is_kept, verdict.eras, verdict.pairs[0].lots) == (True, 1, 1)


def test_kinds_that_it_does_not_know_are_passed_over(bench):
    bench.journal.write("new-kind", something="else")
    assert bench.verdict().is_kept


def test_nothing_of_the_service_is_imported():
    """An error in the service's rules cannot hide here."""
    script = (
        "import sys, lotkeeper.verification.judge.options\n"
        "ours = ('lotkeeper', 'actors', 'persistence', 'messages', 'cli.')\n"
        "print([name for name in sys.modules if name.startswith(ours)])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60).stdout
    judge_only = ("lotkeeper.verification.judge", "lotkeeper.version")
    names = [name for name in json.loads(out.replace("'", '"')) if name not in PACKAGES]
    assert names
    assert all(name.startswith(judge_only) for name in names)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("100", "100"), ("0.00000766", "0.00000766"), ("-1.5", "-1.5"), ("60420.80", "60420.8")],
)
def test_amounts_in_digits(value, text):
    assert amount(Fraction(value)) == text
    assert D(amount(Fraction(value))) == D(value)

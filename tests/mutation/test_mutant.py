"""Which tests a mutant meets first, and that its line is wrong in the copy only while it is tried."""

from pathlib import Path

import pytest

from tests.mutation.copies import ROOT, keep_byte_code
from tests.mutation.lines import MUTANTS
from tests.mutation.mutant import RULES, Mutant, all_tests, nearest_tests
from tests.mutation.trial import Notice, notice, without_mutant

RULE = '"""A rule."""\n\n\ndef is_low(free: int) -> bool:\n    return free < 5\n'
TEST = "from lotkeeper.trading.some.rule import is_low\n\n\ndef test_{name}():\n    assert is_low(4) and {condition}\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Sources with one rule, a test beside it that is content with it, and one elsewhere that looks closer."""
    rule = tmp_path / RULES / "some" / "rule.py"
    tests = tmp_path / "tests" / RULES
    for folder in (rule.parent, tests / "some", tests / "other", tmp_path / "tests" / "mutation"):
        folder.mkdir(parents=True)
    rule.write_text(RULE)
    (tests / "some" / "test_rule.py").write_text(TEST.format(name="near", condition="True"))
    (tests / "some" / "test_a_neighbour.py").write_text(TEST.format(name="neighbour", condition="not is_low(9)"))
    (tests / "other" / "test_far.py").write_text(TEST.format(name="far", condition="not is_low(5)"))
    plugin = Path("tests", "mutation", "first_failure.py")
    (tmp_path / plugin).write_text((ROOT / plugin).read_text())
    return tmp_path


def mutant(old: str, new: str) -> Mutant:
    return Mutant("some/rule.py", "it is wrong", old, new)


def test_its_own_tests_come_first_then_those_of_its_folder(copy):
    assert [Path(each).name for each in nearest_tests("some/rule.py", copy)] == ["test_rule.py", "test_a_neighbour.py"]
    assert len(all_tests(copy)) == 3


def test_the_longest_tests_come_last():
    assert all_tests(ROOT)[-1].endswith(("test_life.py", "test_rebuilding.py", "test_any_order.py"))


@pytest.mark.parametrize("file", sorted({each.file for each in MUTANTS}))
def test_each_file_with_a_mutant_has_tests_near_it(file):
    assert nearest_tests(file, ROOT)


@pytest.mark.parametrize(
    ("new", "by"),
    [
        ("free < 4", "test_near"),
        pytest.param("free < 10", "test_neighbour", marks=pytest.mark.long),
        pytest.param("free <= 5", "test_far", marks=pytest.mark.long),
        ("free + 0 < 5", ""),
    ],
)
def test_the_first_test_that_notices_it_is_named_wherever_it_stands(copy, new, by):
    assert notice(mutant("free < 5", new), copy) == Notice(by, is_near=by in ("test_near", "test_neighbour"))
    assert (copy / RULES / "some" / "rule.py").read_text() == RULE


def test_without_a_mutant_the_tests_near_it_are_asked_or_all(copy):
    (copy / "tests" / RULES / "other" / "test_far.py").write_text("def test_broken():\n    assert False\n")
    assert without_mutant(copy, ["some/rule.py"]) == ""
    assert without_mutant(copy) == "test_broken"


def test_kept_byte_code_hides_no_mutant_however_soon_it_is_written(copy):
    """The line is as long as it was, and was written in the same second."""
    keep_byte_code(copy)
    assert notice(mutant("free < 5", "free > 5"), copy).by == "test_near"
    assert notice(mutant("free < 5", "5 < free"), copy).by == "test_near"
    assert list((copy / RULES).rglob("*.pyc"))

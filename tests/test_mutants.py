"""Each mutant is still a line of the code: one that names none would be found by nobody, and proves nothing."""

import pytest

from tests.mutation.copies import ROOT
from tests.mutation.lines import MUTANTS
from tests.mutation.mutant import RULES, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_its_line_stands_once_in_its_file(mutant: Mutant) -> None:
    assert (ROOT / RULES / mutant.file).read_text().count(mutant.old) == 1
    assert mutant.new != mutant.old

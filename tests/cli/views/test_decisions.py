"""The table of the decisions."""

import pytest

from cli.views.decisions import DecisionsTable
from lotkeeper.service.documents.decision_rows import decision_document
from tests.cli.views.rendering import render
from tests.persistence.decisions import made


@pytest.mark.parametrize("width", [80, 130])
def test_a_long_reason_goes_on_in_the_next_line(width: int) -> None:
    lines = render(DecisionsTable([decision_document(made(1, why="word " * 30))]), width=width)
    assert sum(line.count("word") for line in lines) == 30
    assert max(map(len, lines)) <= width
    assert any("sell placed" in line for line in lines)


def test_a_narrow_terminal_has_the_details_below_the_decision() -> None:
    first, second, *_ = render(DecisionsTable([decision_document(made(1, why="by hand"))]), width=80)
    assert "sell placed: " in first
    assert second.startswith("  ")
    assert "by hand" in second

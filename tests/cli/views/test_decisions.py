"""The table of the decisions."""

from cli.history.decision_documents import decision_document
from cli.views.decisions import decisions_table
from tests.cli.views.rendering import render
from tests.persistence.decisions import made


def test_a_long_reason_goes_on_in_the_next_line() -> None:
    text = "\n".join(render(decisions_table([decision_document(made(1, why="word " * 30))]), width=100))
    assert text.count("word") == 30
    assert "sell placed" in text

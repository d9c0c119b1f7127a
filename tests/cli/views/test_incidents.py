"""The table of the incidents."""

from cli.views.incidents import incidents_table
from lotkeeper.service.documents.incident_rows import incident_document
from tests.cli.views.rendering import render
from tests.persistence.incidents import began


def test_a_long_text_goes_on_in_the_next_line() -> None:
    text = "\n".join(render(incidents_table([incident_document(began(text="word " * 30))]), width=100))
    assert text.count("word") == 30
    assert "stream-lost" in text

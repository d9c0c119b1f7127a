"""The text of a scrape: names, units, labels, and what stands in it while the service is away."""

import re
import shutil
import subprocess

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from lotkeeper.web.metrics.exposition import exposition
from tests.lotkeeper.web.metrics.scraped import actors_report, scrape, status

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
LABELS = {"pair", "quote", "actor", "stream", "stage", "state", "kind", "reason", "limit", "window_seconds", "what"}
LABELS |= {"message", "version", "le"}


def test_a_service_that_does_not_answer_is_down_and_not_ready():
    assert scrape(None) == {("lotkeeper_up",): 0.0, ("lotkeeper_ready",): 0.0}


def test_actors_that_do_not_answer_take_nothing_else_away():
    assert scrape(status())["lotkeeper_up",] == 1.0


@pytest.mark.parametrize("accept", ["", "text/plain;version=0.0.4", OPENMETRICS])
def test_the_format_is_the_one_that_is_wanted(accept):
    text, content_type = exposition(status(), actors_report(), accept)
    assert content_type.startswith("application/openmetrics-text" if accept == OPENMETRICS else "text/plain")
    assert text.endswith(b"# EOF\n") is (accept == OPENMETRICS)


def test_it_is_valid_openmetrics():
    text, _ = exposition(status(), actors_report(), OPENMETRICS)
    assert len(list(text_string_to_metric_families(text.decode()))) > 70


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed: apt-get install prometheus")
def test_promtool_has_nothing_against_it():
    text, _ = exposition(status(), actors_report(), "")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr, checked.stdout) == (0, b"", b"")


def test_labels_are_few_and_known():
    """Ids of orders and lots would make a time series each."""
    text, _ = exposition(status(), actors_report(), "")
    ours = "\n".join(line for line in text.decode().splitlines() if line.startswith("lotkeeper_"))
    assert set(re.findall(r'[{,](\w+)="', ours)) <= LABELS


def test_every_metric_has_a_help_text_that_ends_with_a_full_stop():
    text, _ = exposition(status(), actors_report(), "")
    helps = re.findall(r"^# HELP lotkeeper_(\w+) (.*)$", text.decode(), re.MULTILINE)
    assert [name for name, said in helps if not said.endswith(".")] == []

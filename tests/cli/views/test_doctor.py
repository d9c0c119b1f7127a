"""What the checks found, at a terminal and elsewhere."""

from cli.views.doctor import finding_line, findings_table, summary
from lotkeeper.service.doctor.findings import failed, ok, skipped, warning
from tests.cli.views.rendering import render

FINDINGS = [
    ok("key", "ed25519, accepted"),
    failed("clock", "9000 ms behind the exchange's", "have it set by NTP"),
    warning("disk", "900 MB free", "make room"),
    skipped("service", "it does not run"),
]


def test_a_plain_line_each():
    assert [finding_line(each) for each in FINDINGS[:2]] == [
        "ok      key: ed25519, accepted",
        "failed  clock: 9000 ms behind the exchange's -> have it set by NTP",
    ]


def test_at_a_terminal_the_fix_stands_below():
    lines = render(findings_table(FINDINGS))
    assert lines[0].split() == ["ok", "key", "ed25519,", "accepted"]
    assert lines[2].strip() == "-> have it set by NTP"


def test_how_many():
    assert summary(FINDINGS) == "1 failed, 1 to be looked at"
    assert summary(FINDINGS[:1]) == "all is well"

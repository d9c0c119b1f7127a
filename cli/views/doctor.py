"""What the checks found: in colours at a terminal, a plain line each elsewhere."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lotkeeper.service.doctor.findings import Finding, Verdict

_STYLE = {
    Verdict.OK: "green",
    Verdict.WARNING: "yellow",
    Verdict.FAILED: "bold red",
    Verdict.SKIPPED: "dim",
}


def show_findings(findings: Sequence[Finding]) -> None:
    """On standard output."""
    console = Console()
    if console.is_terminal:
        console.print(findings_table(findings))
    else:
        click.echo("\n".join(map(finding_line, findings)))
    click.echo(summary(findings))


def findings_table(findings: Sequence[Finding]) -> Table:
    """One row each; the fix stands below what was found."""
    table = Table.grid(padding=(0, 2))
    for each in findings:
        text = Text(each.text, "dim" if each.verdict is Verdict.SKIPPED else "")
        if each.fix:
            text.append(f"\n-> {each.fix}", "cyan")
        table.add_row(Text(each.verdict, _STYLE[each.verdict]), Text(each.check, "bold"), text)
    return table


def finding_line(finding: Finding) -> str:
    """Such as `failed  clock: 2500 ms behind the exchange's -> have it set by NTP`."""
    fix = f" -> {finding.fix}" if finding.fix else ""
    return f"{finding.verdict:<8}{finding.check}: {finding.text}{fix}"


def summary(findings: Sequence[Finding]) -> str:
    """How many of them, in one line."""
    failed = sum(each.verdict is Verdict.FAILED for each in findings)
    warned = sum(each.verdict is Verdict.WARNING for each in findings)
    if not failed and not warned:
        return "all is well"
    return f"{failed} failed, {warned} to be looked at"

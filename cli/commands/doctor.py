"""`lotkeeper doctor`: what is wrong with the key, the clock, the way to the exchange and this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from lotkeeper.service.doctor.findings import Finding


@click.command(cls=ServiceCommand, short_help="Check the key, the clock, the exchange and this machine, with the fix.")
@config_option
@json_option
def doctor(config_path: Path, as_json: bool) -> None:
    """Check the key and its permissions, the clock, the ways to the exchange, pairs, database, files, disks and limits.

    One line each, with the fix. Nothing is changed and no order is sent; it may be done before the first start and
    while the service runs. The key is that of this shell's environment. The exit code is 1 if a check failed; a warning
    is no failure.

    \b
    Example:
      lotkeeper doctor
      lotkeeper doctor --json | jq '.findings[] | select(.verdict == "failed")'
    """
    from lotkeeper.service.doctor.checks import diagnose, is_well
    from lotkeeper.service.doctor.gather import gather

    findings = diagnose(gather(load_config(config_path), config_path))
    is_good = is_well(findings)
    if as_json:
        write_json({"well": is_good, "findings": [_document(each) for each in findings]})
    else:
        from cli.views.doctor import show_findings

        show_findings(findings)
    if not is_good:
        click.get_current_context().exit(1)


def _document(finding: "Finding") -> dict[str, Any]:
    return {
        "check": finding.check,
        "verdict": str(finding.verdict),
        "text": finding.text,
        "fix": finding.fix or None,
    }

"""All checks, in the order in which a person reads them."""

from collections.abc import Callable, Iterator

from lotkeeper.service.doctor import exchange_checks, machine_checks
from lotkeeper.service.doctor.facts import Facts
from lotkeeper.service.doctor.findings import Finding, Verdict

Check = Callable[[Facts], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    machine_checks.check_config_file,
    exchange_checks.check_key,
    exchange_checks.check_permissions,
    exchange_checks.check_endpoints,
    exchange_checks.check_clock,
    exchange_checks.check_pairs,
    machine_checks.check_database,
    machine_checks.check_files,
    machine_checks.check_disk,
    machine_checks.check_limits,
    machine_checks.check_merging,
    machine_checks.check_ports,
    machine_checks.check_broker,
    machine_checks.check_service,
    machine_checks.check_packages,
)


def diagnose(facts: Facts) -> list[Finding]:
    """What every check says."""
    return [finding for check in CHECKS for finding in check(facts)]


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing failed; a warning is no failure."""
    return all(each.verdict is not Verdict.FAILED for each in findings)

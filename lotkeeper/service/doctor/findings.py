"""What a check found: one line for people, with the fix."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"  # it works, and should be mended
    FAILED = "failed"  # the service cannot work so, or coins are in danger
    SKIPPED = "skipped"  # it cannot be known now


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says."""

    check: str  # its name
    verdict: Verdict
    text: str  # a sentence without its subject, which is the check
    fix: str = ""  # what a person should do; empty where there is nothing to do


def ok(check: str, text: str) -> Finding:
    return Finding(check, Verdict.OK, text)


def warning(check: str, text: str, fix: str) -> Finding:
    return Finding(check, Verdict.WARNING, text, fix)


def failed(check: str, text: str, fix: str) -> Finding:
    return Finding(check, Verdict.FAILED, text, fix)


def skipped(check: str, text: str) -> Finding:
    return Finding(check, Verdict.SKIPPED, text)

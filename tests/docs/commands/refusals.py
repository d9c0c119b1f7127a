"""Commands of the documents that are for a trouble which a service that is well does not have: how they are refused."""

import re

_REFUSED = {
    r"lotkeeper sell \S+ .*--(market|at \d+)(?!.*below-floor)": (1, "under the floor"),
    r"alerts test": (1, "no channel is configured"),
    r"alerts ack 12": (1, "no open alert has the number 12"),
    r"adopt \S+ --since": (1, "is to be adopted"),
    r"flatten (?!.*below-floor)": (1, "under the floor"),
    r"cancel [A-Z]+-\d": (1, "no sale of"),
    r"dismiss": (1, "no coins are known to have come"),
    r"resolve \S+ --(found|never-arrived)": (1, "of unknown outcome"),
}


def expected(command: str) -> tuple[int, str]:
    """The exit code, and a part of what is printed."""
    return next((answer for pattern, answer in _REFUSED.items() if re.search(pattern, command)), (0, ""))

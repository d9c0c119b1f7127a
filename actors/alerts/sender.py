"""A program of its own, which sends one message and ends: what hangs here costs nobody anything.

It gets its work as JSON on standard input, so that no address stands in a process list, and answers with JSON on
standard output. It imports nothing of lotkeeper, and apprise only where a channel needs it.
"""

import ctypes
import json
import logging
import os
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    work = json.load(sys.stdin)
    _end_with(work["parent"], work["within_s"])
    try:
        is_delivered, text = _ping(work) if work["what"] == "ping" else _notify(work)
    except Exception as error:
        is_delivered, text = False, f"{type(error).__name__}: {error}"
    sys.stdout.write(json.dumps({"is_delivered": is_delivered, "text": text[:500]}))


def _end_with(parent: int, within_s: float) -> None:
    """Neither a lost parent nor a channel that hangs leaves this process behind."""
    signal.alarm(int(within_s) + 1)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def _ping(work: dict[str, Any]) -> tuple[bool, str]:
    """A POST with the text as body; any answer of the kind 2xx counts."""
    import urllib.request

    request = urllib.request.Request(work["url"], data=work["body"].encode(), method="POST")  # noqa: S310 (checked: http)
    request.add_header("User-Agent", "lotkeeper")
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    with urllib.request.urlopen(request, timeout=work["within_s"]) as answer:  # noqa: S310
        return True, f"HTTP {answer.status}"


def _notify(work: dict[str, Any]) -> tuple[bool, str]:
    """By apprise, which says in its log why something was not taken."""
    import apprise

    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("apprise").addHandler(handler)
    channel = apprise.Apprise()
    if not channel.add(work["url"]):
        return False, "apprise does not know this kind of address, or a part of it is missing"
    kind = {"critical": "failure", "warning": "warning", "info": "info"}.get(work["severity"], "success")
    is_delivered = bool(channel.notify(body=work["body"], title=work["title"], notify_type=kind))
    return is_delivered, "; ".join(said[-2:]) or ("delivered" if is_delivered else "it was not taken")


if __name__ == "__main__":
    main()

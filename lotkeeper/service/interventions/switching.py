"""The kill switch."""

from typing import Any

from lotkeeper.service.client import Ask
from lotkeeper.service.documents.kill_switch import plan
from lotkeeper.service.documents.pauses import shown_ms
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError

Json = dict[str, Any]


def switch_plan(ask: Ask, *, is_on: bool) -> tuple[str, int | None]:
    """What will happen, and since when it was shown to be on: 0 for not at all; None: that is not known."""
    status = status_if_known(ask)
    switch = status.get("kill_switch")
    return plan(status, is_on=is_on), None if switch is None else shown_ms(switch, is_on=switch["on"])


def status_if_known(ask: Ask) -> Json:
    """Empty while the Monitor restarts: the switch must work all the same."""
    from messages.control import AskStatus

    try:
        document: Json = ask(AskStatus()).document
    except ServiceNotRunningError:
        raise
    except ServiceError:
        return {}
    return document

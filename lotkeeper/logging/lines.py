"""What a line of the log has: the same fields in each, in one order (docs/reference/log-events.md)."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Final

from lotkeeper.trading.log_events import EVENT_FIELD, LogEvent
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.orders.client_ids import cancelled_sell_name, sell_name

# What a line concerns, and under which names those who log give it.
_PAIR, _LOT, _ORDER = ("pair", "symbol"), ("lot", "lot_id"), ("order", "client_id")
_OF_RECORDS: Final = frozenset({"exc_info", "stack_info", "stack"})


class Facts:
    """Puts what was logged into the fields of a line; a structlog processor."""

    def __init__(self, process: str) -> None:
        self.process = process  # the actor, or another process of the service

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        record: logging.LogRecord = event.pop("_record")
        event.pop("_from_structlog", None)
        if event.get("exc_info") and not isinstance(event["exc_info"], tuple | BaseException):
            event["exc_info"] = sys.exc_info()
        text, name = event.pop("event", ""), event.pop(EVENT_FIELD, LogEvent.OTHER)
        pair, lot, order = (_pop_first(event, names) for names in (_PAIR, _LOT, _ORDER))
        line = {
            "ts": utc_text(record.created),
            "level": record.levelname.lower(),
            "event": str(name),
            "text": text,
            "actor": self.process,
            "pid": record.process,
            "logger": record.name,
            "pair": pair,
            "lot": lot or lot_of(pair, order),
            "order": order,
            "facts": {key: value for key, value in event.items() if key not in _OF_RECORDS},
        }
        return line | {key: event[key] for key in _OF_RECORDS if key in event}


def lot_of(pair: str | None, order: str | None) -> str | None:
    """The lot of one of our SELLs, or of its cancel, by its client order id."""
    if not pair or not order:
        return None
    name = sell_name(order) or cancelled_sell_name(order)
    return lot_id(pair, name.buy_order_id) if name else None


def utc_text(seconds: float) -> str:
    """As in `ts`: ISO 8601 in UTC with microseconds, for several actors may have a part in one millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def for_terminal(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor. A terminal shows the local time of day and the text, and of the rest what there is."""
    about = {key: line[key] for key in ("pair", "lot", "order") if line[key] is not None}
    clock = datetime.fromisoformat(line["ts"]).astimezone().strftime("%H:%M:%S.%f")[:-3]
    head = {"ts": clock, "level": line["level"], "event": line["text"], "actor": line["actor"]}
    return {**head, **about, **line["facts"], **{key: line[key] for key in _OF_RECORDS if key in line}}


def upgraded(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of an earlier version, whose `event` was the text, in the fields of this one."""
    if "text" in line or "ts" not in line:
        return dict(line)
    rest = dict(line)
    known = {key: rest.pop(key, None) for key in ("ts", "level", "event", "logger", "process", "pid", "exception")}
    pair, lot, order = (_pop_first(rest, names) for names in (_PAIR, _LOT, _ORDER))
    new = {
        "ts": known["ts"],
        "level": known["level"] or "info",
        "event": str(LogEvent.OTHER),
        "text": str(known["event"] or ""),
        "actor": known["process"] or "",
        "pid": known["pid"] or 0,
        "logger": known["logger"] or "",
        "pair": pair,
        "lot": lot or lot_of(pair, order),
        "order": order,
        "facts": rest,
    }
    return new if known["exception"] is None else new | {"exception": known["exception"]}


def _pop_first(event: MutableMapping[str, Any], names: tuple[str, ...]) -> str | None:
    """What it concerns, by the first of these names that has a text."""
    found = [event.pop(name, None) for name in names]
    return next((str(each) for each in found if each not in (None, "")), None)

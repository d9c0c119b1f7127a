"""Faults of the account's events: twice, late, out of order, lost, changed. `where` may name any field of the event."""

from binance_sim.faults.effects import ChangeFields, HoldBack, Seam, SendCopies
from binance_sim.faults.kinds import FaultKind, FaultParams, read_object, read_seconds, read_whole


def _duplicate(params: FaultParams) -> SendCopies:
    return SendCopies((0.0, *(read_seconds(params, "seconds", 0.0),) * read_whole(params, "copies", 1)))


KINDS = (
    FaultKind(
        "duplicate-event",
        Seam.EVENT,
        "the event is sent more than once",
        {"copies": "how many more, by default 1", "seconds": "how much later, by default at once"},
        make=_duplicate,
    ),
    FaultKind(
        "delay-event",
        Seam.EVENT,
        "the event is sent late, after later events",
        {"*seconds": "how late"},
        make=lambda params: SendCopies((read_seconds(params, "seconds"),)),
    ),
    FaultKind(
        "reorder-event",
        Seam.EVENT,
        "the event is sent after later events",
        {"events": "after how many, by default 1", "seconds": "the longest wait, by default 1"},
        make=lambda params: HoldBack(read_whole(params, "events", 1), read_seconds(params, "seconds", 1.0)),
    ),
    FaultKind("lose-event", Seam.EVENT, "the event is never sent", {}, make=lambda _: SendCopies(())),
    FaultKind(
        "change-event",
        Seam.EVENT,
        "the event has other values in some fields: a status or a format that is new",
        {"*set": "the fields with their new values"},
        make=lambda params: ChangeFields(read_object(params, "set")),
    ),
)

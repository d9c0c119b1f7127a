"""Faults of requests and replies: refused, late, lost, or answered with an unknown outcome."""

from collections.abc import Mapping

import orjson

from binance_sim.faults.effects import (
    AnswerFirst,
    CannedAnswer,
    ChangeFields,
    DelayReply,
    DelayRequest,
    EventsAfterReply,
    LoseReply,
    LoseRows,
    QueryLag,
    RefuseRequest,
    Seam,
)
from binance_sim.faults.fault import FaultError
from binance_sim.faults.kinds import (
    FaultKind,
    FaultParams,
    read_choice,
    read_object,
    read_seconds,
    read_text,
    read_whole,
)

TIMEOUT = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
UNEXPECTED = "An unexpected response was received from the message bus. Execution status unknown."
DISCONNECTED = "Internal error; unable to process your request. Please try again."
UNKNOWN = "An unknown error occurred while processing the request."
BUSY = "Server is currently overloaded with other requests. Please try again in a few minutes."
HTML = b"<html>\r\n<head><title>%b</title></head>\r\n<body><center><h1>%b</h1></center></body>\r\n</html>\r\n"


def _json(status: int, code: int, message: str) -> CannedAnswer:
    return CannedAnswer(status, orjson.dumps({"code": code, "msg": message}))


def _html(status: int, title: bytes) -> CannedAnswer:
    return CannedAnswer(status, HTML % (title, title), "text/html")


# Answers that leave open whether the request was executed (source: "HTTP Return Codes", "Error codes").
VAGUE: Mapping[str, CannedAnswer] = {
    "504": CannedAnswer(504, b"", "text/html"),
    "502": _html(502, b"502 Bad Gateway"),
    "-1007": _json(504, -1007, TIMEOUT),
    "-1006": _json(500, -1006, UNEXPECTED),
    "-1001": _json(500, -1001, DISCONNECTED),
    "-1000": _json(500, -1000, UNKNOWN),
}
# Answers to requests that were not executed.
REFUSALS: Mapping[str, CannedAnswer] = {
    "-1008": _json(503, -1008, BUSY),
    "403": _html(403, b"403 ERROR"),
    "-1016": _json(503, -1016, "This service is no longer available."),
    **VAGUE,
}
CUT, SILENCE = "cut", "silence"


def _lose(params: FaultParams) -> LoseReply:
    how = read_choice(params, "how", (CUT, SILENCE, *VAGUE))
    return LoseReply(VAGUE.get(how), cut=how == CUT)


def _refuse(params: FaultParams) -> RefuseRequest:
    how = read_text(params, "how", "-1008")
    if how == CUT:
        return RefuseRequest(None)
    if how in REFUSALS:
        return RefuseRequest(REFUSALS[how])
    if how == "custom":
        return RefuseRequest(
            _json(read_whole(params, "status", 400), read_whole(params, "code"), read_text(params, "message"))
        )
    raise FaultError(f"how is {how!r}, not one of {', '.join((CUT, 'custom', *REFUSALS))}")


def _answer_first(params: FaultParams) -> AnswerFirst:
    return AnswerFirst(VAGUE[read_choice(params, "how", tuple(VAGUE), "-1007")], read_seconds(params, "seconds"))


def _change(params: FaultParams) -> ChangeFields:
    patterns = read_object(params, "of", {})
    return ChangeFields(read_object(params, "set"), {name: str(each) for name, each in patterns.items()})


_HOW_LOST = "cut (the connection), silence, or an answer of unknown outcome: " + ", ".join(VAGUE)
_SECONDS = "how many seconds"

KINDS = (
    FaultKind(
        "lose-reply",
        Seam.REQUEST,
        "the request is executed, its reply is lost",
        {"how": _HOW_LOST},
        make=_lose,
    ),
    FaultKind(
        "refuse",
        Seam.REQUEST,
        "the request is not executed",
        {
            "how": "cut, custom, or an answer: " + ", ".join(REFUSALS),
            "status": "of a custom answer: the HTTP status",
            "code": "of a custom answer: Binance's code",
            "message": "of a custom answer: its text",
        },
        make=_refuse,
    ),
    FaultKind(
        "accept-late",
        Seam.REQUEST,
        "the request waits before it reaches the exchange, which checks its recvWindow only then",
        {"*seconds": _SECONDS},
        make=lambda params: DelayRequest(read_seconds(params, "seconds")),
    ),
    FaultKind(
        "answer-then-accept",
        Seam.REQUEST,
        "the request is answered at once with an unknown outcome, and executed later",
        {"*seconds": _SECONDS, "how": "the answer: " + ", ".join(VAGUE)},
        make=_answer_first,
    ),
    FaultKind(
        "reply-late",
        Seam.REQUEST,
        "the request is executed at once and answered later",
        {"*seconds": _SECONDS},
        make=lambda params: DelayReply(read_seconds(params, "seconds")),
    ),
    FaultKind(
        "events-after-reply",
        Seam.REQUEST,
        "the events that the request causes come after its reply",
        {},
        make=lambda _: EventsAfterReply(after=True),
    ),
    FaultKind(
        "events-before-reply",
        Seam.REQUEST,
        "the events that the request causes come before its reply",
        {},
        make=lambda _: EventsAfterReply(after=False),
    ),
    FaultKind(
        "lag",
        Seam.REQUEST,
        "the query (myTrades, allOrders, order.status, ...) does not see the newest changes",
        {"*seconds": "how many seconds its data is old"},
        make=lambda params: QueryLag(int(read_seconds(params, "seconds") * 1_000_000)),
    ),
    FaultKind(
        "lose-rows",
        Seam.REQUEST,
        "the list (myTrades, allOrders, ...) lacks its oldest rows, and has the younger ones",
        {"rows": "how many rows; by default one"},
        make=lambda params: LoseRows(read_whole(params, "rows", 1)),
    ),
    FaultKind(
        "change-answer",
        Seam.REQUEST,
        "the answer has other values in some fields: a status or a format that is new",
        {
            "*set": "the fields with their new values",
            "of": "which rows of a list: fields, each with a pattern; by default all",
        },
        make=_change,
    ),
)

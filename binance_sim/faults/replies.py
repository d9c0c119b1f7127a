"""Requests and their replies: refused, late, lost, or answered with something that says nothing."""

from collections.abc import Mapping

import orjson

from binance_sim.faults.effects import AnswerFirst, Canned, Delay, EventsAfterReply, Lag, LateReply, LoseReply, Refuse
from binance_sim.faults.fault import FaultError
from binance_sim.faults.kinds import REQUEST, Kind, Params, one_of, seconds, text, whole

TIMEOUT = "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
UNEXPECTED = "An unexpected response was received from the message bus. Execution status unknown."
DISCONNECTED = "Internal error; unable to process your request. Please try again."
UNKNOWN = "An unknown error occurred while processing the request."
BUSY = "Server is currently overloaded with other requests. Please try again in a few minutes."
HTML = b"<html>\r\n<head><title>%b</title></head>\r\n<body><center><h1>%b</h1></center></body>\r\n</html>\r\n"


def _json(status: int, code: int, message: str) -> Canned:
    return Canned(status, orjson.dumps({"code": code, "msg": message}))


def _html(status: int, title: bytes) -> Canned:
    return Canned(status, HTML % (title, title), "text/html")


# Answers that leave it open whether the request was carried out (source: "HTTP Return Codes", "Error codes").
VAGUE: Mapping[str, Canned] = {
    "504": Canned(504, b"", "text/html"),
    "502": _html(502, b"502 Bad Gateway"),
    "-1007": _json(504, -1007, TIMEOUT),
    "-1006": _json(500, -1006, UNEXPECTED),
    "-1001": _json(500, -1001, DISCONNECTED),
    "-1000": _json(500, -1000, UNKNOWN),
}
# Answers to what was not carried out.
REFUSALS: Mapping[str, Canned] = {
    "-1008": _json(503, -1008, BUSY),
    "403": _html(403, b"403 ERROR"),
    "-1016": _json(503, -1016, "This service is no longer available."),
    **VAGUE,
}
CUT, SILENCE = "cut", "silence"


def _lose(params: Params) -> LoseReply:
    how = one_of(params, "how", (CUT, SILENCE, *VAGUE))
    return LoseReply(VAGUE.get(how), cut=how == CUT)


def _refuse(params: Params) -> Refuse:
    how = text(params, "how", "-1008")
    if how == CUT:
        return Refuse(None)
    if how in REFUSALS:
        return Refuse(REFUSALS[how])
    if how == "custom":
        return Refuse(_json(whole(params, "status", 400), whole(params, "code"), text(params, "message")))
    raise FaultError(f"how is {how!r}, not one of {', '.join((CUT, 'custom', *REFUSALS))}")


def _answer_first(params: Params) -> AnswerFirst:
    return AnswerFirst(VAGUE[one_of(params, "how", tuple(VAGUE), "-1007")], seconds(params, "seconds"))


_HOW_LOST = "cut (the connection), silence, or an answer that says nothing: " + ", ".join(VAGUE)
_SECONDS = "how many seconds"

KINDS = (
    Kind(
        "lose-reply",
        REQUEST,
        "the request is carried out, its reply is lost",
        {"how": _HOW_LOST},
        make=_lose,
    ),
    Kind(
        "refuse",
        REQUEST,
        "the request is not carried out",
        {
            "how": "cut, custom, or an answer: " + ", ".join(REFUSALS),
            "status": "of a custom answer: the HTTP status",
            "code": "of a custom answer: Binance's code",
            "message": "of a custom answer: its text",
        },
        make=_refuse,
    ),
    Kind(
        "accept-late",
        REQUEST,
        "the request waits before it reaches the exchange, which looks at its recvWindow only then",
        {"*seconds": _SECONDS},
        make=lambda params: Delay(seconds(params, "seconds")),
    ),
    Kind(
        "answer-then-accept",
        REQUEST,
        "the request is answered at once as unknown, and carried out later",
        {"*seconds": _SECONDS, "how": "the answer: " + ", ".join(VAGUE)},
        make=_answer_first,
    ),
    Kind(
        "reply-late",
        REQUEST,
        "the request is carried out at once and answered later",
        {"*seconds": _SECONDS},
        make=lambda params: LateReply(seconds(params, "seconds")),
    ),
    Kind(
        "events-after-reply",
        REQUEST,
        "the events that the request causes come after its reply",
        {},
        make=lambda _: EventsAfterReply(after=True),
    ),
    Kind(
        "events-before-reply",
        REQUEST,
        "the events that the request causes come before its reply",
        {},
        make=lambda _: EventsAfterReply(after=False),
    ),
    Kind(
        "lag",
        REQUEST,
        "the query (myTrades, allOrders, order.status, ...) does not see what is younger",
        {"*seconds": "what is younger than so many seconds is not seen"},
        make=lambda params: Lag(int(seconds(params, "seconds") * 1_000_000)),
    ),
)

"""The table of what can be read: each path with its parameters, its answer, and the command whose document it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lotkeeper.service.documents.incident_kinds import INCIDENT_KINDS
from lotkeeper.service.documents.states import LOT_STATES, ORDER_STATES
from lotkeeper.web.api.parameters import (
    BEFORE,
    LOT,
    LOT_NAME,
    PAIR,
    SINCE,
    UNTIL,
    Parameter,
    Values,
    flag,
    limit,
    word,
    words,
)
from lotkeeper.web.api.reader import Reader

PREFIX = "/api/v1"
_TIMES = (PAIR, SINCE, UNTIL)


@dataclass(frozen=True, slots=True)
class Route:
    """One path that is read. `document` is the command of which the answer is the document, or one of the API's own."""

    path: str  # below the prefix; with {lot} where it names one
    document: str
    text: str
    read: Callable[[Reader, Values], Any]
    parameters: tuple[Parameter, ...] = ()
    in_path: tuple[Parameter, ...] = ()

    @property
    def full_path(self) -> str:
        return f"{PREFIX}{self.path}"


ROUTES = (
    Route("/status", "status", "The newest report of every source, and what is wrong.", Reader.status),
    Route("/pairs", "pairs", "The pairs: state, bid, lots, and the exchange's rules.", Reader.pairs),
    Route(
        "/positions",
        "positions",
        "The lots, those bought last first: the present ones, or with a state or a time those of the database.",
        Reader.positions,
        (
            flag("all", "Closed lots, too"),
            words("state", "Only in this state, or in these", LOT_STATES),
            *_TIMES,
            limit(1000),
            BEFORE,
        ),
    ),
    Route(
        "/orders",
        "orders",
        "The open orders, or with an option those of all time, the newest first.",
        Reader.orders,
        (
            flag("all", "Those of all time, from the database"),
            words("state", "Only in this state, or in these", ORDER_STATES),
            *_TIMES,
            limit(50),
            BEFORE,
        ),
    ),
    Route("/fills", "fills", "The trades of the lots, the newest first.", Reader.fills, (*_TIMES, limit(50), BEFORE)),
    Route(
        "/profit",
        "profit",
        "What sales earned after every fee, by pair, day or month (UTC).",
        Reader.profit,
        (word("by", "By what", ("pair", "day", "month"), "pair"), *_TIMES, limit(50)),
    ),
    Route(
        "/profit/series",
        "profit series",
        "What was earned over time, summed up, by pair: by day, or by hour of a week.",
        Reader.profit_series,
        (word("by", "By what", ("day", "hour"), "day"), *_TIMES),
    ),
    Route("/todo", "todo", "What needs a person, the most urgent first.", Reader.todo, (PAIR,)),
    Route(
        "/alerts",
        "alerts list",
        "The open alerts, the most severe first.",
        Reader.alerts,
        (flag("all", "Also those of the last day that are over"),),
    ),
    Route(
        "/incidents",
        "incidents",
        "What went wrong, from when to when, the newest first.",
        Reader.incidents,
        (
            words("kind", "Only of this kind, or of these", INCIDENT_KINDS),
            flag("open", "Only what is not over"),
            *_TIMES,
            limit(50),
            BEFORE,
        ),
    ),
    Route(
        "/decisions",
        "decisions",
        "What was decided and why, and what people commanded, the newest first.",
        Reader.decisions,
        (LOT, *_TIMES, limit(50), BEFORE),
    ),
    Route(
        "/lots/{lot}",
        "explain",
        "The arithmetic of one lot.",
        Reader.lot,
        in_path=(Parameter("lot", "The name of the lot", *LOT_NAME, is_required=True),),
    ),
)
ROUTE_OF = {each.document: each for each in ROUTES}

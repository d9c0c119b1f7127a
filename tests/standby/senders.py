"""Which host sent which order, by the exchange's journal, beside which host had the lease, by the database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lotkeeper.verification.judge.journal_reader import read_lines
from tests.standby.stage import RECV_WINDOW_MS, Stage

_PLACING = ("order.place", "orderList.place", "POST /api/v3/order", "POST /api/v3/orderList")
_HOSTS = {str(window): host for host, window in RECV_WINDOW_MS.items()}


@dataclass(frozen=True, slots=True)
class Sent:
    """An order that the exchange took. Moments are milliseconds of wall time; all clocks are those of this machine."""

    host: str
    dated_ms: int  # its own timestamp
    arrived_ms: int
    client_id: str


@dataclass(frozen=True, slots=True)
class Term:
    """From one taking of the lease to the next one."""

    host: str
    token: int
    taken_ms: int


def orders_sent(stage: Stage) -> list[Sent]:
    """Those that were not refused, in the order of their arrival."""
    stage.controls.summary()  # makes the exchange write its whole journal
    found: dict[int, Sent] = {}
    for line in read_lines(stage.journal):
        fields = line.fields
        if line.kind == "request" and fields["name"].startswith(_PLACING) and "recvWindow" in fields["params"]:
            found[fields["n"]] = _sent(fields["params"], line.wall_ns)
        elif line.kind == "reply" and _is_error(fields.get("body")):
            found.pop(fields.get("n", 0), None)
    return list(found.values())


def _sent(params: dict[str, Any], wall_ns: int) -> Sent:
    name = params.get("newClientOrderId") or params.get("listClientOrderId", "")
    return Sent(_HOSTS[str(params["recvWindow"])], int(params["timestamp"]), wall_ns // 1_000_000, str(name))


def _is_error(body: object) -> bool:
    if not isinstance(body, dict):
        return False
    error = body.get("error", body)
    return isinstance(error, dict) and isinstance(error.get("code"), int) and error["code"] < 0


def terms(stage: Stage) -> list[Term]:
    found: list[Term] = []
    for _, text in stage.query("SELECT at_ms, record FROM lease_log ORDER BY number"):
        record = json.loads(text)
        if not found or record["token"] != found[-1].token:
            found.append(Term(_HOSTS[str(record["recv_window_ms"])], record["token"], record["taken_ms"]))
    return found


def find_second_senders(sent: list[Sent], held: list[Term]) -> Iterator[str]:
    """One sentence for each order that a host sent outside of its terms, or that came between those of another host."""
    for order in sent:
        term = _term_at(held, order.dated_ms)
        if term is None or term.host != order.host:
            yield f"{order} was dated while {term} was in force"
    first: dict[int, Sent] = {}
    for order in sent:
        term = _term_at(held, order.arrived_ms)
        if term is None:
            continue
        if order.host == term.host:
            first.setdefault(term.token, order)
        elif term.token in first:
            yield f"{order} came after {first[term.token]}, of a newer term"


def _term_at(held: list[Term], at_ms: int) -> Term | None:
    """The newest that was taken by then."""
    return next((each for each in reversed(held) if each.taken_ms <= at_ms), None)

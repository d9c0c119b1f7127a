"""The page of a round of the drill, from the journal of its exchange and what was done in the round."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from lotkeeper.verification.drill.rounds import DrillRound, PerformedAction
from lotkeeper.verification.judge.journal_reader import JournalLine
from lotkeeper.verification.judge.naming import buy_order_id_of
from lotkeeper.verification.story_page.model import Lane, Mark, StoryPage
from lotkeeper.verification.story_page.tracks import OrderSeen, tracks_of

_NS = 1_000_000_000
_ABOUT = (
    "Played in real time by lotkeeper drill: the whole service against the embedded exchange. Orders and messages "
    "are those of the exchange's journal."
)
_ORDER_REQUESTS = ("POST ", "DELETE ", "PUT ", "order.", "orderList.")
_NAMES = ("newClientOrderId", "origClientOrderId", "aboveClientOrderId", "orderId")


def page_of_round(found: DrillRound, lines: Iterable[JournalLine]) -> StoryPage:
    """Of a journal with several eras all are shown."""
    known = list(lines)
    began_ns = _began_ns(found, known)
    marks = [*_marks_of_journal(known, began_ns), *(_mark_of_action(each, began_ns) for each in found.performed)]
    settled = f"Well again {found.settled_s:.1f} s after the end of the faults."
    return StoryPage(
        f"Drill, seed {found.seed}",
        (_ABOUT, settled),
        found.broken,
        tuple(sorted(marks, key=lambda mark: mark.at_s)),
        tracks_of(_orders(known, began_ns)),
    )


def _began_ns(found: DrillRound, lines: list[JournalLine]) -> int:
    """When the round began, so that times are those of its table. What was before, the start, is at zero."""
    if found.performed:
        return found.performed[0].at_ns - round(found.performed[0].at_s * _NS)
    return lines[0].wall_ns if lines else 0


def _mark_of_action(action: PerformedAction, began_ns: int) -> Mark:
    result = f" ({action.result})" if action.result else ""
    lane = Lane.HAND if action.is_trade else Lane.FAULT
    return Mark(_seconds(action.at_ns, began_ns), lane, f"{action.text}{result}")


def _seconds(wall_ns: int, began_ns: int) -> float:
    return max(0.0, (wall_ns - began_ns) / _NS)


# The journal


def _marks_of_journal(lines: Iterable[JournalLine], began_ns: int) -> Iterator[Mark]:
    for line in lines:
        tell = _TELLERS.get(line.kind)
        told = tell(line.fields) if tell is not None else None
        if told is not None:
            yield Mark(_seconds(line.wall_ns, began_ns), *told)


def _request(fields: dict[str, Any]) -> tuple[Lane, str] | None:
    """Those that place, change or cancel orders."""
    name, params = str(fields["name"]), fields.get("params", {})
    if not name.startswith(_ORDER_REQUESTS):
        return None
    about = [str(params[each]) for each in ("symbol", "side", "quantity", "price", *_NAMES) if params.get(each)]
    return Lane.MESSAGE, f"request {name} {' '.join(about)}"


def _reply(fields: dict[str, Any]) -> tuple[Lane, str] | None:
    """Those that do not arrive, and refusals."""
    body = fields.get("body")
    error = body.get("error", body) if isinstance(body, dict) else {}
    if fields.get("lost"):
        return Lane.FAULT, "a reply is lost"
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        return Lane.MESSAGE, f"refused: {error['code']} {error.get('msg', '')}"
    return None


def _fault(fields: dict[str, Any]) -> tuple[Lane, str]:
    met = fields.get("met", {})
    about = " ".join(str(each) for each in met.values()) if isinstance(met, dict) else ""
    return Lane.FAULT, f"exchange: {fields['name']} {about}".rstrip()


def _connection(what: str) -> Callable[[dict[str, Any]], tuple[Lane, str]]:
    return lambda fields: (Lane.SERVICE, f"connection {fields['conn']} ({fields['socket']}) {what}")


_TELLERS: dict[str, Callable[[dict[str, Any]], tuple[Lane, str] | None]] = {
    "request": _request,
    "reply": _reply,
    "fault-fired": _fault,
    "connect": _connection("opens"),
    "disconnect": _connection("ends"),
}


# Orders


def _orders(lines: Iterable[JournalLine], began_ns: int) -> Iterator[OrderSeen]:
    names: dict[str, str] = {}  # the first name of each order: a cancel has one of its own
    for line in lines:
        if line.kind == "execution" and Decimal(line.fields["body"]["q"]):
            yield _seen(line.fields["body"], _seconds(line.wall_ns, began_ns), names)


def _seen(body: dict[str, Any], at_s: float, names: dict[str, str]) -> OrderSeen:
    pair, key = body["s"], f"{body['s']} {body['i']}"
    name = names.setdefault(key, body["c"])
    lot = buy_order_id_of(name) if body["S"] == "SELL" else None
    return OrderSeen(
        at_s=at_s,
        key=key,
        pair=pair,
        client_id=name,
        side=body["S"],
        status=body["X"],
        quantity=Decimal(body["q"]),
        filled=Decimal(body["z"]),
        price=Decimal(body["p"]),
        lot="" if lot is None else f"{pair} {lot}",
    )

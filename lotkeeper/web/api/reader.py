"""What the API answers: the documents of commands, of the running service and of its database.

Every method may wait for an answer, and runs in a thread. It raises ServiceError, UnknownKeyError and ApiError.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from lotkeeper.config import Config
from lotkeeper.service.client import ask_service
from lotkeeper.service.documents.incident_kinds import INCIDENT_KINDS
from lotkeeper.service.documents.pair_rows import pair_rows
from lotkeeper.service.documents.present import (
    explained_lot,
    last_bids,
    present_orders,
    present_positions,
    todo_of,
)
from lotkeeper.service.documents.profit_document import profit_document
from lotkeeper.service.documents.profit_series import BY_HOUR, profit_series
from lotkeeper.service.documents.recorded import (
    recorded_decisions,
    recorded_fills,
    recorded_incidents,
    recorded_orders,
    recorded_positions,
)
from lotkeeper.service.documents.states import LOT_STATES, OPEN_LOT_STATES, ORDER_STATES
from lotkeeper.service.documents.triggers import with_distances
from lotkeeper.service.errors import RefusedError, ServiceError, ServiceNotRunningError
from lotkeeper.service.history_reader import opened_history
from lotkeeper.service.standby_note import read_standby_note
from lotkeeper.web.api.errors import ApiError, bad_request
from lotkeeper.web.api.parameters import Values
from messages.control import AskAlerts, AskStatus
from persistence.history.database import HistoryDatabase
from persistence.history.pairs import read_rules
from persistence.history.profit import PastProfit
from persistence.history.wanted import Wanted

Json = dict[str, Any]
Rows = list[Json]
_WEEK_MS, _MOST_OF_HOURS_MS = 7 * 86_400_000, 35 * 86_400_000


class Reader:
    """Of one service. It has no state: any number of threads may use it."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def ask(self, message: object) -> Any:
        """The answer of the running service."""
        return ask_service(self._config, message)

    def status(self, _values: Values) -> Json:
        """Also of a host that waits for its turn."""
        try:
            found: Json = self.ask(AskStatus()).document
        except ServiceNotRunningError:
            if not (waits := read_standby_note(self._config)):
                raise
            return {"health": "standby", "waits": waits}
        return found

    def pairs(self, _values: Values) -> Rows:
        """With the rules of the exchange where the database can tell them."""
        status = self.ask(AskStatus()).document
        try:
            with opened_history(self._config) as database:
                rules = read_rules(database)
        except ServiceError:
            rules = {}
        return pair_rows(status, rules)

    def positions(self, values: Values) -> Rows:
        """The present ones, unless an option asks for the past."""
        wanted = _wanted(values, frozenset(state for word in values["state"] for state in LOT_STATES[word]))
        if wanted.states or wanted.before or (wanted.since_ms, wanted.until_ms) != (None, None):
            states = wanted.states or (frozenset() if values["all"] else OPEN_LOT_STATES)
            wanted = replace(wanted, states=states, before=wanted.before.upper())
            found = self._recorded(wanted, lambda database: recorded_positions(database, wanted))
        else:
            asked = lambda: present_positions(self.ask, wanted.symbol, wanted.limit, is_all=values["all"])  # noqa: E731
            found = self._named(asked)
        return with_distances(found, last_bids(self.ask) if found else {})

    def orders(self, values: Values) -> Rows:
        """The open ones, unless an option asks for the past."""
        wanted = _wanted(values, frozenset(state for word in values["state"] for state in ORDER_STATES[word]))
        is_past = values["all"] or wanted.states or wanted.before
        if is_past or (wanted.since_ms, wanted.until_ms) != (None, None):
            return self._recorded(wanted, lambda database: recorded_orders(database, wanted))
        found: Rows = self._named(lambda: present_orders(self.ask, wanted.symbol))
        return found[: wanted.limit]

    def fills(self, values: Values) -> Rows:
        wanted = _wanted(values)
        return self._recorded(wanted, lambda database: recorded_fills(database, wanted))

    def decisions(self, values: Values) -> Rows:
        wanted = _wanted(values)
        return self._recorded(wanted, lambda database: recorded_decisions(database, wanted, values["lot"] or ""))

    def incidents(self, values: Values) -> Rows:
        wanted, kinds = _wanted(values), [INCIDENT_KINDS[word] for word in values["kind"]]
        only_open = values["open"]
        return self._recorded(wanted, lambda database: recorded_incidents(database, wanted, kinds, only_open=only_open))

    def profit(self, values: Values) -> Json:
        pair, times = values["pair"] or "", (values["since"], values["until"])
        with opened_history(self._config, pair) as database:
            return profit_document(PastProfit(database), values["by"], pair, times, values["limit"])

    def profit_series(self, values: Values) -> Json:
        """By hour of the last week unless another time is given, and of some weeks at most: each sale is read."""
        pair, since_ms, until_ms = values["pair"] or "", values["since"], values["until"]
        if values["by"] == BY_HOUR:
            end_ms = until_ms or round(time.time() * 1000)
            since_ms = end_ms - _WEEK_MS if since_ms is None else since_ms
            if end_ms - since_ms > _MOST_OF_HOURS_MS:
                raise bad_request("by=hour is of 35 days at most: give since and until, or by=day")
        with opened_history(self._config, pair) as database:
            return profit_series(PastProfit(database), values["by"], pair, since_ms, until_ms)

    def todo(self, values: Values) -> Rows:
        return todo_of(self.ask(AskStatus()).document, values["pair"] or "")

    def alerts(self, values: Values) -> Rows:
        return list(self.ask(AskAlerts(not values["all"])).alerts)

    def lot(self, values: Values) -> Json:
        """With its whole arithmetic."""
        found: Json = self._named(lambda: explained_lot(self.ask, values["lot"]))
        return found

    def _recorded(self, wanted: Wanted, read: Callable[[HistoryDatabase], Rows]) -> Rows:
        with opened_history(self._config, wanted.symbol) as database:
            return read(database)

    def _named(self, ask: Callable[[], Any]) -> Any:
        """A refusal is about a name that is not known, unless the database cannot be read."""
        try:
            return ask()
        except RefusedError as error:
            trouble = (self.ask(AskStatus()).document.get("ledger") or {}).get("trouble")
            status = HTTPStatus.SERVICE_UNAVAILABLE if trouble else HTTPStatus.NOT_FOUND
            raise ApiError(status, str(error)) from error


def _wanted(values: Values, states: frozenset[str] = frozenset()) -> Wanted:
    pair, before = values["pair"] or "", values["before"] or ""
    return Wanted(pair, values["since"], values["until"], states, values["limit"], before)

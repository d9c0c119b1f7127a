"""Requests over the WebSocket API while a connection to it is ready, by REST otherwise."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lotkeeper.exchange.link.clock import RequestClock
from lotkeeper.exchange.link.protocol import ExchangeLink, MayLeave, OnOutcome, always
from lotkeeper.exchange.link.rest_workers import RestWorkers
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkState
from lotkeeper.exchange.link.websocket_link import WebSocketLink
from lotkeeper.exchange.observer import LinkObserver
from lotkeeper.exchange.requests import ExchangeRequest, server_time
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, is_refused_as
from lotkeeper.exchange.signing import Signer
from lotkeeper.trading.orders.refusals import RefusalKind


def wall_clock_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(slots=True, eq=False)
class _Errand:
    """One request of the owner, which may be sent more than once: never after it may have had an effect."""

    request: ExchangeRequest
    deadline: float  # monotonic, s
    on_outcome: OnOutcome
    may_leave: MayLeave = always
    is_repeated: bool = False  # it was sent again after the exchange had refused the time of the first


class SwitchingLink:
    """The link of the Gateway.

    - A request that certainly did not leave over the websocket goes by REST at once.
    - A request that the exchange refuses for its time (-1021) is sent once more, over the same way, after the time was
      measured. It was not executed: this is no second copy.
    """

    def __init__(
        self,
        settings: LinkSettings,
        signer: Signer,
        observer: LinkObserver,
        *,
        may_connect: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
        wall_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self._clock = RequestClock(monotonic, wall_ms)
        self._rest = RestWorkers(settings, signer, observer, self._clock)
        self._websocket = (
            WebSocketLink(settings, signer, observer, self._clock, may_connect=may_connect)
            if settings.ws_api_url
            else None
        )

    @property
    def state(self) -> LinkState:
        return self._rest.state if self._websocket is None else self._websocket.state

    def submit(
        self, request: ExchangeRequest, timeout_s: float, on_outcome: OnOutcome, may_leave: MayLeave = always
    ) -> None:
        self._send(_Errand(request, self._clock.monotonic() + timeout_s, on_outcome, may_leave), timeout_s)

    def keep_warm(self) -> None:
        self._rest.keep_warm()

    def filenos(self) -> list[int]:
        return [each for link in self._links() for each in link.filenos()]

    def on_ready(self, fileno: int) -> None:
        for link in self._links():
            if fileno in link.filenos():
                link.on_ready(fileno)
                return

    def on_time(self) -> float | None:
        for link in self._links():
            link.on_time()
        # Only now: what one link told its owners may have been submitted to the other.
        waits = [wait_s for link in self._links() if (wait_s := link.wait_s()) is not None]
        return min(waits, default=None)

    def close(self) -> None:
        for link in self._links():
            link.close()

    def _links(self) -> list[RestWorkers | WebSocketLink]:
        return [self._rest] if self._websocket is None else [self._websocket, self._rest]

    # ---- an errand

    def _send(self, errand: _Errand, timeout_s: float) -> None:
        websocket = self._websocket
        if websocket is not None and websocket.is_ready and errand.request.ws_method:
            on_outcome = partial(self._websocket_outcome, websocket, errand)
            websocket.submit(errand.request, timeout_s, on_outcome, errand.may_leave)
        else:
            self._send_by_rest(errand, timeout_s)

    def _send_by_rest(self, errand: _Errand, timeout_s: float) -> None:
        self._rest.submit(errand.request, timeout_s, partial(self._outcome, self._rest, errand), errand.may_leave)

    def _websocket_outcome(self, websocket: WebSocketLink, errand: _Errand, outcome: Outcome) -> None:
        left_s = self._left_s(errand)
        if isinstance(outcome, NotSent) and left_s > 0:
            self._send_by_rest(errand, left_s)
        else:
            self._outcome(websocket, errand, outcome)

    def _outcome(self, link: ExchangeLink, errand: _Errand, outcome: Outcome) -> None:
        is_wrong_time = errand.request.is_signed and is_refused_as(outcome, RefusalKind.CLOCK_SKEW)
        left_s = self._left_s(errand)
        if not is_wrong_time or errand.is_repeated or left_s <= 0:
            errand.on_outcome(outcome)
            return
        errand.is_repeated = True
        link.submit(server_time(), left_s, partial(self._time_measured, errand, outcome))

    def _time_measured(self, errand: _Errand, refusal: Outcome, outcome: Outcome) -> None:
        """The clock is set, or cannot be: then the refusal stands."""
        left_s = self._left_s(errand)
        if isinstance(outcome, Answered) and left_s > 0:
            self._send(errand, left_s)
        else:
            errand.on_outcome(refusal)

    def _left_s(self, errand: _Errand) -> float:
        return errand.deadline - self._clock.monotonic()

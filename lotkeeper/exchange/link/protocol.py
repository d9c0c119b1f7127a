"""What a link to the exchange can do, whichever way its requests go."""

from collections.abc import Callable
from typing import Protocol

from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkState
from lotkeeper.exchange.observer import LinkObserver
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Outcome
from lotkeeper.exchange.signing import Signer

OnOutcome = Callable[[Outcome], None]
MayLeave = Callable[[], bool]  # asked just before a request leaves; without a yes it is NotSent


def always() -> bool:
    """Nothing has to be done before the request leaves."""
    return True


class ExchangeLink(Protocol):
    """Sends requests without waiting for their answers; for an actor that watches descriptors in its own loop.

    Everything is called in the actor's thread, and everything that the link calls is called there: `on_outcome` of a
    request and the observer. Threads of a link only open connections, send and receive.
    """

    @property
    def state(self) -> LinkState:
        """Which way requests go now, since when, and why."""

    def submit(
        self, request: ExchangeRequest, timeout_s: float, on_outcome: OnOutcome, may_leave: MayLeave = always
    ) -> None:
        """Sends it at once; never blocks and never raises.

        `may_leave` is called as late as possible before its first byte can leave, and again before each repetition:
        a process that is killed before that call has certainly not sent it.

        `on_outcome` is called exactly once, from a later `on_ready` or `on_time`; it may submit further requests. A
        request without an answer after `timeout_s` seconds ends as Unknown, or as NotSent when it certainly never
        left. The true outcome, when it comes later, goes to `observer.on_late_reply`.
        """

    def filenos(self) -> list[int]:
        """The descriptors to watch for reading; they change, so ask again after each call."""

    def on_ready(self, fileno: int) -> None:
        """A watched descriptor is readable. One that is no longer watched is ignored."""

    def on_time(self) -> float | None:
        """Does what is due: outcomes, deadlines, connections. Gives the seconds until it has to be called again.

        None means not before the next `submit` or `on_ready`. After a `submit` call it again, once for several: the
        answer from before holds no longer.
        """

    def keep_warm(self) -> None:
        """Sends what keeps an unused REST connection open, once in a while: it costs as much as `server_time`.

        Call it every few seconds while the budget has room for that. Without it the first request after the loss of a
        websocket would wait for a handshake.
        """

    def close(self) -> None:
        """Closes everything; no outcome is called any more."""


class LinkFactory(Protocol):
    """Makes the link to the exchange."""

    def __call__(
        self,
        settings: LinkSettings,
        signer: Signer,
        observer: LinkObserver,
        *,
        may_connect: Callable[[], bool],  # asks for permission to open a connection, and spends it
        monotonic: Callable[[], float],
        wall_ms: Callable[[], int],
    ) -> ExchangeLink: ...

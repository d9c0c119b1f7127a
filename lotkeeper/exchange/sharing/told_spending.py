"""What a program spends that runs for a moment: the broker is told before and after, and never waited for."""

import time
from pathlib import Path
from typing import Self

from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.budget.limits import DEFAULT_LIMITS, Limit
from lotkeeper.exchange.sharing.broker_link import BrokerLink, BrokerLostError
from lotkeeper.exchange.sharing.lines import Hello, Report, WindowReport

_LASTS_MS = 10_000  # so long its questions take, at most: near the end of a window they may count in the next one


class ToldSpending:
    """Context manager: what is asked inside is granted to nobody else meanwhile.

    It asks for no share, as an order asks for none, and does nothing where there is no broker. The windows are those of
    this machine's clock.
    """

    def __init__(self, path: Path, hello: Hello, cost: Cost) -> None:
        self._path, self._hello, self._cost = path, hello, cost
        self._link: BrokerLink | None = None
        self._at_ms = 0

    def __enter__(self) -> Self:
        self._at_ms = time.time_ns() // 1_000_000
        try:
            self._link = BrokerLink(self._path)
            self._link.send(self._hello)
            self._link.send(self._report(is_answered=False))
        except BrokerLostError:
            self._link = None
        return self

    def __exit__(self, *_: object) -> None:
        """From now on the exchange's own count has it."""
        if self._link is None:
            return
        try:
            self._link.receive()  # an end that leaves something unread would have the broker lose what follows
            self._link.send(self._report(is_answered=True))
        except BrokerLostError:
            pass
        self._link.close()

    def _report(self, *, is_answered: bool) -> Report:
        found = (
            self._window(limit, index, is_answered)
            for limit in DEFAULT_LIMITS
            if self._cost.of(limit.kind)
            for index in sorted({at_ms // limit.window_ms for at_ms in (self._at_ms, self._at_ms + _LASTS_MS)})
        )
        return Report(self._at_ms, tuple(found))

    def _window(self, limit: Limit, index: int, is_answered: bool) -> WindowReport:
        spent = self._cost.of(limit.kind)
        return WindowReport(
            kind=limit.kind,
            window_ms=limit.window_ms,
            index=index,
            maximum=limit.maximum,
            share=0,
            spent=spent,
            answered=spent if is_answered else 0,
            counted=0,
        )

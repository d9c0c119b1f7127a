"""`lotkeeper positions --watch`: the lots in place, or a line for each thing that happens to them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from cli.views.live import live_lots
from cli.views.lot_news import LotNews
from cli.watching import watch
from lotkeeper.service.client import ANSWER_WITHIN_S, connect
from messages.control import AskPositions, AskStatus, PositionsReported, StatusReported

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lotkeeper.config import Config
    from lotkeeper.engine.service import AttachedSystem

Lots = tuple[dict[str, Any], ...]


def watch_positions(config: "Config", pair: str, limit: int, *, is_open_only: bool) -> None:
    """Until Ctrl-C. Raises the errors of `connect`."""
    with connect(config) as system:
        _Watched(system, pair, limit, is_open_only).show()


class _Watched:
    def __init__(self, system: "AttachedSystem", pair: str, limit: int, is_open_only: bool) -> None:
        self._system, self._pair, self._limit, self._is_open_only = system, pair, limit, is_open_only
        self._news: LotNews | None = None

    def show(self) -> None:
        watch(self._view, self._changes)

    def _view(self, width: int, height: int) -> "RenderableType | None":
        status = self._system.ask(AskStatus(), ANSWER_WITHIN_S)
        lots = self._lots(is_open_only=self._is_open_only)
        if lots is None or not isinstance(status, StatusReported):
            return None
        return live_lots(lots, status.document, width, height)

    def _changes(self) -> Iterator[Text]:
        """What is there at the first look is not told. Closed lots are asked for, too: that a lot is sold is told."""
        lots = self._lots(is_open_only=False)
        if lots is None:
            return
        if self._news is None:
            self._news = LotNews(lots)
            yield _with_time(Text(f"{sum(lot['state'] != 'CLOSED' for lot in lots)} lots are open", "dim"))
        for line in self._news.told(lots):
            yield _with_time(line)

    def _lots(self, *, is_open_only: bool) -> Lots | None:
        answer = self._system.ask(AskPositions(self._pair, is_open_only, self._limit), ANSWER_WITHIN_S)
        return answer.positions if isinstance(answer, PositionsReported) else None


def _with_time(line: Text) -> Text:
    return Text(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} ", "dim") + line

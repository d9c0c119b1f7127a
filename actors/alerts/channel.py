"""One channel: what it has told, what it tells now, and whether its messages arrive."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from actors.alerts.alert import Alert, Told
from actors.alerts.items import Item, News, due_items
from actors.alerts.pace import Pace
from actors.alerts.sales import SalesTold, sale_lines
from actors.alerts.wording import Message, message_of
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from messages.alerts import ChannelState, PairSales


@dataclass(frozen=True, slots=True)
class Underway:
    """A message that is being delivered."""

    channel: str
    items: tuple[Item, ...]
    sales: SalesTold
    tells_start: bool
    at_ms: int

    def begun(self) -> list[int]:
        """The numbers of the alerts that the channel has never tried to tell of."""
        found = (each.alert for each in self.items if each.news is News.NEW)
        return [each.number for each in found if each.known_as(self.channel) is None]

    def told(self) -> dict[int, Told]:
        return {each.alert.number: each.told(self.at_ms) for each in self.items}


@dataclass(slots=True)
class Channel:
    """At most one message is under way; what happens meanwhile is told by the next one."""

    rule: ChannelRule
    host: str
    start_text: str = ""  # what is told once of this start of the service; empty once it is told
    sales_told: SalesTold = field(default_factory=dict)
    pace: Pace = field(default=Pace())
    underway: Underway | None = None
    delivered_ms: int | None = None  # since the start of the service
    trouble: str = ""

    def next_message(
        self, alerts: Iterable[Alert], sales: Mapping[str, PairSales], settings: AlertSettings, now_ms: int
    ) -> Message | None:
        """What is to be sent now, if anything. It counts as told when `note_result` says that it arrived."""
        if self.underway is not None:
            return None
        items = due_items(alerts, self.rule, settings, now_ms)
        lines = self._lines(sales, settings, now_ms)
        self.pace = self.pace.wanted(now_ms) if items or lines else self.pace.idle()
        is_urgent = any(each.news is News.NEW and each.alert.severity is Severity.CRITICAL for each in items)
        if not self.pace.may_send(now_ms, is_urgent=is_urgent):
            return None
        told = {symbol: (each.sells_filled, each.profit) for symbol, each in sales.items()}
        self.underway = Underway(self.rule.name, tuple(items), told, bool(self.start_text), now_ms)
        return message_of(items, lines, self.host)

    def _lines(self, sales: Mapping[str, PairSales], settings: AlertSettings, now_ms: int) -> list[str]:
        """News, which are all of the lowest severity."""
        is_quiet = settings.quiet is not None and settings.quiet.contain(now_ms)
        if is_quiet or self.rule.min_severity is not Severity.INFO:
            return []
        start = [self.start_text] if self.start_text and TroubleKind.STARTED not in settings.mute else []
        if not settings.sales or TroubleKind.SALE in settings.mute:
            return start
        return [*start, *sale_lines(sales, self.sales_told)]

    def note_known(self, sales: Mapping[str, PairSales]) -> None:
        """What a pair had sold before this channel knew of it is no news."""
        for symbol, each in sales.items():
            self.sales_told.setdefault(symbol, (each.sells_filled, each.profit))

    def note_result(self, *, is_delivered: bool, text: str, now_ms: int) -> Underway | None:
        """What was delivered; None where it was not, or where nothing was under way."""
        underway, self.underway = self.underway, None
        if not is_delivered:
            self.pace, self.trouble = self.pace.failed(now_ms), text
            return None
        self.pace, self.trouble, self.delivered_ms = self.pace.delivered(now_ms), "", now_ms
        if underway is not None:
            self.sales_told = {**self.sales_told, **underway.sales}
            self.start_text = "" if underway.tells_start else self.start_text
        return underway

    def state(self) -> ChannelState:
        return ChannelState(self.rule.name, self.delivered_ms, self.trouble, self.pace.failures)

"""The application: a table of the actors, a pane, and what was lost. It shows and asks; it changes nothing."""

from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.timer import Timer
from textual.widgets import DataTable, Footer, Input, Static

from cli.actor_console.panes import losses, pane_view, summary
from cli.actor_console.rows import actor_rows, headings
from cli.actor_console.settings import Pane, Settings
from cli.actor_console.source import ActorSource, Glance
from cli.actor_console.table import ActorTable

_SECOND_LOOK_S = 1.0  # rates need two looks
_WIDE, _PANE_WIDTH = 150, 66  # columns from which on the pane stands beside the table
_SORT, _EVERY = Binding.Group("Sort", compact=True), Binding.Group("Every", compact=True)
_WHILE_TYPING = ("leave", "end")


class ActorConsole(App[None]):
    """Asks its source in a thread, one question at a time; while it is paused, none."""

    TITLE = "lotkeeper top"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012 (as Textual declares it)
    CSS = """
    #summary { height: 1; padding: 0 1; }
    #trouble { height: auto; padding: 0 1; color: $text-error; background: $error-muted; }
    #filter { height: 1; padding: 0 1; }
    #middle { height: 1fr; layout: vertical; }
    #actors { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    #pane { height: 55%; border-top: solid $primary; padding: 0 0 0 1; scrollbar-size-vertical: 1; }
    #pane-text { width: 100%; }
    .-wide #middle { layout: horizontal; }
    .-wide #pane { height: 100%; width: 66; border-top: none; border-left: solid $primary; }
    FooterLabel { padding: 0 1 0 0; }
    #losses { height: auto; max-height: 6; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit"),
        Binding("ctrl+c", "end", show=False, priority=True),
        Binding("d", "pane('actor')", "Details"),
        Binding("h", "pane('handlers')", "Handlers"),
        Binding("l", "pane('losses')", "Losses"),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("less_than_sign", "sort(-1)", "Sort", group=_SORT, key_display="<"),
        Binding("greater_than_sign", "sort(1)", "Sort", group=_SORT, key_display=">"),
        Binding("r", "reverse", "Reverse", show=False),
        Binding("t", "tree", "Tree"),
        Binding("p", "pause", "Pause"),
        Binding("plus,equals_sign", "interval(1)", "Every", group=_EVERY, key_display="+"),
        Binding("minus", "interval(-1)", "Every", group=_EVERY, key_display="-"),
        Binding("escape", "leave", show=False),
    ]

    class Looked(Message):
        """The source has answered."""

        def __init__(self, glance: Glance) -> None:
            self.glance = glance
            super().__init__()

    def __init__(self, source: ActorSource, settings: Settings) -> None:
        super().__init__()
        self._source = source
        self.settings = settings
        self._report: dict[str, Any] | None = None  # the last one that there was
        self._trouble = ""
        self._has_rates = False
        self._is_asking = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The parts, from the top."""
        yield Static(id="summary")
        yield Static(id="trouble")
        yield Input(placeholder="a pair or an actor; Enter keeps it, Esc shows all", id="filter", compact=True)
        with Horizontal(id="middle"):
            yield ActorTable(id="actors")
            with VerticalScroll(id="pane"):
                yield Static(id="pane-text")
        yield Static(id="losses")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """The first look."""
        self.query_one(Input).display = False
        self._table.focus()
        self._show()
        self._start_look()

    @property
    def _table(self) -> ActorTable:
        return self.query_one(ActorTable)

    # Looks

    def _look_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, self._start_look)

    def _start_look(self) -> None:
        """Unless one is under way: its answer leads to the next."""
        if not self._is_asking and not self.settings.is_paused:
            self._is_asking = True
            self.run_worker(self._look, thread=True)

    def _look(self) -> None:
        """In a thread: to ask the service blocks."""
        self.post_message(self.Looked(self._source.glance(self.settings.every_s)))

    def on_actor_console_looked(self, message: Looked) -> None:
        """Shows the answer; while there is none, the last report with the reason."""
        glance, had_report, self._is_asking = message.glance, self._has_rates, False
        self._trouble, self._has_rates = glance.trouble, glance.report is not None
        self._report = glance.report or self._report
        every_s = self.settings.every_s
        self._look_in(every_s if had_report or glance.report is None else min(_SECOND_LOOK_S, every_s))
        self._show()

    # What is shown

    def _show(self) -> None:
        """All of it, from the last report and the settings."""
        if not self.query(ActorTable):
            return  # an answer that comes while it ends
        report, settings = self._report, self.settings
        self.query_one("#summary", Static).update(summary(report, settings))
        trouble = self.query_one("#trouble", Static)
        trouble.display = bool(self._trouble)
        trouble.update(Text(f"{self._trouble}; asked again every {settings.every_s:g} s"))
        if report is not None:
            self._show_report(report)

    def _show_report(self, report: dict[str, Any]) -> None:
        rows = actor_rows(report, self.settings)
        pane = self.query_one("#pane")
        pane.display = self.settings.pane != Pane.NONE
        self._table.show(rows, headings(rows, self.settings, self._table_width()))
        self._show_pane()
        below = losses(report)
        self.query_one("#losses", Static).update(below)
        self.query_one("#losses").display = bool(below) and self.settings.pane != Pane.LOSSES

    def _table_width(self) -> int:
        is_beside = self.settings.pane != Pane.NONE and self.size.width >= _WIDE
        return self.size.width - (_PANE_WIDTH if is_beside else 0)

    def _show_pane(self) -> None:
        if self._report is not None and self.settings.pane != Pane.NONE:
            self.query_one("#pane-text", Static).update(pane_view(self._report, self.settings, self._table.chosen))

    def on_resize(self) -> None:
        """Other columns fit."""
        self._show()

    def on_data_table_row_highlighted(self) -> None:
        """The cursor has moved."""
        self._show_pane()

    # What a person does

    def on_data_table_row_selected(self) -> None:
        """Enter."""
        self.action_pane(Pane.ACTOR)

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """A click on the title of a column."""
        self._change(self.settings.sorted_by(str(event.column_key.value)))

    def on_input_changed(self, event: Input.Changed) -> None:
        """The filter as it is typed."""
        self._change(self.settings.filtered(event.value))

    def on_input_submitted(self) -> None:
        """Enter keeps the filter."""
        self.query_one(Input).display = False
        self._table.focus()

    def action_pane(self, pane: str) -> None:
        """Opens a pane, or closes it."""
        self._change(self.settings.with_pane(Pane(pane)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a filter is typed, letters are letters."""
        return action in _WHILE_TYPING or not isinstance(self.focused, Input)

    async def action_end(self) -> None:
        """Ctrl-C, wherever."""
        self.exit()

    def action_filter(self) -> None:
        """Opens the line for the filter."""
        self.query_one(Input).display = True
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        """Closes the filter, else the pane."""
        if self.settings.wanted or self.query_one(Input).display:
            self.query_one(Input).value = ""
            self.on_input_submitted()
        elif self.settings.pane != Pane.NONE:
            self.action_pane(self.settings.pane)

    def action_sort(self, step: int) -> None:
        """By another column."""
        self._change(self.settings.sorted_by_next(step))

    def action_reverse(self) -> None:
        """The other way round."""
        self._change(self.settings.sorted_by(self.settings.sort))

    def action_tree(self) -> None:
        """As a tree again."""
        self._change(self.settings.sorted_by(None))

    def action_pause(self) -> None:
        """No look until it is pressed again."""
        self._change(self.settings.toggled_pause())
        self._start_look()

    def action_interval(self, step: int) -> None:
        """More seldom, or more often."""
        self._change(self.settings.asking(step))
        self._look_in(self.settings.every_s)

    def _change(self, settings: Settings) -> None:
        self.settings = settings
        self._show()


def run_console(source: ActorSource, settings: Settings, *, mouse: bool) -> None:
    """Until the person ends it."""
    ActorConsole(source, settings).run(mouse=mouse)
    source.close()

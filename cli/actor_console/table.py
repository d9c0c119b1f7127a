"""The table as a widget. What has not changed is not drawn anew, and the cursor stays on its actor."""

from collections.abc import Sequence

from rich.text import Text
from textual.widgets import DataTable

from cli.actor_console.rows import ActorRow, Heading, cells


class ActorTable(DataTable[Text]):
    """Rows with the keys of the actors, columns with the titles as keys."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 (Textual's word)
        super().__init__(id=id, cursor_type="row")
        self._headings: list[Heading] = []

    @property
    def chosen(self) -> str | None:
        """The key of the actor under the cursor."""
        if not self.is_valid_row_index(self.cursor_row):
            return None
        return self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value

    def show(self, rows: Sequence[ActorRow], headings: list[Heading]) -> None:
        """These rows, in this order."""
        if headings == self._headings and [row.key for row in rows] == [key.value for key in self.rows]:
            self._update(rows)
        else:
            self._fill(rows, headings)

    def _update(self, rows: Sequence[ActorRow]) -> None:
        for row in rows:
            for heading, cell in zip(self._headings, cells(row, self._headings), strict=True):
                if self.get_cell(row.key, heading.title) != cell:
                    self.update_cell(row.key, heading.title, cell)

    def _fill(self, rows: Sequence[ActorRow], headings: list[Heading]) -> None:
        chosen, line, top = self.chosen, self.cursor_row, self.scroll_y
        self._headings = headings
        self.clear(columns=True)
        for heading in headings:
            self.add_column(heading.label, width=heading.width, key=heading.title)
        for row in rows:
            self.add_row(*cells(row, headings), key=row.key)
        keys = [row.key for row in rows]
        self.move_cursor(row=keys.index(chosen) if chosen in keys else min(line, max(0, len(keys) - 1)), scroll=False)
        self.scroll_to(y=top, animate=False)

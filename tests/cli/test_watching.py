"""What is watched goes in place on a terminal, and as plain lines anywhere else."""

import pytest
from rich.text import Text

from cli.watching import watch


class Looks:
    """Ends like Ctrl-C after so many looks."""

    def __init__(self, most: int) -> None:
        self.left = most
        self.sizes: list[tuple[int, int]] = []

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt

    def view(self, width: int, height: int) -> Text:
        self._count()
        self.sizes.append((width, height))
        return Text(f"look {self.left}", "green")

    def changes(self) -> list[Text]:
        self._count()
        return [Text(f"change {self.left}", "red"), Text("x" * 300)]


def test_elsewhere_each_change_is_a_whole_line_without_control_characters(capsys):
    watch(Looks(0).view, Looks(2).changes, every_s=0)
    assert capsys.readouterr().out.splitlines() == ["change 1", "x" * 300, "change 0", "x" * 300]


@pytest.mark.parametrize("columns", ["80", "200"])
def test_a_terminal_shows_it_in_its_own_size(capsys, monkeypatch, columns):
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": columns, "LINES": "30", "TERM": "xterm"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    looks = Looks(1)
    watch(looks.view, looks.changes, every_s=0)
    shown = capsys.readouterr().out
    assert looks.sizes == [(int(columns), 30)]
    assert "\x1b[32mlook 0" in shown


def test_no_color_is_kept(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    watch(Looks(1).view, Looks(0).changes, every_s=0)
    shown = capsys.readouterr().out
    assert "look 0" in shown
    assert "\x1b[32m" not in shown

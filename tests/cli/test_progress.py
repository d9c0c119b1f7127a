"""That a command works is shown on a terminal alone."""

import sys

import pytest

from cli.progress import working


class Terminal:
    """Standard error as a terminal."""

    def __init__(self) -> None:
        self.shown = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.shown += text
        return len(text)

    def flush(self) -> None:
        pass


def test_elsewhere_nothing_is_shown(capsys):
    with working("checking the database"):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_it_while_it_lasts(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with working("checking the database"):
        pass
    assert "checking the database" in terminal.shown
    assert terminal.shown.endswith("\x1b[2K")  # the line is empty again


def test_an_error_comes_through(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ValueError, match="no"), working("checking"):
        raise ValueError("no")


def test_it_can_be_silent(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with working("checking", is_silent=True):
        pass
    assert terminal.shown == ""

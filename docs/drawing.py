"""Runs commands at a pseudo-terminal and draws what they show as SVG, for `make_pictures.py`."""

import html
import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

WIDTH = 122
_LINES = 40
_CHARACTER = 12.2  # width of one in rich's SVG
_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # fonts from elsewhere: any monospaced one will do
_TEXT = re.compile(r'<text([^>]*) x="([\d.]+)"([^>]*) textLength="[\d.]+"([^>]*)>([^<]*)</text>')
_REDRAWN = re.compile(r"(?:\r?\x1b\[(?:2K|1A)\r?)+")  # what is shown in place begins anew
_ROOT = Path(__file__).parents[1]


def draw(picture: Path, title: str, show: Callable[[Console], None]) -> None:
    """What is printed on the console."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    show(console)
    write_picture(picture, console.export_svg(title=title))


def write_picture(picture: Path, svg: str) -> None:
    """Each word has its own place, so that columns stand straight in any font and in programs that drop spaces."""
    picture.write_text(_TEXT.sub(_words_apart, _FONT.sub("", svg)))


def _words_apart(found: re.Match[str]) -> str:
    before, left, between, after, text = found.groups()
    return "".join(
        f'<text{before} x="{float(left) + word.start() * _CHARACTER:.1f}"{between}'
        f' textLength="{len(word.group()) * _CHARACTER:.1f}"{after}>{html.escape(word.group(), quote=False)}</text>'
        for word in re.finditer(r"[^\xa0 ]+", html.unescape(text))
    )


def draw_command(picture: Path, arguments: tuple[str, ...], config: Path, variables: Mapping[str, str]) -> None:
    """All that a command prints on a terminal before it ends, colours and all."""
    with at_terminal((*arguments, "--config", str(config)), variables) as (descriptor, process):
        shown = b"".join(_pieces(descriptor, process, None)).decode()
    _draw_ansi(picture, arguments, shown)


def draw_watch(picture: Path, arguments: tuple[str, ...], config: Path, variables: Mapping[str, str]) -> None:
    """What a command that shows something in place shows after some looks."""
    with at_terminal((*arguments, "--config", str(config)), variables) as (descriptor, process):
        shown = b"".join(_pieces(descriptor, process, 3)).decode()
    _draw_ansi(picture, arguments, [each for each in _REDRAWN.split(shown) if each.strip()][-1])


def run_command(arguments: tuple[str, ...], config: Path, variables: Mapping[str, str]) -> None:
    """A command of which nothing is drawn."""
    command = [sys.executable, "-m", "cli.main", *arguments, "--config", str(config)]
    subprocess.run(command, env={**os.environ, **variables}, cwd=_ROOT, check=True, capture_output=True)  # noqa: S603


def _draw_ansi(picture: Path, arguments: tuple[str, ...], shown: str) -> None:
    text = Text.from_ansi(shown.replace("\r\n", "\n").rstrip())
    draw(picture, f"lotkeeper {' '.join(arguments)}", lambda console: console.print(text))


@contextmanager
def at_terminal(
    arguments: tuple[str, ...], variables: Mapping[str, str]
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The command, and our side of its terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **variables, "COLUMNS": str(WIDTH), "LINES": str(_LINES), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "cli.main", *arguments]
    terminal: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, cwd=_ROOT, **terminal) as process:  # noqa: S603 (no shell)
        os.close(theirs)
        yield ours, process
    os.close(ours)


def _pieces(descriptor: int, process: "subprocess.Popen[bytes]", looks: int | None) -> Iterator[bytes]:
    """All until the command has ended, which a terminal reports as an error; Ctrl-C after so many looks."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if not select.select([descriptor], [], [], 1.0)[0]:
            continue
        try:
            yield os.read(descriptor, 65536)
        except OSError:
            return
        if looks is not None:
            looks -= 1
            if looks == 0:
                process.send_signal(signal.SIGINT)
    raise SystemExit(f"{process.args!r} does not end")

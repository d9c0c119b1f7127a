"""Makes docs/demo.svg, the README's picture: a real demonstration, a quarter of a minute in."""

import io
import re
import tempfile
import time
from pathlib import Path

from rich.console import Console

from cli.views.demo import demo_view
from lotkeeper.verification.demonstration import Demonstration

PICTURE = Path(__file__).with_name("demo.svg")
SECONDS = 18
HEIGHT = 30
_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # fonts from elsewhere: any monospaced one will do


def main() -> None:
    """Plays the demonstration and draws its table as it stands then."""
    with tempfile.TemporaryDirectory(prefix="lk-") as folder:
        demonstration = Demonstration(Path(folder), "4")
        with demonstration.running():
            demonstration.start_trader(lambda: False)
            time.sleep(SECONDS)
            snapshot = demonstration.snapshot()
    console = Console(record=True, width=122, file=io.StringIO(), force_terminal=True)
    console.print(demo_view(snapshot, HEIGHT))
    picture = console.export_svg(title="lotkeeper demo")
    PICTURE.write_text(_FONT.sub("", picture))


if __name__ == "__main__":
    main()

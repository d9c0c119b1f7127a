"""The service with keepers that end as they start, as for want of memory: `python -m tests.e2e.doomed`.

They do so while the file `doom` lies beside the configuration.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from actors.pair_keeper.actor import PairKeeper
from cli.main import main

DOOM = "doom"  # the name of the file


def end_as_they_start(doom: Path) -> None:
    """Before they handle a message: else it would be the message that is blamed."""
    begin = PairKeeper.__init__

    def begun(keeper: Any, *arguments: Any, **more: Any) -> None:
        if doom.exists():
            os.kill(os.getpid(), signal.SIGKILL)
        begin(keeper, *arguments, **more)

    PairKeeper.__init__ = begun  # type: ignore[method-assign]


if __name__ == "__main__":
    end_as_they_start(Path(sys.argv[sys.argv.index("--config") + 1]).with_name(DOOM))
    main()

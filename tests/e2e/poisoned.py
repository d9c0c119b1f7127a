"""The service with keepers that a certain message kills, as a fault in a library would: `python -m tests.e2e.poisoned`.

The pause of BTCUSDT, and every page with trades of ETHUSDT.
"""

import os
import signal
from typing import Any

from actors.pair_keeper import PairKeeper
from cli.main import main


def lethal(name: str, symbol: str, kills: Any) -> None:
    """The handler `name` ends the keeper of `symbol` at once when `kills(message)` is true."""
    handler = getattr(PairKeeper, name)

    def handled(keeper: Any, message: Any, sender: Any) -> None:
        if keeper._symbol == symbol and kills(message):
            os.kill(os.getpid(), signal.SIGKILL)
        handler(keeper, message, sender)

    setattr(PairKeeper, name, handled)


if __name__ == "__main__":
    lethal("_pause", "BTCUSDT", lambda message: True)
    lethal("_trades_fetched", "ETHUSDT", lambda message: bool(message.fills))
    main()

"""The service with keepers that a certain message kills, as a fault in a library would: `python -m tests.e2e.poisoned`.

The pause of BTCUSDT, and every page with trades of ETHUSDT.
"""

import os
import signal
from typing import Any

from actors.pair_keeper.actor import PairKeeper
from cli.main import main
from messages.pair_commands import PausePair
from messages.queries import TradesFetched


def lethal(message_type: type, symbol: str, kills: Any) -> None:
    """A message of this type ends the keeper of `symbol` at once when `kills(message)` is true."""
    handler = PairKeeper._receive

    def handled(keeper: Any, message: Any, sender: Any) -> None:
        is_meant = isinstance(message, message_type) and keeper.core.state.symbol == symbol
        if is_meant and kills(message):
            os.kill(os.getpid(), signal.SIGKILL)
        handler(keeper, message, sender)

    PairKeeper._receive = handled


if __name__ == "__main__":
    lethal(PausePair, "BTCUSDT", lambda message: True)
    lethal(TradesFetched, "ETHUSDT", lambda message: bool(message.fills))
    main()

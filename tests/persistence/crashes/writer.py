"""The process that is killed: the Ledger with one record after another; writes each number that it has confirmed."""

import logging
import os
import sys
import time
import traceback

from actors.ledger.actor import Ledger
from lotkeeper.engine.testkit import ActorBench
from messages.ledger import IncidentsRecorded, LedgerFailed, LotsRecorded, RecordCoins, RecordIncidents, RecordLots
from messages.lifecycle import StartLedger
from tests.persistence.crashes.news import balances_before, incidents_before
from tests.persistence.crashes.trading import Trading

_TICK_S = 0.5  # of virtual time, for each record: the Ledger counts, reports and opens again meanwhile
_AGAIN_S = 0.02


class Writer:
    """A keeper's part: it repeats what is not confirmed, and goes on with the next record when it is."""

    def __init__(self, url: str) -> None:
        self._desk = ActorBench(Ledger)
        self._keeper = self._desk.probe("keeper")
        self._desk.tell(StartLedger(url, self._desk.probe("monitor").address, started_ms=1))

    def write(self, record: RecordLots, coins: RecordCoins | None) -> None:
        """Returns when both are confirmed, and the incidents that are told before them."""
        self._desk.advance(_TICK_S)
        self._desk.probe("monitor").received.clear()
        self._desk.tell(balances_before(record.number), self._keeper)
        incidents = incidents_before(record.number)
        while not (self._is_written(incidents) and self._is_written(coins) and self._is_written(record)):
            time.sleep(_AGAIN_S)
            self._desk.advance(_TICK_S)

    def close(self) -> None:
        self._desk.actor.on_exit()

    def _is_written(self, record: RecordLots | RecordCoins | RecordIncidents | None) -> bool:
        """Of coins only a failure is told."""
        if record is None:
            return True
        self._desk.tell(record, self._keeper)
        answers = list(self._keeper.received)
        self._keeper.received.clear()
        if isinstance(record, RecordCoins):
            return not any(isinstance(each, LedgerFailed) for each in answers)
        confirmed = (each for each in answers if isinstance(each, LotsRecorded | IncidentsRecorded))
        return any(each.number == record.number for each in confirmed)


def write_without_end(url: str, seed: int, done: int) -> None:
    trading = Trading(seed)
    trading.skip(done)
    _say("begun")
    writer = Writer(url)
    while True:
        record, coins = trading.next_record()
        writer.write(record, coins)
        _say(str(record.number))


def main() -> None:
    """For each line with an address, a seed and a number of records: a process that goes on after these records.

    Says its process id, and that it has ended. It has all modules from the beginning, and none of the connections.
    """
    logging.disable()  # a server that is gone is expected here
    for line in sys.stdin:
        url, seed, done = line.split()
        child = os.fork()
        if not child:
            try:
                write_without_end(url, int(seed), int(done))
            finally:
                traceback.print_exc()
                os._exit(1)
        _say(f"pid {child}")
        _, status = os.waitpid(child, 0)
        _say("killed" if os.WIFSIGNALED(status) else "ended by itself")


def _say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    main()

"""Rounds of one database: a writer begins, is killed at a random moment, and what it left is compared with its records.

The order of what is chosen, and every record, comes from the seed; the moment of a kill is as random as the machine.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import plain
from persistence.balances import balance_of
from persistence.history.check import check_tables
from persistence.history.database import HistoryDatabase
from persistence.history.incidents import read_incidents
from persistence.history.wanted import Wanted
from persistence.store import Store
from tests.persistence.crashes.news import incidents_up_to, is_whole
from tests.persistence.crashes.trading import SYMBOLS, Trading

ROOT = Path(__file__).parents[3]
_AT_OPENING = 0.2  # the share of writers that are killed while they open the database
_OPENING_S = 0.3
_WITHIN_S = 0.03  # that moment is within so long after its last confirmed record
_SERVER_CRASHES = 0.25  # the share of rounds in which the server ends without warning as well
_LOST_S = 0.2


@dataclass(slots=True)
class Tally:
    """What the rounds showed."""

    rounds: int = 0
    confirmed: int = 0  # records of all rounds
    unheard: int = 0  # rounds whose last record was written, and killed before it was confirmed
    before_first: int = 0  # rounds whose writer had confirmed nothing
    server_crashes: int = 0
    lots: int = 0  # in the last database
    broken: list[str] = field(default_factory=list)


class Writers:
    """Begins the processes that are killed. Each is alone."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.persistence.crashes.writer"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self._said = self._process.stdin, self._process.stdout
        self._writer = 0

    def begin(self, url: str, seed: int, done: int) -> None:
        """Returns when it is about to open the database."""
        self._orders.write(f"{url} {seed} {done}\n")
        self._orders.flush()
        first = {self._line(), self._line()}  # in any order
        (self._writer,) = (int(each.removeprefix("pid ")) for each in first - {"begun"})

    def confirmed(self) -> int:
        """The next record that it has confirmed."""
        return int(self._line())

    def kill(self) -> list[int]:
        """What it had confirmed by then beyond what was asked for."""
        os.kill(self._writer, signal.SIGKILL)
        last = iter(self._line, "killed")
        return [int(each) for each in last]

    def close(self) -> None:
        self._orders.close()
        self._process.wait()
        self._said.close()

    def _line(self) -> str:
        line = self._said.readline().strip()
        assert line not in ("", "ended by itself"), "the writer ended by itself"
        return line


class CrashRounds:
    """One database, and who crashes its server; None where there is no server.

    A writer confirms up to `most_records` before its moment comes.
    """

    def __init__(
        self,
        url: str,
        seed: int,
        writers: Writers | None,
        tally: Tally,
        crash_server: Callable[[], None] | None = None,
        *,
        most_records: int = 40,
    ) -> None:
        self._most_records = most_records
        self._url, self._seed, self._writers, self._tally = url, seed, writers, tally
        self._crash_server = crash_server
        self._random = random.Random(seed)
        self._written = 0  # records that the database has

    def play(self, rounds: int) -> None:
        for _ in range(rounds):
            confirmed = self._kill_a_writer()
            self._tally.rounds += 1
            self._tally.before_first += confirmed == self._written
            self._tally.confirmed += confirmed - self._written
            self.compare(confirmed)

    def _kill_a_writer(self) -> int:
        """The number of the last record that it confirmed, or that was there before."""
        assert self._writers is not None
        self._writers.begin(self._url, self._seed, self._written)
        said = [self._written]
        if self._random.random() < _AT_OPENING:
            time.sleep(self._random.uniform(0, _OPENING_S))
        else:
            said += [self._writers.confirmed() for _ in range(self._random.randint(1, self._most_records))]
            self._maybe_crash_server()
            time.sleep(self._random.uniform(0, _WITHIN_S))
        return max(*said, *self._writers.kill(), self._written)

    def _maybe_crash_server(self) -> None:
        if self._crash_server is None or self._random.random() >= _SERVER_CRASHES:
            return
        time.sleep(self._random.uniform(0, _WITHIN_S))
        self._crash_server()
        self._tally.server_crashes += 1
        time.sleep(self._random.uniform(0, _LOST_S))  # in some of the rounds the writer goes on by itself

    def compare(self, confirmed: int) -> None:
        """The database has every confirmed record, and of the one after it all or nothing."""
        with closing(Store.open(self._url)) as store:
            found = _contents(store)
        self._tally.lots = len(found.lots)
        with HistoryDatabase.open(self._url) as database:
            self._tally.broken += check_tables(database).findings
            self._tally.broken += _broken_news(database, confirmed)
        fits = [each for each in (confirmed, confirmed + 1) if found in _possible_contents(self._seed, each)]
        if fits:
            self._written = fits[0]
            self._tally.unheard += fits[0] > confirmed
        else:
            self._tally.broken.append(f"seed {self._seed}: not what was written up to record {confirmed}: {found}")


def _broken_news(database: HistoryDatabase, confirmed: int) -> Iterator[str]:
    """Incidents before the confirmed record are there; those before the next may be, or, where that one is written too,
    before the one after it. No row is half there.
    """
    found = set(read_incidents(database, Wanted(limit=1_000_000)))
    if found not in [incidents_up_to(confirmed + more) for more in range(3)]:
        yield f"not the incidents up to record {confirmed}: {found}"
    for row in database.rows("SELECT * FROM balances"):
        if not is_whole(balance_of(row), confirmed + 2):
            yield f"no balance that was told up to record {confirmed}: {row}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database has."""

    lots: dict[int, Lot]
    cursors: dict[str, int]
    coins: dict[str, str]


def _contents(store: Store) -> Contents:
    cursors = {symbol: store.cursor(symbol) for symbol in SYMBOLS}
    coins = {symbol: store.state(f"own-coins:{symbol}") for symbol in SYMBOLS}
    return Contents(
        {lot.buy_order_id: lot for lot in store.lots(limit=None)},
        {symbol: cursor for symbol, cursor in cursors.items() if cursor is not None},
        {symbol: text for symbol, text in coins.items() if text is not None},
    )


def _possible_contents(seed: int, records: int) -> list[Contents]:
    """After so many records; the coins that come before the next one may be there."""
    trading = Trading(seed)
    trading.skip(records)
    before = Contents(dict(trading.lots), dict(trading.cursors), _texts(trading.coins))
    trading.skip(1)
    return [before, replace(before, coins=_texts(trading.coins))]


def _texts(coins: dict[str, Decimal]) -> dict[str, str]:
    return {symbol: plain(own) for symbol, own in coins.items()}

"""The rounds on each engine, some on a database before the next one is begun."""

import tempfile
from contextlib import closing
from pathlib import Path

from tests.persistence.crashes.rounds import CrashRounds, Tally, Writers
from tests.postgresql.server import PostgresqlServer, run

_ROUNDS_OF_ONE = 10  # its lots are read and checked after each


def play_sqlite(seed: int, rounds: int) -> Tally:
    tally = Tally()
    with closing(Writers()) as writers:
        for first in range(0, rounds, _ROUNDS_OF_ONE):
            with tempfile.TemporaryDirectory(prefix="lk-crashes-") as folder:
                url = f"sqlite:///{Path(folder) / 'lots.sqlite'}"
                CrashRounds(url, seed + first, writers, tally).play(min(_ROUNDS_OF_ONE, rounds - first))
    return tally


def play_postgresql(server: PostgresqlServer, seed: int, rounds: int) -> Tally:
    """The server has to run; in some rounds it ends without warning and is started again."""
    tally = Tally()

    def crash() -> None:
        server.crash()
        server.start()

    with closing(Writers()) as writers:
        for first in range(0, rounds, _ROUNDS_OF_ONE):
            name = f"crashes_{first}"
            run(server.folder, f"CREATE DATABASE {name} TEMPLATE template0")
            one = CrashRounds(server.url(name), seed + first, writers, tally, crash)
            one.play(min(_ROUNDS_OF_ONE, rounds - first))
            run(server.folder, f"DROP DATABASE {name} WITH (FORCE)")
    return tally

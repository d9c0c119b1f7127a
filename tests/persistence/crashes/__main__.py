"""Plays rounds and says what they showed: `python -m tests.persistence.crashes --engine sqlite --rounds 200`."""

import argparse
import sys
import time

from tests.persistence.crashes.engines import play_postgresql, play_sqlite
from tests.persistence.crashes.rounds import Tally
from tests.postgresql.server import PostgresqlServer, binaries


def main() -> int:
    wanted = _parse_arguments()
    began = time.monotonic()
    tally = play_sqlite(wanted.seed, wanted.rounds) if wanted.engine == "sqlite" else _on_server(wanted)
    print(
        f"{wanted.engine}: {tally.rounds} kills from seed {wanted.seed} in {time.monotonic() - began:.0f} s "
        f"({tally.before_first} before a first record, {tally.unheard} between a commit and its confirmation), "
        f"{tally.server_crashes} crashes of the server; {tally.confirmed} records confirmed; "
        f"{len(tally.broken)} broken"
    )
    for each in tally.broken:
        print(each)
    return 1 if tally.broken else 0


def _on_server(wanted: argparse.Namespace) -> Tally:
    programs = binaries()
    if programs is None:
        sys.exit("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    server = PostgresqlServer(programs, is_durable=True)
    try:
        server.start()
        return play_postgresql(server, wanted.seed, wanted.rounds)
    finally:
        server.remove()


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.persistence.crashes", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

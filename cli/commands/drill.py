"""`lotkeeper drill`: the service under faults and kills, judged from the journal of an exchange of its own."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import ServiceCommand, json_option, write_json
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.verification.drill.rounds import Round

_BROKEN = 1


@click.command(cls=ServiceCommand, short_help="Break the service on purpose, and see whether it keeps its promise.")
@click.argument("name", nargs=-1)
@click.option("--list", "is_list", is_flag=True, help="The faults that have a name.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the first round.")
@click.option(
    "--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="How many, each of a next seed."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default="drill-logs",
    show_default=True,
    help="Where journal and logs are kept of what was not right.",
)
@json_option
def drill(name: tuple[str, ...], *, is_list: bool, seed: int, rounds: int, folder: Path, as_json: bool) -> None:
    """Break the service on purpose, and see whether it keeps its promise.

    The service, the same as for the real exchange, runs on an exchange of its own on this machine, without a key. A
    trader buys, sells by hand, cancels and amends, while sockets break, replies get lost and processes are killed. Then
    everything is let be, and a judge decides from the exchange's own journal: no BUY lost, nothing sold twice, nothing
    below its floor. A seed draws the same schedule each time.

    With the NAME of a fault, such as `lotkeeper drill kill keeper`, that one alone is played, and told with times.

    Exit codes: 0 kept, 1 broken, 2 wrong usage.
    """
    if is_list:
        _list(as_json)
    elif name:
        _named("-".join(name), folder, as_json)
    else:
        _rounds(seed, rounds, folder, as_json)


def _list(as_json: bool) -> None:
    from lotkeeper.verification.drill.fault_scenarios import NAMED

    if as_json:
        write_json({name: named.text for name, named in NAMED.items()})
        return
    from cli.views.drill import list_table
    from cli.views.responsive_table import stdout_console

    stdout_console().print(list_table(NAMED))


def _named(name: str, folder: Path, as_json: bool) -> None:
    from cli.views.drill import scene_document, scene_view
    from cli.views.responsive_table import stdout_console
    from lotkeeper.verification.drill.artifacts import kept_if_broken
    from lotkeeper.verification.drill.environment import DrillError
    from lotkeeper.verification.drill.fault_run import play_scene
    from lotkeeper.verification.drill.fault_scenarios import NAMED

    if name not in NAMED:
        raise click.UsageError(f"no fault {name}; there are: {', '.join(NAMED)}")
    try:
        with tempfile.TemporaryDirectory(prefix="lk-") as place:
            scene = play_scene(name, NAMED[name], Path(place))
            where = kept_if_broken(scene.broken, Path(place), folder / name)
    except DrillError as error:
        raise ServiceError(str(error)) from error
    if as_json:
        write_json(scene_document(scene, where))
    else:
        stdout_console().print(scene_view(scene, where))
    if scene.broken:
        raise SystemExit(_BROKEN)


def _rounds(seed: int, rounds: int, folder: Path, as_json: bool) -> None:
    from cli.views.drill import round_document, rounds_document, rounds_view, said_of_round
    from cli.views.responsive_table import stdout_console
    from lotkeeper.verification.drill.artifacts import kept_if_broken
    from lotkeeper.verification.drill.environment import DrillError
    from lotkeeper.verification.drill.rounds import play_round
    from lotkeeper.verification.drill.schedule import schedule

    played: list[tuple[Round, str | None]] = []
    for number in range(seed, seed + rounds):
        with tempfile.TemporaryDirectory(prefix="lk-") as place:
            try:
                found = play_round(schedule(number), Path(place))
            except DrillError as error:
                raise ServiceError(f"seed {number}: {error}") from error
            where = kept_if_broken(found.broken, Path(place), folder / f"seed-{number}", round_document(found, None))
        played.append((found, where))
        click.echo(said_of_round(found, where), err=True)
    if as_json:
        write_json(rounds_document(played))
    else:
        stdout_console().print(rounds_view(played))
    if any(found.broken for found, _ in played):
        raise SystemExit(_BROKEN)

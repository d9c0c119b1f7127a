"""`lotkeeper drill`: the service under faults and kills, judged from the journal of an exchange of its own."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.progress import working
from cli.shared import ServiceCommand, json_option, write_json
from lotkeeper.service.errors import ServiceError
from lotkeeper.verification.staging.round_trip import RoundTrip

if TYPE_CHECKING:
    from lotkeeper.verification.drill.rounds import DrillRound
    from lotkeeper.verification.drill.schedule import DrillSchedule

_BROKEN = 1  # exit code
_MOST_LAG_S = 120  # a round waits as long for its end
_MOST_MS = 1000  # a round's `silent_after_s` would end streams that are further away


@click.command(cls=ServiceCommand, short_help="Break the service on purpose, and check that it keeps its promise.")
@click.argument("name", nargs=-1)
@click.option("--list", "is_list", is_flag=True, help="List the named faults.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The seed of the first round.")
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="The number of rounds; each has the next seed.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default="drill-logs",
    show_default=True,
    help="Where the journal and logs of a broken promise are kept.",
)
@click.option(
    "--round-trip-ms",
    metavar="MS",
    type=click.FloatRange(0, _MOST_MS),
    default=0,
    show_default=True,
    help="How far away the exchange is: everything takes half of it each way.",
)
@click.option(
    "--jitter-ms",
    metavar="MS",
    type=click.FloatRange(0, _MOST_MS),
    default=0,
    show_default=True,
    help="Most that a round trip takes longer, at random.",
)
@click.option(
    "--longest-lag",
    metavar="SECONDS",
    type=click.FloatRange(0, _MOST_LAG_S),
    default=0,
    show_default=True,
    help="Every round: queries are behind the matching, by up to so much, and SELLs have neither reply nor event.",
)
@click.option("--exits", "has_exits", is_flag=True, help="Every round: pairs are sold in ways beside the default.")
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the last round, or the first broken one, as an HTML page with a time slider.",
)
@json_option
def drill(
    name: tuple[str, ...],
    *,
    is_list: bool,
    seed: int,
    rounds: int,
    folder: Path,
    round_trip_ms: float,
    jitter_ms: float,
    longest_lag: float,
    has_exits: bool,
    page: Path | None,
    as_json: bool,
) -> None:
    """Break the service on purpose, and check that it keeps its promise.

    The same service that runs against the real exchange runs here against an embedded exchange, without a key. A
    trader buys, sells manually, cancels and amends, while sockets break, replies are lost and processes are killed.
    Then all faults end, and a judge decides from the exchange's own journal: no BUY is lost, nothing is sold twice,
    nothing is sold below its floor. The same seed gives the same schedule.

    With the NAME of a fault, such as `lotkeeper drill kill keeper`, only that fault happens, and its times are shown.

    Exit codes: 0 kept, 1 broken, 2 wrong usage.

    \b
    Example:
      lotkeeper drill --rounds 5
      lotkeeper drill --seed 201 --rounds 1 --page round.html
      lotkeeper drill --list
    """
    from lotkeeper.verification.drill.schedule import draw_schedule

    round_trip = RoundTrip(round_trip_ms, jitter_ms)
    if is_list:
        _list_scenarios(as_json)
    elif name and page is not None:
        raise click.UsageError("--page shows a round: it goes with --seed and --rounds, not with the name of a fault")
    elif name:
        _run_fault("-".join(name), folder, round_trip, as_json)
    else:
        numbers = range(seed, seed + rounds)
        plans = (draw_schedule(each, longest_lag_s=longest_lag, has_exits=has_exits) for each in numbers)
        _play_rounds(plans, folder, round_trip, page, as_json)


def _list_scenarios(as_json: bool) -> None:
    from lotkeeper.verification.drill.fault_scenarios import SCENARIOS

    if as_json:
        write_json({name: scenario.text for name, scenario in SCENARIOS.items()})
        return
    from cli.views.drill import scenarios_table
    from cli.views.responsive_table import stdout_console

    stdout_console().print(scenarios_table(SCENARIOS))


def _run_fault(name: str, folder: Path, round_trip: RoundTrip, as_json: bool) -> None:
    from cli.views.drill import fault_run_document, fault_run_view
    from cli.views.responsive_table import stdout_console
    from lotkeeper.verification.drill.artifacts import keep_if_broken
    from lotkeeper.verification.drill.fault_run import run_fault
    from lotkeeper.verification.drill.fault_scenarios import SCENARIOS

    if name not in SCENARIOS:
        raise click.UsageError(f"no fault {name}; there are: {', '.join(SCENARIOS)}")
    with tempfile.TemporaryDirectory(prefix="lk-") as temporary:
        with working(f"drill {name}"):
            run = run_fault(name, SCENARIOS[name], Path(temporary), round_trip=round_trip)
        kept_in = keep_if_broken(run.broken, Path(temporary), folder / name)
    if as_json:
        write_json(fault_run_document(run, kept_in))
    else:
        stdout_console().print(fault_run_view(run, kept_in))
    if run.broken:
        raise SystemExit(_BROKEN)


def _play_rounds(
    plans: Iterable["DrillSchedule"], folder: Path, round_trip: RoundTrip, page: Path | None, as_json: bool
) -> None:
    from cli.views.drill import RoundWithFolder, round_document, round_line, rounds_document, rounds_view
    from cli.views.responsive_table import stdout_console
    from lotkeeper.verification.drill.artifacts import keep_if_broken
    from lotkeeper.verification.drill.environment import JOURNAL
    from lotkeeper.verification.drill.rounds import play_round

    played: list[RoundWithFolder] = []
    for plan in plans:
        with tempfile.TemporaryDirectory(prefix="lk-") as temporary:
            try:
                with working(f"drill, seed {plan.seed}"):
                    found = play_round(plan, Path(temporary), round_trip)
            except ServiceError as error:
                raise ServiceError(f"seed {plan.seed}: {error}") from error
            if page is not None and not any(before.broken for before, _ in played):
                _write_page(page, found, Path(temporary) / JOURNAL)
            document = round_document(found, None)
            kept_in = keep_if_broken(found.broken, Path(temporary), folder / f"seed-{plan.seed}", document)
        played.append((found, kept_in))
        click.echo(round_line(found, kept_in), err=True)
    if as_json:
        write_json(rounds_document(played))
    else:
        stdout_console().print(rounds_view(played))
    if any(found.broken for found, _ in played):
        raise SystemExit(_BROKEN)


def _write_page(page: Path, found: "DrillRound", journal: Path) -> None:
    from lotkeeper.verification.judge.journal_reader import read_lines
    from lotkeeper.verification.story_page.journal_page import page_of_round
    from lotkeeper.verification.story_page.render import write_page

    try:
        write_page(page_of_round(found, read_lines(journal)), page)
    except OSError as error:
        raise ServiceError(f"--page {page}: {error.strerror}") from error

"""Plays schedules: `python -m tests.simulation --seeds 10000`, or one of them with its story: `--seed 17`."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from lotkeeper.verification.story_page.render import write_page
from tests.simulation.pages import page_of
from tests.simulation.probes.command import count_probes
from tests.simulation.schedule import Verdict, play
from tests.simulation.shrinking.command import events_of, play_saved, shrink_seed

AT_ONCE = 50


def main() -> int:
    wanted = _parse_arguments()
    if wanted.shrink is not None:
        return _print_events(shrink_seed(wanted.shrink, _kind_of(wanted), wanted.save, _print_now), wanted.page)
    if wanted.script:
        return _print_events(play_saved(wanted.script), wanted.page)
    if wanted.seed is not None:
        return _print_story(play(wanted.seed, with_story=True, **_kind_of(wanted)), wanted.page)
    if wanted.probes:
        return _print_lines(*count_probes(wanted.first, wanted.seeds, wanted.workers, is_written=wanted.write))
    began, failed, sums = time.monotonic(), [], [0, 0, 0, 0, 0]
    for verdict in verdicts(wanted.first, wanted.seeds, wanted.workers, **_kind_of(wanted)):
        failed += [verdict] if verdict.broken else []
        sums = [
            a + b
            for a, b in zip(
                sums, (verdict.handled, verdict.lots, verdict.exempt, verdict.sells, verdict.lists), strict=True
            )
        ]
        if verdict.broken:
            print(f"seed {verdict.seed}: {verdict.broken}", flush=True)
        if len(failed) >= wanted.most:
            break
    handled, lots, exempt, sells, lists = sums
    print(
        f"{wanted.seeds} schedules from seed {wanted.first} in {time.monotonic() - began:.0f} s: {handled} messages, "
        f"{lots} BUYs ({exempt} that no keeper could know), {sells} SELLs, {lists} of them paid by their BUYs; "
        f"{len(failed)} broken"
    )
    return 1 if failed else 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="play this one and tell its story")
    parser.add_argument("--shrink", type=int, metavar="SEED", help="shorten the story of this one, which is broken")
    parser.add_argument("--save", metavar="FILE", help="with --shrink: keep the schedule that is left")
    parser.add_argument("--script", metavar="FILE", help="play a schedule that --save kept")
    parser.add_argument("--page", metavar="FILE", help="with --seed or --shrink: the story as a page")
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="processes")
    parser.add_argument("--most", type=int, default=20, help="stop after so many that are broken")
    parser.add_argument("--probes", action="store_true", help="count what the schedules reach, of all kinds in turns")
    parser.add_argument("--write", action="store_true", help="with --probes: keep the result, for the tests")
    parser.add_argument("--many", action="store_true", help="the pair is one of many: its keeper spares requests")
    parser.add_argument("--slow", action="store_true", help="the exchange's queries are behind by up to a minute")
    parser.add_argument("--exits", action="store_true", help="lots are sold in another way than the default")
    parser.add_argument("--group", action="store_true", help="the lots of a pair are sold as a group")
    parser.add_argument("--sales", action="store_true", help="an operator sells, buys and cancels by command")
    parser.add_argument("--reloads", action="store_true", help="the configuration is reloaded in the middle of trading")
    parser.add_argument("--top-ups", action="store_true", help="BNB for fees is bought, over some hours")
    parser.add_argument("--halts", action="store_true", help="an operator turns the kill switch on and off")
    parser.add_argument("--answered", action="store_true", help="the Gateway dies between an answer and telling of it")
    parser.add_argument(
        "--distant",
        action=argparse.BooleanOptionalAction,
        help="the exchange is up to 300 ms away, or near; without the option in some schedules",
    )
    return parser.parse_args()


def _kind_of(wanted: argparse.Namespace) -> dict[str, bool | None]:
    return {
        "is_one_of_many": wanted.many,
        "has_slow_queries": wanted.slow,
        "dies_after_answer": wanted.answered,
        "has_exits": wanted.exits,
        "has_sales": wanted.sales,
        "has_reloads": wanted.reloads,
        "has_group": wanted.group,
        "has_top_ups": wanted.top_ups,
        "has_halts": wanted.halts,
        "is_distant": wanted.distant,
    }


def verdicts(first: int, count: int, workers: int, **kind: bool | None) -> Iterator[Verdict]:
    """The verdicts in the order of their seeds; `kind` as `play` takes it."""
    seeds = range(first, first + count)
    play_one = partial(play, **kind)
    if workers < 2:
        yield from map(play_one, seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(play_one, seeds, chunksize=AT_ONCE)


def _print_now(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _print_lines(lines: list[str], is_well: bool) -> int:
    print("\n".join(lines))
    return 0 if is_well else 1


def _print_events(verdict: Verdict, page: str | None) -> int:
    lines, is_well = events_of(verdict)
    _write_page(verdict, page)
    return _print_lines(lines, is_well)


def _print_story(verdict: Verdict, page: str | None) -> int:
    _write_page(verdict, page)
    print("\n".join(verdict.story))
    print(f"seed {verdict.seed}: {verdict.broken or 'the promise held'}")
    return 1 if verdict.broken else 0


def _write_page(verdict: Verdict, page: str | None) -> None:
    if page:
        write_page(page_of(verdict), Path(page))


if __name__ == "__main__":
    sys.exit(main())

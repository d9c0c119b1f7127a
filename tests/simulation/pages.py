"""The story of a schedule as a page: `python -m tests.simulation --seed 17 --page story.html`."""

from lotkeeper.verification.story_page.model import Lane, Mark, StoryPage
from lotkeeper.verification.story_page.tracks import tracks_of
from tests.simulation.schedule import Verdict
from tests.simulation.story import Line

_HANDS = frozenset({"trader", "operator"})
# What these lines of the exchange say is an order's stage already.
_STAGES = ("NEW ", "TRADE ", "CANCELED ", "EXPIRED ", "REPLACED ", "TRADE_PREVENTION ")
_ABOUT = (
    "Played in virtual time by the simulation: the pair keeper, the Gateway, the Ledger and the matching of the "
    "exchange are real, everything else is drawn from the seed."
)


def page_of(verdict: Verdict) -> StoryPage:
    """The verdict has to have its story."""
    marks = (_mark(line) for line in verdict.told if not _is_stage(line))
    broken = (verdict.broken,) if verdict.broken else ()
    return StoryPage(f"Simulation, seed {verdict.seed}", (_ABOUT,), broken, tuple(marks), tracks_of(verdict.orders))


def _is_stage(line: Line) -> bool:
    return line.who == "exchange" and line.what.startswith(_STAGES)


def _mark(line: Line) -> Mark:
    lane, what = _lane(line), line.what
    if lane is Lane.FAULT and line.who == "exchange":
        what = what.partition(":")[0]  # the answer that was lost or late
    told = what.replace("_", " ") if lane in (Lane.FAULT, Lane.HAND) else what
    return Mark(line.at_s, lane, f"{line.who}: {told}")


def _lane(line: Line) -> Lane:
    if line.who in _HANDS:
        return Lane.HAND
    if not line.is_event:
        return Lane.SERVICE if line.what == "starts" else Lane.MESSAGE
    return Lane.SERVICE if line.what in ("starts", "the faults end") else Lane.FAULT

"""The account's events: duplicated, late, out of order, lost. `where` may name any field of the event as it is sent."""

from binance_sim.faults.effects import Copies, Hold
from binance_sim.faults.kinds import EVENT, Kind, Params, seconds, whole


def _duplicate(params: Params) -> Copies:
    return Copies((0.0, *(seconds(params, "seconds", 0.0),) * whole(params, "copies", 1)))


KINDS = (
    Kind(
        "duplicate-event",
        EVENT,
        "the event is sent more than once",
        {"copies": "how many more, 1 if not said", "seconds": "how much later, at once if not said"},
        make=_duplicate,
    ),
    Kind(
        "delay-event",
        EVENT,
        "the event is sent late, while others overtake it",
        {"*seconds": "how late"},
        make=lambda params: Copies((seconds(params, "seconds"),)),
    ),
    Kind(
        "reorder-event",
        EVENT,
        "the event is sent behind those that come after it",
        {"events": "behind how many, 1 if not said", "seconds": "but no later than that, 1 if not said"},
        make=lambda params: Hold(whole(params, "events", 1), seconds(params, "seconds", 1.0)),
    ),
    Kind("lose-event", EVENT, "the event is never sent", {}, make=lambda _: Copies(())),
)

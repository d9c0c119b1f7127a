"""How far the market is from the nearest trigger of each lot."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from lotkeeper.trading.money import plain
from lotkeeper.trading.reports.distance import distance_pct

Json = Mapping[str, Any]


def with_distances(lots: Iterable[Json], bids: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """The lots, each with `away_pct`: from the bid of its pair to its nearest trigger, in percent of the bid.

    The level at which break-even is armed counts as one. None where the lot has no trigger, or the pair no bid.
    """
    return [{**lot, "away_pct": nearest_away(lot, bids.get(lot["pair"]))} for lot in lots]


def nearest_away(lot: Json, bid: Decimal | None) -> str | None:
    """From the bid to the nearest trigger of a lot, above or below, in percent of the bid; None where it is not known.

    A service of an earlier version tells of no stop, and of no level at which break-even is armed.
    """
    found = [away(trigger, bid) for trigger in (lot["nearest_trigger"], lot.get("nearest_stop"), lot.get("arms_at"))]
    return min(filter(None, found), key=lambda each: abs(Decimal(each)), default=None)


def with_exit_distances(lot: Json, bid: Decimal | None) -> dict[str, Any]:
    """The explanation of a lot, with the same for each of its exits; one that is not armed is as far as its level."""
    return {
        **lot,
        "exits": [{**each, "away_pct": away(each.get("arms_at") or each["trigger"], bid)} for each in lot["exits"]],
    }


def away(trigger: str | None, bid: Decimal | None) -> str | None:
    """From the bid to a trigger, in percent of the bid; None where one of the two is not known."""
    return plain(distance_pct(Decimal(trigger), bid)) if trigger and bid else None

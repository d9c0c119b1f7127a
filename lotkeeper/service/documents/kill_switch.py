"""The kill switch as a person reads it: how it is, and what a change of it does."""

from collections.abc import Mapping
from typing import Any

from lotkeeper.service.documents.formats import moment

Json = Mapping[str, Any]


def kill_switch_line(switch: Json | None) -> str:
    """How it is; before the Gateway has reported that is not known."""
    if switch is None:
        return "the Gateway has not said yet whether the kill switch is on"
    by = "" if not switch["since"] else f" since {moment(switch['since'])} UTC, by {switch['who']}"
    why = f" ({switch['why']})" if switch["why"] else ""
    return f"the kill switch is {'on' if switch['on'] else 'off'}{by}{why}"


def plan(status: Json, *, is_on: bool) -> str:
    """What will happen, in numbers as far as the status has them."""
    now = [kill_switch_line(status.get("kill_switch")) + "."] if status.get("kill_switch") else []
    pairs, lots = len(status.get("pairs", ())), status.get("totals", {}).get("lots_open", 0)
    without = _lots_without_sell(status)
    if is_on:
        then = (
            f"From now on no order is placed on any of {pairs} pairs: no SELL, no BUY, no replacement. {lots} open "
            f"lots keep the SELLs that stand; {without} without a SELL, and all that is bought, get none until it is "
            "off."
        )
    else:
        then = f"From now on orders are placed again on {pairs} pairs: of {lots} open lots {without} have no SELL."
    return " ".join([*now, then])


def _lots_without_sell(status: Json) -> int:
    """Those that are parked, queued or held; one that waits for the kill switch is parked."""
    pairs = status.get("pairs", {}).values()
    return sum(pair.get(key, 0) for pair in pairs for key in ("lots_parked", "lots_queued", "lots_held"))

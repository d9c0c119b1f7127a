"""What each intervention shows, and what it does then. Everything here waits for answers, and runs in threads."""

import getpass
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from lotkeeper.service.client import Ask
from lotkeeper.service.documents.pauses import pause_plan, resume_plan
from lotkeeper.service.documents.sale_lines import sale_lines
from lotkeeper.service.interventions.cancels import Cancel, cancel_question
from lotkeeper.service.interventions.halts import Message, Plan, Seen, halt_each, plans_of
from lotkeeper.service.interventions.sales import Sale, planned
from lotkeeper.service.interventions.switching import switch_plan
from lotkeeper.trading.lots.instructions import PriceKind
from lotkeeper.trading.selling.planned_sale import SaleWish
from lotkeeper.web.interventions.bodies import (
    AcknowledgeBody,
    CancelBody,
    HaltBody,
    KillSwitchBody,
    PauseBody,
    ResumeBody,
    SellBody,
)
from messages.control import AcknowledgeAlerts, SetKillSwitch
from messages.pair_commands import PausePair, ResumePair


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person sees before it is done."""

    plan: Any  # the document of the command with --dry-run --json
    question: str  # what the command shows before it asks
    seen: Any  # what has to be so still, when it is done
    can_be_done: bool = True


class Actions:
    """For one service. `pairs` are those of the configuration; they count while the Monitor does not answer."""

    def __init__(self, ask: Ask, pairs: Iterable[str]) -> None:
        """`ask` waits for an answer for half a minute, as the commands do."""
        self._ask, self._pairs = ask, tuple(pairs)

    # Pause and resume

    def plan_pause(self, body: PauseBody) -> Shown:
        until_ms = _until_ms(body)
        until = None if until_ms is None else datetime.fromtimestamp(until_ms / 1000, UTC).isoformat()
        shown = self._plan_halt(body, partial(pause_plan, until=until))
        return replace(shown, seen=(until_ms, shown.seen))

    def pause(self, body: PauseBody, seen: tuple[int | None, Seen]) -> Any:
        until_ms, who, why = seen[0], who_asks(), body.why
        message = lambda symbol, shown: PausePair(symbol, until_ms, who, why, shown_ms=shown)  # noqa: E731
        return self._halt(body, message, seen[1])

    def plan_resume(self, body: ResumeBody) -> Shown:
        return self._plan_halt(body, resume_plan)

    def resume(self, body: ResumeBody, seen: Seen) -> Any:
        who, why = who_asks(), body.why
        return self._halt(body, lambda symbol, shown: ResumePair(symbol, who, why, shown), seen)

    def _plan_halt(self, body: HaltBody, plan: Plan) -> Shown:
        plans, seen = plans_of(self._ask, plan, body.pair or "", self._pairs)
        question = "\n".join(plans.values())
        if body.pair is not None:
            return Shown({"done": question}, question, seen)
        return Shown([{"pair": symbol, "done": each} for symbol, each in plans.items()], question, seen)

    def _halt(self, body: HaltBody, message: Message, seen: Seen) -> Any:
        if body.pair is not None:
            return {"done": self._ask(message(body.pair, seen[body.pair])).text}
        return halt_each(self._ask, message, seen)

    # Sales

    def plan_sale(self, body: SellBody) -> Shown:
        """Of many lots those are sold that can be; a sale that was asked for before is only shown."""
        sale = self._sale(body)
        if body.lot is not None:
            plans = [sale.of(body.lot, is_dry_run=True)]
        else:
            plans = sale.of_each(sale.open_lots(body.pair or ""), is_dry_run=True)
        question = "\n".join(line for plan in plans for line in sale_lines(plan))
        lots = planned(plans)
        return Shown(plans[0] if body.lot is not None else plans, question, lots, can_be_done=bool(lots))

    def sell(self, body: SellBody, seen: list[str]) -> Any:
        if body.lot is not None:
            return self._sale(body).of(body.lot, is_dry_run=False)
        return self._sale(body).of_each(seen, is_dry_run=False)

    def _sale(self, body: SellBody) -> Sale:
        kind = PriceKind.AT if body.at is not None else PriceKind.FLOOR if body.at_floor else PriceKind.MARKET
        price = None if body.at is None else Decimal(body.at)
        quantity = None if body.quantity is None else Decimal(body.quantity)
        wish = SaleWish(kind, price, quantity, body.below_floor, _now_ms(), who_asks(), body.why)
        return Sale(self._ask, wish, is_again=body.again)

    # Orders

    def plan_cancel(self, body: CancelBody) -> Shown:
        plan = self._cancel(body).plan()
        return Shown({"done": plan}, cancel_question(plan), plan)

    def cancel(self, body: CancelBody, seen: str) -> Any:
        return {"done": self._cancel(body).do(seen)}

    def _cancel(self, body: CancelBody) -> Cancel:
        return Cancel(self._ask, body.order, who_asks(), body.why)

    # The whole service

    def plan_switch(self, body: KillSwitchBody) -> Shown:
        text, seen_ms = switch_plan(self._ask, is_on=body.on)
        return Shown({"done": text}, text, seen_ms)

    def switch(self, body: KillSwitchBody, seen: int | None) -> Any:
        return {"done": self._ask(SetKillSwitch(body.on, who_asks(), body.why, seen)).text}

    def acknowledge(self, body: AcknowledgeBody) -> Any:
        return {"done": self._ask(AcknowledgeAlerts(tuple(body.ids), who_asks())).text}


def who_asks() -> str:
    """Who is noted beside what is done: the user of the service, by way of a page. There is one token, and no users."""
    return f"web:{getpass.getuser()}"


def _until_ms(body: PauseBody) -> int | None:
    return None if body.for_s is None else round(_now_ms() + body.for_s * 1000)


def _now_ms() -> int:
    return int(time.time() * 1000)


@dataclass(frozen=True, slots=True)
class Intervention:
    """One path at which something is done."""

    path: str  # below the prefix
    text: str
    command: str  # the command of which plan and answer are the documents
    body: type[Any]
    plan: Callable[[Actions, Any], Shown]
    do: Callable[[Actions, Any, Any], Any]

    def needs_plan(self, body: Any) -> bool:
        """Whether it has to be shown first. In an emergency the kill switch does not ask, as on the command line."""
        return not (isinstance(body, KillSwitchBody) and body.on)


INTERVENTIONS = (
    Intervention("/pause", PauseBody.__doc__ or "", "pause", PauseBody, Actions.plan_pause, Actions.pause),
    Intervention("/resume", ResumeBody.__doc__ or "", "resume", ResumeBody, Actions.plan_resume, Actions.resume),
    Intervention("/sell", SellBody.__doc__ or "", "sell", SellBody, Actions.plan_sale, Actions.sell),
    Intervention("/cancel", CancelBody.__doc__ or "", "cancel", CancelBody, Actions.plan_cancel, Actions.cancel),
    Intervention(
        "/kill-switch",
        KillSwitchBody.__doc__ or "",
        "kill-switch",
        KillSwitchBody,
        Actions.plan_switch,
        Actions.switch,
    ),
)
ACKNOWLEDGE_PATH = "/alerts/ack"

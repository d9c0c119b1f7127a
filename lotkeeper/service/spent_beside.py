"""What a start and `lotkeeper doctor` ask of the exchange, beside the actors, as the budget broker knows it."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from lotkeeper.config import Config
from lotkeeper.exchange.budget.costs import NOTHING, Cost, cost_of
from lotkeeper.exchange.sharing.lines import Hello
from lotkeeper.exchange.sharing.told_spending import ToldSpending
from lotkeeper.service.configuration import broker_place

_LONGEST_NAME = 57  # of a service; what asks is named behind it


def told_to_broker(config: Config, what: str, cost: Cost) -> AbstractContextManager[object]:
    """Inside it the services of this address know what is spent, where they have a broker. Waits for nothing."""
    place = broker_place(config)
    if place is None:
        return nullcontext()
    return ToldSpending(Path(place.socket), Hello(f"{place.name[:_LONGEST_NAME]}:{what}", place.exchange), cost)


def cost_of_questions(*paths: str) -> Cost:
    """Of a GET of each of these."""
    return sum((cost_of("GET", each, {}) for each in paths), NOTHING)

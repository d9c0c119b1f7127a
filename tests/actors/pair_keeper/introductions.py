"""What tests of introductions to a Gateway share."""

from messages.orders import (
    IntroduceKeeper,
    KeeperIntroduced,
    PlaceSellOrder,
)
from tests.actors.gateway.exchange_memory import SYMBOL
from tests.actors.stage import Stage

LAG_S = 60.0  # that the exchange's queries may have
NAME = "lk1-5eh-1"
OTHER = "lk1-5ei-1"


def sent(stage: Stage) -> list[PlaceSellOrder]:
    return [each for each in stage.gateway.received if isinstance(each, PlaceSellOrder)]


def pass_time(stage: Stage, seconds: float, step: float = 0.05) -> None:
    for _ in range(round(seconds / step)):
        stage.desk.advance(step)
        stage.answers()


def tell(stage: Stage, gateway: int = 7, **told: object) -> None:
    """The Gateway answers the newest introduction."""
    number = stage.gateway.pop(IntroduceKeeper).number
    stage.desk.tell(KeeperIntroduced(SYMBOL, number, gateway, **told), stage.gateway)

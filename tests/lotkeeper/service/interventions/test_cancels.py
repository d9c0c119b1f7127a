"""Which order a person means."""

import pytest

from lotkeeper.service.errors import ServiceError, UnknownNameError
from lotkeeper.service.interventions.cancels import find_order
from messages.control import AskPositions, PositionsReported, StatusReported

BUY = {"client_order_id": "mine", "executed": "0", "price": "5", "type": "LIMIT", "state": "NEW", "quantity": "1"}


def found(order: str) -> tuple[str, bool]:
    buys = {"open_buys": [{**BUY, "order_id": 9, "sent": "1970-01-01T00:00:07.000+00:00"}]}

    def ask(message: object) -> object:
        if isinstance(message, AskPositions):
            return PositionsReported(({"lot": "AAUSDT-7001", "pair": "A", "sells": []},))
        return StatusReported({"pairs": {"A": buys, "B": buys}})

    return find_order(ask, order)


def test_a_lot_by_its_name():
    assert found("aausdt-7001") == ("A", True)


def test_one_that_two_pairs_have_is_not_guessed():
    with pytest.raises(ServiceError, match="mine is an order of A and of B: name it by its client order id"):
        found("mine")


def test_the_nearest_names_are_told():
    with pytest.raises(UnknownNameError, match=r"AAUSDT-7002 is no open order .* did you mean AAUSDT-7001\?"):
        found("AAUSDT-7002")

"""What is added to the refusal of a command about a lot."""

import pytest

from actors.ledger.positions import position
from lotkeeper.service.documents.known_names import lot_explained
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from messages.control import PositionsReported
from tests.persistence import lots

REFUSED = "BTCUSDT-7 is no open lot"


def told(error, *found, lot="BTCUSDT-7"):
    def answer(message):
        if isinstance(found[0], Exception):
            raise found[0]
        return PositionsReported(tuple(map(position, found)))

    with pytest.raises(type(error)) as caught, lot_explained(answer, lot):
        raise error
    return str(caught.value)


def test_one_that_is_closed_is_said_to_be():
    assert told(ServiceError(REFUSED), lots.sold(7)) == (
        f"{REFUSED}; it is closed: `lotkeeper explain BTCUSDT-7` shows what it earned"
    )
    already = ServiceError("lot BTCUSDT-7 is closed")
    assert told(already, lots.sold(7)) == (
        "lot BTCUSDT-7 is closed; `lotkeeper explain BTCUSDT-7` shows what it earned"
    )


def test_one_that_is_open_was_refused_for_another_reason():
    assert told(ServiceError(REFUSED), lots.lot(7)) == REFUSED


def test_of_one_that_is_not_there_the_nearest_are_named():
    assert told(ServiceError(REFUSED), lots.lot(7), lot="BTCUSDT-8") == (f"{REFUSED}; did you mean BTCUSDT-7?")


def test_where_the_lots_cannot_be_asked_for_nothing_is_added():
    assert told(ServiceError(REFUSED), ServiceError("X is not a configured pair")) == REFUSED


def test_nothing_is_asked_where_nothing_runs():
    assert told(ServiceNotRunningError("not running"), AssertionError()) == "not running"

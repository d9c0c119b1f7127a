"""The views of the database."""

from lotkeeper.trading.orders.states import LIVE
from persistence.views import EXITS


def test_an_exit_stands_as_long_as_its_order_may() -> None:
    listed = EXITS.split("o.state IN (")[1].split(")")[0]
    assert {each.strip("' ") for each in listed.split(",")} == {str(state) for state in LIVE}

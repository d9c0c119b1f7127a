from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.base import OrderType
from lotkeeper.trading.filters.precision import Precision
from tests.lotkeeper.trading.filters.drafts import market, said, sell

BOTH = Precision(base=3, quote=2)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (sell("1.001", "1.01"), None),
        (sell("1.0010000", "1.0100"), None),  # zeros behind the last digit are no precision
        (sell("1.0001", "1.01"), ("quantity", "1.0001", "1")),
        (sell("1.001", "1.011"), ("price", "1.011", "1.01")),
        (sell("1", "1", kind=OrderType.STOP_LOSS_LIMIT, stop_price="0.999"), ("stop price", "0.999", "1")),
        (sell("1", "1", iceberg_quantity="0.0009"), ("iceberg quantity", "0.0009", "0.001")),
        (market("1", quote_quantity="5.001"), ("quote quantity", "5.001", "5")),
    ],
)
def test_no_amount_has_more_decimals_than_its_asset(order, wanted):
    assert said(BOTH, order) == wanted


def test_the_finest_amounts():
    assert (BOTH.base_step, BOTH.quote_step) == (D("0.001"), D("0.01"))
    assert Precision().quote_step == D("1E-8")
    assert Precision(0, 0).base_step == 1

import pytest

from lotkeeper.trading.fee_reserve.names import HOUR_MS, is_top_up, top_up_id
from lotkeeper.trading.orders.client_ids import sell_name


def test_each_hour_has_one_name():
    names = {top_up_id(7 * HOUR_MS + each) for each in (0, 1, HOUR_MS - 1)}
    assert names == {"lkf1-7"}
    assert top_up_id(8 * HOUR_MS) == "lkf1-8"


@pytest.mark.parametrize(("client_id", "is_one"), [("lkf1-486111", True), ("lk1-5eh-1", False), ("web_7", False)])
def test_a_buy_for_fees_is_known_by_its_name(client_id, is_one):
    assert is_top_up(client_id) is is_one


def test_it_is_no_name_of_a_sell():
    assert sell_name(top_up_id(1_700_000_000_000)) is None

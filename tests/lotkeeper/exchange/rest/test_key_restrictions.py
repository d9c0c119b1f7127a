"""What a key may do, by the exchange's answer."""

import pytest

from lotkeeper.exchange.fields import MalformedError
from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions, key_restrictions, read_restrictions

# Binance wallet endpoints, "Get API Key Permission"
DOCUMENTED = {
    "ipRestrict": False,
    "createTime": 1698645219000,
    "enableReading": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": True,
    "enableMargin": False,
    "enableFutures": False,
    "permitsUniversalTransfer": True,
    "enableVanillaOptions": False,
    "enableFixApiTrade": False,
    "enableFixReadOnly": True,
    "enableSpotAndMarginTrading": True,
    "enablePortfolioMarginTrading": True,
}


def test_the_documented_answer():
    assert read_restrictions(DOCUMENTED) == KeyRestrictions(
        may_read=True, may_trade=True, may_withdraw=False, may_transfer=True, is_bound_to_addresses=False
    )


def test_an_end_of_trading_is_read_where_there_is_one():
    assert read_restrictions({**DOCUMENTED, "tradingAuthorityExpirationTime": 1796000000000}).trading_ends_ms == (
        1796000000000
    )


@pytest.mark.parametrize("name", ["ipRestrict", "enableReading", "enableWithdrawals", "enableSpotAndMarginTrading"])
def test_what_must_be_known_has_to_be_there(name):
    with pytest.raises(MalformedError, match=name):
        read_restrictions({key: value for key, value in DOCUMENTED.items() if key != name})


def test_the_request_is_signed_and_goes_by_rest_alone():
    found = key_restrictions()
    assert (found.method, found.path, found.is_signed, found.ws_method) == (
        "GET",
        "/sapi/v1/account/apiRestrictions",
        True,
        "",
    )

"""Which function serves which request of /sapi, at which weight.

These requests have a weight limit of their own. The WebSocket API does not have them.
"""

from dataclasses import replace

from binance_sim.api.endpoints import wallet
from binance_sim.api.keys import MARKET_DATA, NONE, TRADE, USER_DATA
from binance_sim.api.table import ApiEndpoint, EndpointFunction


def _wallet(serve: EndpointFunction, weight: int, security: str) -> ApiEndpoint:
    return ApiEndpoint(serve, weight, security, wallet=True)


# Verb, path below /sapi/v1/, the name that the journal and faults use, the endpoint.
WALLET_ROWS: tuple[tuple[str, str, str, ApiEndpoint], ...] = (
    ("GET", "system/status", "wallet.systemStatus", _wallet(wallet.system_status, 1, NONE)),
    ("GET", "account/apiRestrictions", "wallet.apiRestrictions", _wallet(wallet.api_restrictions, 1, USER_DATA)),
    ("GET", "spot/delist-schedule", "wallet.delistSchedule", _wallet(wallet.delist_schedule, 100, MARKET_DATA)),
    ("GET", "spot/asset/tags", "wallet.assetTags", _wallet(wallet.asset_tags, 100, MARKET_DATA)),
    ("GET", "asset/tradeFee", "wallet.tradeFee", _wallet(wallet.trade_fee, 1, USER_DATA)),
    ("GET", "capital/config/getall", "wallet.allCoins", _wallet(wallet.all_coins, 10, USER_DATA)),
    ("POST", "asset/dust-btc", "wallet.dustAssets", _wallet(wallet.convertible_to_bnb, 1, USER_DATA)),
    ("POST", "asset/dust", "wallet.dustTransfer", _wallet(wallet.convert_to_bnb, 10, TRADE)),
    (
        "POST",
        "asset/dust-convert/query-convertible-assets",
        "wallet.convertibleAssets",
        _wallet(wallet.convertible_assets, 1, USER_DATA),
    ),
    ("POST", "asset/dust-convert/convert", "wallet.dustConvert", _wallet(wallet.convert_dust, 10, TRADE)),
    ("GET", "asset/dribblet", "wallet.dustLog", _wallet(wallet.dust_log, 1, USER_DATA)),
)
WALLET_BY_PATH = {
    (verb, f"/sapi/v1/{path}"): replace(endpoint, method=method) for verb, path, method, endpoint in WALLET_ROWS
}

"""The wallet endpoints of /sapi that a trading program asks (source: "Wallet Endpoints")."""

from binance_sim.account.dust import Dust, find_dust, price_in
from binance_sim.account.fees import BNB
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import wallet as shapes
from binance_sim.errors import bad_combination, invalid_data
from binance_sim.numbers import EXACT, ZERO, down

ACCOUNT_TYPES = ("SPOT", "MARGIN")


def system_status(request: ApiRequest) -> Json:
    request.params.finish()
    return shapes.system_status(request.exchange.wallet)


def api_restrictions(request: ApiRequest) -> Json:
    request.params.finish()
    return shapes.api_restrictions(request.exchange.wallet, request.key, request.exchange.opened_us // 1000)


def delist_schedule(request: ApiRequest) -> list[Json]:
    request.params.finish()
    return request.exchange.wallet.delist_schedule


def asset_tags(request: ApiRequest) -> list[Json]:
    """All assets, or those with one of the tags that `tag` lists, separated by commas."""
    text, wallet = request.params.text("tag"), request.exchange.wallet
    request.params.finish()
    wanted = {each.strip() for each in text.split(",")} if text is not None else None
    assets = [each for each in request.exchange.assets() if wanted is None or wanted & set(wallet.tags.get(each, ()))]
    return shapes.asset_tags(assets, wallet)


def trade_fee(request: ApiRequest) -> list[Json]:
    markets = [request.market()] if "symbol" in request.params else list(request.exchange.markets.values())
    request.params.finish()
    return [shapes.trade_fee(market.name, request.account) for market in markets]


def all_coins(request: ApiRequest) -> list[Json]:
    request.params.finish()
    return [shapes.coin(asset, request.account) for asset in request.exchange.assets()]


# Dust


def convertible_assets(request: ApiRequest) -> Json:
    target = _target(request, request.params.require("targetAsset"))
    _read_others(request)
    return shapes.convertible_assets(_dust(request, target))


def convertible_to_bnb(request: ApiRequest) -> Json:
    _read_others(request)
    found, prices = _dust(request, BNB), request.exchange.prices
    worth = [EXACT.multiply(each.amount, price_in(prices, each.asset, "BTC") or ZERO) for each in found]
    return shapes.convertible_to_bnb(found, [down(each) for each in worth])


def convert_dust(request: ApiRequest) -> Json:
    """To any asset, by default BNB."""
    return _convert(request, _target(request, request.params.text("targetAsset") or BNB))


def convert_to_bnb(request: ApiRequest) -> Json:
    return _convert(request, BNB)


def _convert(request: ApiRequest, target: str) -> Json:
    """Convert the whole free balance of each named asset; nothing is converted if one of them is no dust."""
    names = _read_assets(request.params.require("asset"))
    _read_others(request)
    by_asset = {each.asset: each for each in _dust(request, target)}
    if any(name not in by_asset for name in names):
        raise invalid_data("asset")
    found, exchange = [by_asset[name] for name in names], request.exchange
    for each in found:
        exchange.move_funds(request.account, each.asset, -each.amount)
    exchange.move_funds(request.account, target, sum((each.received for each in found), ZERO))
    answer = shapes.conversion(found, exchange.wallet.take_transfer_id(), exchange.clock.ms())
    exchange.wallet.conversions.append({"account": request.account.name, **answer})
    return answer


def _read_assets(text: str) -> list[str]:
    """Assets as `BTC,ETH` or as a JSON list; raises ApiError -1128 for one that is named twice."""
    names = [each.strip(' "') for each in text.strip("[]").split(",")]
    if len(set(names)) < len(names):
        raise bad_combination()
    return names


def _target(request: ApiRequest, name: str) -> str:
    if name not in request.exchange.assets():
        raise invalid_data("targetAsset")
    return name


def _read_others(request: ApiRequest) -> None:
    """Read the parameters that change nothing here."""
    for name in ("clientId", "thirdPartyClientId", "dustQuotaAssetToTargetAssetPrice"):
        request.params.text(name)
    request.params.choice("accountType", ACCOUNT_TYPES, invalid_data("accountType"))
    request.params.finish()


def _dust(request: ApiRequest, target: str) -> list[Dust]:
    return list(find_dust(request.account.funds, request.exchange.prices, target))


def dust_log(request: ApiRequest) -> Json:
    """Past conversions, the newest first."""
    start, end = request.params.time("startTime"), request.params.last_time("endTime")
    _read_others(request)
    mine = [each for each in request.exchange.wallet.conversions if each["account"] == request.account.name]
    rows = [row for row in map(_dribblet, reversed(mine)) if _inside(row["operateTime"] * 1000, start, end)]
    return {"total": len(rows), "userAssetDribblets": rows[:100]}


def _inside(time_us: int, start: int | None, end: int | None) -> bool:
    return (start is None or time_us >= start) and (end is None or time_us <= end)


def _dribblet(conversion: Json) -> Json:
    details = conversion["transferResult"]
    return {
        "operateTime": details[0]["operateTime"],
        "totalTransferedAmount": conversion["totalTransfered"],
        "totalServiceChargeAmount": conversion["totalServiceCharge"],
        "transId": details[0]["tranId"],
        "userAssetDribbletDetails": [
            {("transId" if name == "tranId" else name): value for name, value in each.items()} for each in details
        ],
    }

"""The account itself (source: "Account endpoints")."""

from binance_sim.api.call import Call, Json
from binance_sim.api.shapes import accounts as shapes
from binance_sim.numbers import wire


def account(call: Call) -> Json:
    omit = call.params.flag("omitZeroBalances")
    call.params.finish()
    return shapes.described(call.account, omit, call.unit)


def commission(call: Call) -> Json:
    symbol = call.desk().name
    call.params.finish()
    return shapes.commission(symbol, call.account.fees)


def order_counts(call: Call) -> list[Json]:
    call.params.finish()
    return shapes.order_limits(call.account)


def my_filters(call: Call) -> Json:
    """The pair's filters, and those that the account alone has (MAX_ASSET)."""
    rules = call.desk().rules
    call.params.finish()
    limits = call.account.limits
    return {
        "exchangeFilters": [],
        "symbolFilters": [dict(each) for each in rules.document["filters"]],
        "assetFilters": [
            {"filterType": "MAX_ASSET", "asset": asset, "limit": wire(limits[asset])}
            for asset in (rules.base, rules.quote)
            if asset in limits
        ],
    }

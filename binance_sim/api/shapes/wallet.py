"""Answers of the wallet endpoints (source: "Wallet Endpoints"). Their times are always in milliseconds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.account.dust import CHARGE, QUOTA, Dust
from binance_sim.account.wallet import NORMAL, RESTRICTIONS, Wallet
from binance_sim.api.keys import TRADE, USER_DATA, ApiKey
from binance_sim.numbers import ZERO, format_amount, format_plain

Json = dict[str, Any]


def system_status(wallet: Wallet) -> Json:
    return {"status": wallet.status, "msg": "normal" if wallet.status == NORMAL else "system maintenance"}


def api_restrictions(wallet: Wallet, key: ApiKey, created_ms: int) -> Json:
    own = {"enableReading": USER_DATA in key.permissions, "enableSpotAndMarginTrading": TRADE in key.permissions}
    return {"createTime": created_ms, **RESTRICTIONS, **own, **wallet.restrictions}


def asset_tags(assets: Sequence[str], wallet: Wallet) -> list[Json]:
    return [
        {"assetCode": asset, "assetName": asset, "trading": True, "tags": list(wallet.tags.get(asset, ()))}
        for asset in assets
    ]


def trade_fee(symbol: str, account: TradingAccount) -> Json:
    fees = account.fees.of(symbol).standard
    return {
        "symbol": symbol,
        "makerCommission": format_plain(fees.maker),
        "takerCommission": format_plain(fees.taker),
    }


def coin(asset: str, account: TradingAccount) -> Json:
    """A coin with one network of its own name. Nothing can be deposited or withdrawn."""
    none = dict.fromkeys(("freeze", "withdrawing", "ipoing", "ipoable", "storage"), "0")
    funds = account.funds
    return {
        "coin": asset,
        "name": asset,
        "depositAllEnable": False,
        "withdrawAllEnable": False,
        "trading": True,
        "isLegalMoney": False,
        "free": format_plain(funds.free.get(asset, ZERO)),
        "locked": format_plain(funds.locked.get(asset, ZERO)),
        **none,
        "networkList": [
            {
                "network": asset,
                "coin": asset,
                "name": asset,
                "isDefault": True,
                "depositEnable": False,
                "withdrawEnable": False,
                "withdrawIntegerMultiple": "0.00000001",
                "withdrawFee": "0",
                "withdrawMin": "0",
                "withdrawMax": "0",
                "minConfirm": 1,
                "unLockConfirm": 0,
            }
        ],
    }


def convertible_assets(found: Sequence[Dust]) -> Json:
    """The answer of `dust-convert/query-convertible-assets`."""
    return {
        "dribbletPercentage": format_plain(CHARGE),
        "totalTransferQuotaAssetAmount": _total(each.quota for each in found),
        "totalTransferTargetAssetAmount": _total(each.worth for each in found),
        "dribbletBase": format_plain(QUOTA),
        "details": [
            {
                "asset": each.asset,
                "assetFullName": each.asset,
                "amountFree": format_plain(each.amount),
                "exchange": format_plain(each.charge),
                "toQuotaAssetAmount": format_plain(each.quota),
                "toTargetAssetAmount": format_plain(each.worth),
                "toTargetAssetOffExchange": format_plain(each.received),
            }
            for each in found
        ],
    }


def convertible_to_bnb(found: Sequence[Dust], in_btc: Sequence[Decimal]) -> Json:
    """The answer of `dust-btc`."""
    return {
        "details": [
            {
                "asset": each.asset,
                "assetFullName": each.asset,
                "amountFree": format_plain(each.amount),
                "toBTC": format_plain(btc),
                "toBNB": format_plain(each.worth),
                "toBNBOffExchange": format_plain(each.received),
                "exchange": format_plain(each.charge),
            }
            for each, btc in zip(found, in_btc, strict=True)
        ],
        "totalTransferBtc": _total(in_btc),
        "totalTransferBNB": _total(each.worth for each in found),
        "dribbletPercentage": format_plain(CHARGE),
    }


def conversion(found: Sequence[Dust], transfer_id: int, time_ms: int) -> Json:
    """The answer of a conversion. `transferedAmount` is what was received, without the charge."""
    return {
        "totalTransfered": _total(each.received for each in found),
        "totalServiceCharge": _total(each.charge for each in found),
        "transferResult": [
            {
                "tranId": transfer_id,
                "fromAsset": each.asset,
                "amount": format_amount(each.amount),
                "transferedAmount": format_amount(each.received),
                "serviceChargeAmount": format_amount(each.charge),
                "operateTime": time_ms,
            }
            for each in found
        ],
    }


def _total(amounts: Any) -> str:
    return format_amount(sum(amounts, ZERO))

"""Faults of accounts: deposits and withdrawals, no more BNB, other fees, revoked keys, and the wipe of a testnet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from binance_sim.account.fees import BNB, FeeRates, PairCommission
from binance_sim.errors import ApiError
from binance_sim.faults.effects import Seam
from binance_sim.faults.fault import FaultError
from binance_sim.faults.kinds import FaultKind, FaultParams, read_decimal, read_permissions, read_text, read_whole
from binance_sim.faults.targets import FaultTargets
from binance_sim.matching.exchange import wipe
from binance_sim.numbers import format_plain


def _move(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    account, asset = targets.account(params), read_text(params, "asset")
    try:
        targets.exchange.move_funds(account, asset, read_decimal(params, "amount"))
    except ApiError as error:
        raise FaultError(f"{account.name} has only {format_plain(account.funds.free[asset])} {asset} free") from error
    return {"asset": asset, "free": format_plain(account.funds.free[asset])}


def _bnb_runs_out(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """After this many more commissions in BNB the account has no BNB left: the fills of one order may differ."""
    account = targets.account(params)
    account.bnb_fills = read_whole(params, "after_fills", 0)
    return {"after_fills": account.bnb_fills, "free": format_plain(account.funds.free[BNB])}


def _fees(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    account = targets.account(params)
    symbol = targets.market(params).name if "symbol" in params else None
    old = account.fees.of(symbol) if symbol else account.fees.usual
    new = PairCommission(
        _rates(old.standard, params.get("standard", {})),
        _rates(old.special, params.get("special", {})),
        _rates(old.tax, params.get("tax", {})),
        bool(params.get("discounted", old.discounted)),
    )
    if symbol:
        account.fees.by_symbol[symbol] = new
    else:
        account.fees.usual = new
    account.fees.in_bnb = bool(params.get("in_bnb", account.fees.in_bnb))
    targets.facts.write_fees(account)
    return {"symbol": symbol, "in_bnb": account.fees.in_bnb}


def _rates(old: FeeRates, changes: Any) -> FeeRates:
    names = {"maker", "taker", "buyer", "seller"}
    if not isinstance(changes, dict) or set(changes) - names:
        raise FaultError(f"rates are an object of {', '.join(sorted(names))}, not {changes!r}")
    return replace(old, **{name: read_decimal(changes, name) for name in changes})


def _key(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """Take permissions from the account's keys, or revoke the keys."""
    left = read_permissions(params, ())
    keys = [key for key in targets.keys if key.account is targets.account(params)]
    for key in keys:
        if left:
            key.permissions = left
        else:
            targets.keys.revoke(key.api_key)
    return {"keys": len(keys), "permissions": sorted(left)}


def _wipe(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """What a testnet does each month: orders and trades are deleted, balances reset, ids restart; keys stay."""
    wipe(targets.exchange)
    return {"wiped": True}


_ACCOUNT = "its name, by default the first account"
_RATES = "the rates that change: maker, taker, buyer, seller"

KINDS = (
    FaultKind(
        "move-funds",
        Seam.NOW,
        "a deposit or withdrawal, with its balanceUpdate",
        {"*asset": "its name", "*amount": "how much, below zero for a withdrawal", "account": _ACCOUNT},
        act=_move,
    ),
    FaultKind(
        "bnb-runs-out",
        Seam.NOW,
        "commissions are no longer paid in BNB, although the discount is on",
        {"after_fills": "after how many more commissions, by default 0", "account": _ACCOUNT},
        act=_bnb_runs_out,
    ),
    FaultKind(
        "fees",
        Seam.NOW,
        "the account's commissions change",
        {
            "symbol": "the pair, by default all",
            "standard": _RATES,
            "special": _RATES,
            "tax": _RATES,
            "discounted": "whether the BNB discount applies to the pair",
            "in_bnb": "whether the account pays in BNB",
            "account": _ACCOUNT,
        },
        act=_fees,
    ),
    FaultKind(
        "key",
        Seam.NOW,
        "the account's keys lose permissions, or are revoked",
        {"permissions": "those that remain: TRADE, USER_DATA, USER_STREAM; none: revoked", "account": _ACCOUNT},
        act=_key,
    ),
    FaultKind(
        "wipe", Seam.NOW, "a testnet's wipe: orders and trades are deleted, balances and ids are reset", {}, act=_wipe
    ),
)

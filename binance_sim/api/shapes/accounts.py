"""Answers about the account (source: "Account endpoints")."""

from typing import Any

from binance_sim.account.account import NO_GROUP, TradingAccount
from binance_sim.account.fees import BNB, DISCOUNT, FeeRates, FeeSchedule
from binance_sim.clock import TimeUnit
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import format_amount

Json = dict[str, Any]
BIPS = 10_000
INTERVALS = (("SECOND", 10), ("DAY", 1))


def account_answer(account: TradingAccount, omit_zero: bool, unit: TimeUnit) -> Json:
    usual, funds = account.fees.usual.standard, account.funds
    answer: Json = {
        "makerCommission": int(usual.maker * BIPS),
        "takerCommission": int(usual.taker * BIPS),
        "buyerCommission": int(usual.buyer * BIPS),
        "sellerCommission": int(usual.seller * BIPS),
        "commissionRates": rates_row(usual),
        "canTrade": account.can_trade,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": unit(account.updated_us),
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": format_amount(funds.free[asset]), "locked": format_amount(funds.locked[asset])}
            for asset in funds.free
            if not omit_zero or funds.total(asset)
        ],
        "permissions": ["SPOT"],
        "uid": account.uid,
    }
    return answer if account.group == NO_GROUP else answer | {"tradeGroupId": account.group}


def rates_row(part: FeeRates) -> Json:
    return {
        "maker": format_amount(part.maker),
        "taker": format_amount(part.taker),
        "buyer": format_amount(part.buyer),
        "seller": format_amount(part.seller),
    }


def commission_answer(symbol: str, fees: FeeSchedule) -> Json:
    found = fees.of(symbol)
    return {
        "symbol": symbol,
        "standardCommission": rates_row(found.standard),
        "specialCommission": rates_row(found.special),
        "taxCommission": rates_row(found.tax),
        "discount": _discount(fees, symbol),
    }


def order_commission_answer(ticket: Ticket, fees: FeeSchedule) -> Json:
    """The commission of one order, as maker and as taker, including the part of the buyer or seller."""
    found = fees.of(ticket.rules.name)
    parts = {"standard": found.standard, "special": found.special, "tax": found.tax}
    return {
        f"{name}CommissionForOrder": {
            "maker": format_amount(part.of(maker=True, buys=ticket.buys)),
            "taker": format_amount(part.of(maker=False, buys=ticket.buys)),
        }
        for name, part in parts.items()
    } | {"discount": _discount(fees, ticket.rules.name)}


def _discount(fees: FeeSchedule, symbol: str) -> Json:
    return {
        "enabledForAccount": fees.in_bnb,
        "enabledForSymbol": fees.of(symbol).discounted,
        "discountAsset": BNB,
        "discount": format_amount(DISCOUNT),
    }


def order_limit_rows(account: TradingAccount) -> list[Json]:
    """The ORDERS rows of rateLimits, with their counts."""
    count = account.unfilled
    return [
        {"rateLimitType": "ORDERS", "interval": name, "intervalNum": length, "limit": limit, "count": used}
        for (name, length), limit, used in zip(INTERVALS, count.limits, count.counts(), strict=True)
    ]

"""Pairs that no file describes: well-known pairs with their real filters, others with the filters of most pairs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from binance_sim.numbers import ATOM, ZERO, format_amount
from binance_sim.symbols.rules import Json, SymbolError, SymbolRules, rules_of

QUOTES = ("FDUSD", "USDT", "USDC", "TUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL")
STP_MODES = ("EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER")
ORDER_TYPES = (
    "LIMIT",
    "LIMIT_MAKER",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
)
# first price of a walk, tick size, step size (also the smallest quantity), largest quantity of a MARKET order
BUILT_IN = {
    "BTCUSDT": ("60000", "0.01", "0.00001", "97.09521512"),
    "ETHUSDT": ("2500", "0.01", "0.0001", "2357.34408702"),
    "BNBUSDT": ("600", "0.01", "0.001", "2214.43154166"),
    "SOLUSDT": ("150", "0.01", "0.001", "15231.41250000"),
    "ADAUSDT": ("0.45", "0.0001", "0.1", "1650231.70416666"),
    "ETHBTC": ("0.0416", "0.00001", "0.0001", "1378.22417541"),
    "BNBBTC": ("0.01", "0.000001", "0.001", "2214.43154166"),
}
DEFAULT = ("BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "ADAUSDT", "ETHBTC")
MIN_NOTIONAL = {"BTC": "0.0001", "ETH": "0.001", "BNB": "0.01", "TRY": "100"}


def split(symbol: str) -> tuple[str, str]:
    """Base and quote asset of a symbol; raises SymbolError if it does not end with a known quote asset."""
    for quote in QUOTES:
        if symbol.endswith(quote) and len(symbol) > len(quote):
            return symbol[: -len(quote)], quote
    raise SymbolError(f"{symbol}: its quote asset is none of {', '.join(QUOTES)}; describe it with --symbols FILE")


def start_price(rules: SymbolRules) -> Decimal:
    """The first simulated price: realistic for built-in pairs, between 1 and 100 for others."""
    if rules.name in BUILT_IN:
        return Decimal(BUILT_IN[rules.name][0])
    unit = {"BTC": "0.00001", "ETH": "0.0005", "BNB": "0.002"}.get(rules.quote, "1")
    price = Decimal(1 + sum(map(ord, rules.name)) % 100) * Decimal(unit)
    return max(price, rules.min_price)


def default_document(symbol: str) -> Json:
    """An element of exchangeInfo for a pair that no file describes, with the filters of most pairs."""
    base, quote = split(symbol)
    fine = ("", "0.0000001", "0.1", "900000") if quote in ("BTC", "ETH", "BNB") else ("", "0.0001", "0.01", "900000")
    _, tick, step, largest = BUILT_IN.get(symbol, fine)
    return {
        "symbol": symbol,
        "status": "TRADING",
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": quote,
        **_precisions(),
        **_abilities(),
        "filters": _filters(Decimal(tick), Decimal(step), largest, Decimal(MIN_NOTIONAL.get(quote, "5"))),
        "permissions": [],
        "permissionSets": [["SPOT", "MARGIN"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER",
        "allowedSelfTradePreventionModes": list(STP_MODES),
    }


def _precisions() -> Json:
    names = ("quotePrecision", "quoteAssetPrecision", "baseCommissionPrecision", "quoteCommissionPrecision")
    return dict.fromkeys(names, 8)


def _abilities() -> Json:
    yes = (
        "icebergAllowed",
        "ocoAllowed",
        "otoAllowed",
        "opoAllowed",
        "quoteOrderQtyMarketAllowed",
        "allowTrailingStop",
        "cancelReplaceAllowed",
        "amendAllowed",
    )
    return {
        "orderTypes": list(ORDER_TYPES),
        **dict.fromkeys(yes, True),
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
    }


def _filters(tick: Decimal, step: Decimal, largest: str, least: Decimal) -> list[Json]:
    sides = {f"{side}Multiplier{way}": far for side in ("bid", "ask") for way, far in (("Up", "5"), ("Down", "0.2"))}
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": format_amount(tick),
            "maxPrice": format_amount(Decimal(1_000_000)),
            "tickSize": format_amount(tick),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": format_amount(step),
            "maxQty": format_amount(step * 900_000_000),
            "stepSize": format_amount(step),
        },
        {"filterType": "ICEBERG_PARTS", "limit": 100},
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": format_amount(ZERO),
            "maxQty": largest,
            "stepSize": format_amount(ZERO),
        },
        {"filterType": "TRAILING_DELTA", **{name: most for way in ("Above", "Below") for name, most in _deltas(way)}},
        {"filterType": "PERCENT_PRICE_BY_SIDE", **sides, "avgPriceMins": 5},
        {
            "filterType": "NOTIONAL",
            "minNotional": format_amount(least),
            "applyMinToMarket": True,
            "maxNotional": format_amount(Decimal(9_000_000)),
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": 20},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
        {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 10},
    ]


def _deltas(way: str) -> tuple[tuple[str, int], ...]:
    """Minimum and maximum of a trailing stop in bips: 0.1 % to 20 %."""
    return (f"minTrailing{way}Delta", 10), (f"maxTrailing{way}Delta", 2000)


def bnb_pairs(rules: Mapping[str, SymbolRules]) -> list[str]:
    """The pairs that value commissions in BNB; the real exchange has one for each of these quote assets."""
    wanted = dict.fromkeys(f"BNB{each.quote}" for each in rules.values() if "BNB" not in (each.quote, each.base))
    return [name for name in wanted if name not in rules]


def choose_rules(names: Sequence[str], documents: Mapping[str, Json]) -> dict[str, SymbolRules]:
    """The rules of these pairs, from `documents` if they are there; without names, of all documents or the default."""
    return rules_for(names or documents or DEFAULT, documents)


def rules_for(names: Iterable[str], documents: Mapping[str, Json]) -> dict[str, SymbolRules]:
    return {name: rules_of(documents.get(name) or default_document(name)) for name in names}


@dataclass(frozen=True, slots=True)
class PairSteps:
    """Tick size and step size of a pair."""

    tick: Decimal = ATOM
    step: Decimal = ATOM


def steps_of(symbol: str, documents: Mapping[str, Json]) -> PairSteps:
    """The steps in `documents` (elements of exchangeInfo), else the default; the smallest for unknown assets."""
    try:
        rules = rules_of(documents.get(symbol) or default_document(symbol))
    except SymbolError:
        return PairSteps()
    return PairSteps(rules.tick or ATOM, rules.step or ATOM)

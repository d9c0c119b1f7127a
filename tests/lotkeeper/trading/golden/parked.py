"""Golden cases of lots that no order carries now. Worked by hand: the sums stand above each."""

from decimal import Decimal as D

from lotkeeper.trading.filters.amounts import PercentPriceBySide, TPlusSell
from lotkeeper.trading.selling.decisions import ParkCause
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.golden.case import Bought, Case, Parks, market, wanted

COIN = (Bought("1", "100"),)
BY_SIDE = PercentPriceBySide(bid_up=D("1.2"), bid_down=D("0.2"), ask_up=D("1.5"), ask_down=D("0.8"))

CASES = (
    # 0.04 at its floor of 4 / (0.04 * 0.999) = 100.1001...: 0.04 * 100.11 = 4.0044
    Case(
        "worth less than the smallest order",
        (Bought("0.04", "100"),),
        Parks(ParkCause.TOO_SMALL, "worth 4.0044 USDT, below the smallest order of 5 (NOTIONAL)"),
    ),
    # 0.0009 received, and the step is 0.001
    Case(
        "less than a step",
        (Bought("0.0009", "9000"),),
        Parks(ParkCause.TOO_SMALL, "0.0009 BTC is below the smallest order quantity 0.001 (LOT_SIZE)"),
    ),
    # 1.01 - 0.02 = 0.99: the fee in the coin takes it below the least of 1
    Case(
        "less than the least quantity, after the fee",
        (Bought("1.01", "100", "0.02"),),
        Parks(ParkCause.TOO_SMALL, "0.99 BTC is below the smallest order quantity 1 (LOT_SIZE)"),
        market=market(min_quantity=D(1)),
    ),
    # 100 / 0.999 = 100.1001...; 60 * 1.5 = 90 is the highest price allowed
    Case(
        "a price too far above the market",
        COIN,
        Parks(ParkCause.PRICE, "the floor 100.11 is above the highest price allowed, 90 (PERCENT_PRICE_BY_SIDE)"),
        market=market(filters=(BY_SIDE,)),
        reference="60",
    ),
    # 61.235 * 1.5 = 91.8525: the highest price on the tick of 0.01 is 91.85
    Case(
        "a price too far above the market, whose highest price is between two ticks",
        COIN,
        Parks(ParkCause.PRICE, "the floor 100.11 is above the highest price allowed, 91.85 (PERCENT_PRICE_BY_SIDE)"),
        market=market(filters=(BY_SIDE,)),
        reference="61.235",
    ),
    # 100 * 11 / 0.999 = 1101.1011...
    Case(
        "a price above the highest of the pair",
        COIN,
        Parks(ParkCause.PRICE, "the floor 1101.11 is above the highest price allowed, 1000 (PRICE_FILTER)"),
        market=market(max_price=D(1000)),
        policy=wanted("1000"),
    ),
    Case(
        "a pair that is not traded",
        COIN,
        Parks(ParkCause.NOT_TRADING, "BTCUSDT is BREAK on the exchange"),
        market=market(status="BREAK"),
    ),
    Case(
        "coins that are not on the account",
        COIN,
        Parks(ParkCause.NO_BALANCE, "0.0009 BTC is free on the account, and 1 is to be sold"),
        free="0.0009",
    ),
    # NOW is 2023-11-14T22:13:20 UTC, and an hour later it may be sold
    Case(
        "what may not be sold yet",
        COIN,
        Parks(ParkCause.RESTRICTED, "what was bought may not be sold before 2023-11-14T23:13:20+00:00 (T_PLUS_SELL)"),
        market=market(filters=(TPlusSell(make.NOW + 3_600_000),)),
    ),
    # a fee of all the proceeds: no price leaves anything
    Case(
        "a fee that leaves nothing",
        COIN,
        Parks(ParkCause.PRICE, "a sell fee of 1 of the proceeds leaves nothing"),
        market=market("1"),
    ),
    # the largest order of 0.05 carries 0.05 / 100.11 = 0.00049..., less than a step
    Case(
        "a largest order below the smallest quantity",
        COIN,
        Parks(
            ParkCause.TOO_SMALL,
            "the largest order of 0.05 USDT carries 0 BTC, below the smallest order quantity 0.001",
        ),
        market=market(min_notional=D(0), max_notional=D("0.05")),
    ),
)

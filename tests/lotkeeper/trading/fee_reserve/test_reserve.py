from decimal import Decimal as D

import pytest

from lotkeeper.trading.fee_reserve.reserve import (
    DAY_MS,
    FeePayer,
    FeeReserveSettings,
    FeesPaid,
    Reserve,
    reserve_of,
)
from lotkeeper.trading.lots.fees import Commission, CommissionRates, Discount

NOW_MS = 100 * DAY_MS
NOTHING_PAID = FeesPaid()
SETTINGS = FeeReserveSettings(D("0.02"))


def commission(*, is_enabled: bool, asset: str = "BNB") -> Commission:
    return Commission(CommissionRates(D("0.001"), D("0.001")), discount=Discount(asset, D("0.75"), is_enabled))


def reserve(free: str, paid: FeesPaid = NOTHING_PAID, found: Commission | None = None) -> Reserve:
    return reserve_of(D(free), SETTINGS, found, paid, NOW_MS)


@pytest.mark.parametrize(("free", "is_low"), [("0.02", False), ("0.0199", True), ("0", True), ("5", False)])
def test_it_is_low_when_less_is_free_than_wanted(free, is_low):
    assert reserve(free).is_low is is_low


@pytest.mark.parametrize(
    ("days_ago", "paid", "per_day", "lasts"),
    [
        (7, "0.07", "0.01", "5"),  # 0.07 in 7 days; 0.05 lasts 5
        (30, "0.07", "0.01", "5"),  # what is older than the window does not make it longer
        (2, "0.01", "0.005", "10"),
        (0.5, "0.02", "0.02", "2.5"),  # half a day counts as one
        (7, "0.21", "0.03", "1.6"),  # 0.05 / 0.03 = 1.66...
    ],
)
def test_it_lasts_at_the_rate_of_the_last_days(days_ago, paid, per_day, lasts):
    found = reserve("0.05", FeesPaid(D(paid), NOW_MS - int(days_ago * DAY_MS), "BNB"))
    assert (found.per_day, found.lasts_days) == (D(per_day), D(lasts))


@pytest.mark.parametrize("paid", [FeesPaid(), FeesPaid(D(0), NOW_MS - DAY_MS, "USDT")])
def test_without_a_fee_in_bnb_nobody_knows_how_long_it_lasts(paid):
    assert (reserve("0.05", paid).per_day, reserve("0.05", paid).lasts_days) == (0, None)


@pytest.mark.parametrize(
    ("free", "found", "newest", "payer"),
    [
        ("1", commission(is_enabled=True), "", FeePayer.BNB),
        ("0", commission(is_enabled=True), "BNB", FeePayer.TRADED),  # there is none to pay with
        ("1", commission(is_enabled=False), "BNB", FeePayer.TRADED),  # the account has changed its mind
        ("1", commission(is_enabled=True, asset="XYZ"), "", FeePayer.TRADED),
        ("1", Commission(CommissionRates()), "BNB", FeePayer.TRADED),
        ("1", None, "BNB", FeePayer.BNB),  # the exchange has not said it: as the newest fee
        ("1", None, "USDT", FeePayer.TRADED),
    ],
)
def test_which_asset_pays_the_next_fee(free, found, newest, payer):
    assert reserve(free, FeesPaid(newest_asset=newest), found).payer is payer

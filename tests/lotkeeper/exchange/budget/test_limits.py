"""What the exchange says of its limits: in exchangeInfo and in the headers of replies."""

import json
import lzma

import pytest

from lotkeeper.exchange.budget.limits import (
    DAY_MS,
    DEFAULT_LIMITS,
    MINUTE_MS,
    Count,
    Limit,
    LimitKind,
    merge_limits,
    read_counts,
    read_limits,
    read_reply_counts,
)
from tests.lotkeeper.exchange.recorded import data_file


def row(kind: str, interval: str, number: object, limit: object) -> dict[str, object]:
    return {"rateLimitType": kind, "interval": interval, "intervalNum": number, "limit": limit}


def test_the_rows_of_exchange_info() -> None:
    rows = [
        row("REQUEST_WEIGHT", "MINUTE", 1, 6000),
        row("ORDERS", "SECOND", 10, 100),
        row("ORDERS", "DAY", 1, 200_000),
        row("RAW_REQUESTS", "MINUTE", 5, 300_000),
        row("CONNECTIONS", "MINUTE", 5, 300),
    ]
    assert read_limits(rows) == (
        Limit(LimitKind.WEIGHT, 60_000, 6000),
        Limit(LimitKind.ORDERS, 10_000, 100),
        Limit(LimitKind.ORDERS, 86_400_000, 200_000),
        Limit(LimitKind.REQUESTS, 300_000, 300_000),
        Limit(LimitKind.CONNECTIONS, 300_000, 300),
    )


@pytest.mark.parametrize(
    "rows",
    [
        None,
        {},
        ["no row"],
        [row("SOMETHING_NEW", "MINUTE", 1, 5)],
        [row("ORDERS", "FORTNIGHT", 1, 5)],
        [row("ORDERS", "SECOND", 10, "many")],
        [row("ORDERS", "SECOND", 0, 5)],
        [row("ORDERS", "SECOND", 10, 0)],
        [row("ORDERS", "SECOND", True, 5)],
    ],
)
def test_what_cannot_be_read_is_left_out(rows: object) -> None:
    assert read_limits(rows) == ()


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        (
            "rest/exchangeInfo_2025-08-07_mainnet_25symbols.json.xz",
            {(LimitKind.WEIGHT, MINUTE_MS): 6000, (LimitKind.ORDERS, 10_000): 100, (LimitKind.ORDERS, DAY_MS): 200_000},
        ),
        (
            "rest/exchangeInfo_2018-02-10_mainnet.json.xz",
            {(LimitKind.WEIGHT, MINUTE_MS): 1200, (LimitKind.ORDERS, 1000): 10, (LimitKind.ORDERS, DAY_MS): 100_000},
        ),
    ],
)
def test_recorded_answers(name: str, limits: dict[tuple[LimitKind, int], int]) -> None:
    with lzma.open(data_file(name)) as text:
        told = read_limits(json.load(text)["rateLimits"])
    known = {(limit.kind, limit.window_ms): limit.maximum for limit in told}
    assert limits.items() <= known.items()


def test_what_is_learned_takes_the_place_of_what_was_believed() -> None:
    told = (Limit(LimitKind.ORDERS, 10_000, 100), Limit(LimitKind.ORDERS, MINUTE_MS, 400))
    known = merge_limits(DEFAULT_LIMITS, told)
    assert [limit.maximum for limit in known if limit.kind is LimitKind.ORDERS] == [100, 160_000, 400]
    assert len(known) == len(DEFAULT_LIMITS) + 1


def test_the_counts_of_headers() -> None:
    headers = {
        "X-MBX-USED-WEIGHT": "5",  # of which window is not said
        "X-MBX-USED-WEIGHT-1M": "127",
        "x-mbx-order-count-10s": "3",
        "X-Mbx-Order-Count-1D": "1200",
        "X-MBX-ORDER-COUNT-1H": "many",
        "X-MBX-ORDER-COUNT-0S": "1",
        "Content-Type": "application/json",
    }
    assert read_counts(headers) == (
        Count(LimitKind.WEIGHT, 60_000, 127),
        Count(LimitKind.ORDERS, 10_000, 3),
        Count(LimitKind.ORDERS, 86_400_000, 1200),
    )


def test_the_counts_in_a_reply_of_the_websocket_api() -> None:
    rows = [
        row("ORDERS", "SECOND", 10, 50) | {"count": 3},
        row("ORDERS", "DAY", 1, 160_000) | {"count": 0},
        row("REQUEST_WEIGHT", "MINUTE", 1, 6000) | {"count": 70},
    ]
    assert read_reply_counts(rows) == (
        Count(LimitKind.ORDERS, 10_000, 3),
        Count(LimitKind.ORDERS, DAY_MS, 0),
        Count(LimitKind.WEIGHT, MINUTE_MS, 70),
    )


@pytest.mark.parametrize(
    "rows",
    [
        None,
        {},
        ["no row"],
        [row("ORDERS", "SECOND", 10, 50)],
        [row("ORDERS", "SECOND", 10, 50) | {"count": "3"}],
        [row("ORDERS", "SECOND", 10, 50) | {"count": -1}],
        [row("SOMETHING_NEW", "SECOND", 10, 50) | {"count": 3}],
    ],
)
def test_counts_that_cannot_be_read_are_left_out(rows: object) -> None:
    assert read_reply_counts(rows) == ()

"""Which pairs share a connection."""

import pytest

from lotkeeper.exchange.websocket.market_shares import market_shares


def pairs(count: int) -> list[str]:
    return [f"COIN{number}USDT" for number in range(count)]


@pytest.mark.parametrize(("count", "shares"), [(0, 0), (1, 1), (50, 1), (51, 2), (100, 2), (200, 4)])
def test_some_fifty_pairs_share_a_connection(count, shares):
    found = market_shares(pairs(count))
    assert len(found) == shares
    assert sorted(symbol for share in found for symbol in share) == sorted(pairs(count))


def test_pairs_are_spread_evenly():
    for count in (100, 150, 200):
        sizes = [len(share) for share in market_shares(pairs(count))]
        assert 35 <= min(sizes) <= max(sizes) <= 65


def test_a_pair_stays_in_its_share_when_others_are_added():
    before = market_shares(pairs(80))
    after = market_shares(["NEWUSDT", *pairs(99)])
    for old, new in zip(before, after, strict=True):
        assert set(old) <= set(new)


def test_one_more_share_takes_its_part_of_all_others():
    before, after = market_shares(pairs(100)), market_shares(pairs(101))
    stayed = sum(len(set(old) & set(new)) for old, new in zip(before, after, strict=False))
    assert stayed >= 55
